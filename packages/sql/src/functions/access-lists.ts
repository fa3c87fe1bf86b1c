/** Access lists: aclitem texts as `grantee=rights/grantor`, exploded into one row per right. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { BOOL, OID, TEXT } from "../types/oids.ts";
import type { ArrayValue, Datum } from "../values/datum.ts";
import { makeRecord } from "../values/record.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";
import { sessionOf } from "./system.ts";

/** In the order of their bits in AclMode. */
export const RIGHTS: readonly (readonly [letter: string, name: string])[] = [
  ["a", "INSERT"],
  ["r", "SELECT"],
  ["w", "UPDATE"],
  ["d", "DELETE"],
  ["D", "TRUNCATE"],
  ["x", "REFERENCES"],
  ["t", "TRIGGER"],
  ["X", "EXECUTE"],
  ["U", "USAGE"],
  ["C", "CREATE"],
  ["T", "TEMPORARY"],
  ["c", "CONNECT"],
  ["s", "SET"],
  ["A", "ALTER SYSTEM"],
];

export const ACCESS_ITEM: RegExp = /^("(?:[^"]|"")*"|[^"=]*)=([a-zA-Z*]*)\/(.*)$/u;
const PUBLIC = 0;

export function roleOid(context: EvaluationContext, name: string): Datum {
  if (name === "") return PUBLIC;
  return sessionOf(context).callCatalogFunction("to_regrole_strict", [name]);
}

function* rightsOf(context: EvaluationContext, item: string): Generator<Datum> {
  const match = ACCESS_ITEM.exec(item);
  if (match === null) throw new SqlError("22P02", `invalid aclitem: "${item}"`);
  const [, grantee = "", rights = "", grantor = ""] = match;
  const given = roleOid(context, grantee);
  const by = roleOid(context, grantor);
  for (const [letter, name] of RIGHTS) {
    const at = rights.indexOf(letter);
    if (at < 0) continue;
    const grantable = rights[at + 1] === "*";
    yield makeRecord([OID, OID, TEXT, BOOL], [by, given, name, grantable]);
  }
}

function* explode(context: EvaluationContext, list: ArrayValue): Generator<Datum> {
  for (const item of list.elements) {
    if (typeof item === "string") yield* rightsOf(context, item);
  }
}

function* options(list: ArrayValue): Generator<Datum> {
  for (const option of list.elements) {
    if (typeof option !== "string") continue;
    const at = option.indexOf("=");
    const fields = at < 0 ? [option, null] : [option.slice(0, at), option.slice(at + 1)];
    yield makeRecord([TEXT, TEXT], fields);
  }
}

export function registerAccessLists(): void {
  registerFunctions({
    acldefault_sql: (context, kind: string, owner: number) =>
      sessionOf(context).callCatalogFunction("acldefault", [kind, owner]),
  });
  registerSetReturning({
    aclexplode: () => explode,
    pg_options_to_table: () => (_, list: ArrayValue) => options(list),
  });
}
