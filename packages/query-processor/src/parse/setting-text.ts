/** The value of a SET clause as one text: PostgreSQL's flatten_set_variable_args. */
import { SqlError, posixOffset } from "@firstlight/common";
import { asTag, child, int, string } from "./node.ts";
import type { ParseNode } from "./parsed-statement.ts";

/** Whose elements are quoted like identifiers. */
const QUOTED: ReadonlySet<string> = new Set([
  "search_path",
  "temp_tablespaces",
  "local_preload_libraries",
  "session_preload_libraries",
]);
const LISTS: ReadonlySet<string> = new Set([
  ...QUOTED,
  "datestyle",
  "createrole_self_grant",
  "restrict_nonsystem_relation_kind",
  "wal_consistency_checking",
]);

/** As PostgreSQL's quote_identifier, keywords aside. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function constantOf(node: ParseNode): string {
  const constant = asTag(node, "A_Const") ?? {};
  const text = child(constant, "sval");
  if (text !== undefined) return string(text, "sval");
  const whole = child(constant, "ival");
  if (whole !== undefined) return String(int(whole, "ival"));
  const decimal = child(constant, "fval");
  if (decimal !== undefined) return string(decimal, "fval");
  const flag = child(constant, "boolval");
  if (flag === undefined) return "";
  return flag["boolval"] === true ? "true" : "false";
}

/** SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE: hours, minutes and seconds east of UTC. */
function intervalOffset(name: string, cast: ParseNode): string {
  const text = constantOf(child(cast, "arg") ?? {});
  const match = /^\s*([+-]?)(\d{1,3})(?::(\d{2}))?(?::(\d{2}))?\s*(?:hours?)?\s*$/i.exec(text);
  if (match === null)
    throw new SqlError("22023", `invalid value for parameter "${name}": "${text}"`);
  const [, sign, hours, minutes, seconds] = match;
  const total = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return posixOffset(sign === "-" ? -total : total);
}

export function settingText(name: string, args: readonly ParseNode[]): string {
  const key = name.toLowerCase();
  if (args.length > 1 && !LISTS.has(key)) {
    throw new SqlError("22023", `SET ${name} takes only one argument`);
  }
  return args
    .map((arg) => {
      const cast = asTag(arg, "TypeCast");
      if (cast !== undefined) return intervalOffset(name, cast);
      const isText = child(asTag(arg, "A_Const") ?? {}, "sval") !== undefined;
      return isText && QUOTED.has(key) ? quoted(constantOf(arg)) : constantOf(arg);
    })
    .join(", ");
}
