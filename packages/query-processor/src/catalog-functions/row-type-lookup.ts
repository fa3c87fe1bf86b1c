/** Row types of tables by name. */
import { rowArrayTypeOid } from "../catalog/virtual/row-types.ts";
import type { NameScope } from "./object-names.ts";
import { lookUpRelation } from "./relation-lookup.ts";

export function rowTypeByName(call: NameScope, text: string): number | undefined {
  const element = text.replace(/(\s*\[\s*\d*\s*\])+\s*$/u, "");
  if (element.trim() === "") return undefined;
  const relation = lookUpRelation(call, element);
  if (relation?.kind !== "table" && relation?.kind !== "view") return undefined;
  return element === text ? relation.typeOid : rowArrayTypeOid(relation.typeOid);
}
