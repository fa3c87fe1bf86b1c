/** Regular expressions that match the same in every language. */
import type { Call, Expr } from "@firstlight/sql";
import { procOf } from "@firstlight/sql";

/** Classes of characters, words, and options inside of the pattern. */
const SENSITIVE = /\\[a-zA-Z<>]|\[[:.=]|\(\?|\*\*\*/u;
const ASCII = /^[\0-\x7f]*$/u;

/** As it is written: that of SIMILAR TO is converted when the statement runs. */
function textOf(pattern: Expr | undefined): string | undefined {
  if (pattern?.kind === "const") {
    return typeof pattern.value === "string" ? pattern.value : undefined;
  }
  const isSimilar = pattern?.kind === "call" && procOf(pattern).name === "similar_to_escape";
  return isSimilar && pattern.args.length === 1 ? textOf(pattern.args[0]) : undefined;
}

/** A pattern that is known and names its characters; without regard to case only those of ASCII. */
export function regexpIsNeutral({ args }: Call, source: string): boolean {
  const isPlain = args.length === 2 || (source.startsWith("textregexreplace") && args.length === 3);
  const text = textOf(args[1]);
  if (!isPlain || text === undefined || SENSITIVE.test(text)) return false;
  return !/icregex/u.test(source) || ASCII.test(text);
}
