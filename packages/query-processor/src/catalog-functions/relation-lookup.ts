/** Names in text, as regclass and its kin read them: quoted parts, a schema, the search path. */
import { SqlError } from "@firstlight/common";
import { truncateName } from "@firstlight/sql";
import type { Relation } from "../catalog/catalog.ts";
import type { NameScope } from "./object-names.ts";

/** Parts of "a.b" with folding and quotes, cut as names are; 42602 if it is no name. */
export function parseQualifiedName(text: string): string[] {
  const parts: string[] = [];
  const pattern = /\s*(?:"([^"]*(?:""[^"]*)*)"|([^\s".]+))\s*(\.|$)/uy;
  let more = true;
  while (more) {
    const match = pattern.exec(text);
    if (match === null) throw new SqlError("42602", "invalid name syntax");
    const quoted = match[1]?.replaceAll('""', '"');
    parts.push(truncateName(quoted ?? truncateName(match[2] ?? "").toLowerCase()));
    more = match[3] === ".";
  }
  return parts;
}

export function lookUpRelation(call: NameScope, text: string): Relation | undefined {
  const parts = parseQualifiedName(text);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined) return call.image.relationInSchema(schema, name);
  return call.image.findRelation(name, call.searchPath);
}
