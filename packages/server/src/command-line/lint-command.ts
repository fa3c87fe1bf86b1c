/** `firstlight lint`: files and options in any order. */
import { UsageError } from "./options.ts";
import type { Command } from "./options.ts";
import { FLAG, STRING, parse, text } from "./values.ts";
import type { Values } from "./values.ts";

const FORMATS = ["text", "json"] as const;
const DIALECTS = ["postgresql", "mysql", "sqlite"] as const;
const LINT = { profile: STRING, fix: FLAG, strict: FLAG, format: STRING, dialect: STRING } as const;
/** Options whose value is a word of its own. */
const WITH_VALUE = new Set(["--profile", "--format", "--dialect"]);

export function lintCommand(args: string[]): Command {
  const isOption = (each: string, at: number): boolean =>
    each.startsWith("--") || WITH_VALUE.has(args[at - 1] ?? "");
  const files = args.filter((each, at) => !isOption(each, at));
  const values = parse(args.filter(isOption), LINT);
  if (files.length === 0) throw new UsageError("firstlight lint needs files; - is standard input");
  const format = oneOf(values, "format", FORMATS, "text or json");
  const dialect = oneOf(values, "dialect", DIALECTS, "postgresql, mysql or sqlite");
  const [fix, strict] = [values["fix"] === true, values["strict"] === true];
  const profile = text(values, "profile", "dsql");
  return { command: "lint", options: { files, profile, fix, strict, format, dialect } };
}

/** The first one where the option is not given. */
function oneOf<T extends string>(
  values: Values,
  option: string,
  all: readonly [T, ...T[]],
  inWords: string,
): T {
  const given = text(values, option, all[0]);
  const found = all.find((each) => each === given);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} must be ${inWords}, not "${given}"`);
}
