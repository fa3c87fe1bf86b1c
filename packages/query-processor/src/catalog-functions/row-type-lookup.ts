/** Row types of tables by name. */
import type { Datum } from "@firstlight/sql";
import { rowArrayTypeOid } from "../catalog/virtual/row-types.ts";
import type { CatalogCall } from "./catalog-functions.ts";
import { lookUpRelation } from "./relation-lookup.ts";

export function rowTypeByName(call: CatalogCall, text: string): Datum | undefined {
  const element = text.replace(/(\s*\[\s*\d*\s*\])+\s*$/u, "");
  if (element.trim() === "") return undefined;
  const relation = lookUpRelation(call, element);
  if (relation?.kind !== "table" && relation?.kind !== "view") return undefined;
  return element === text ? relation.typeOid : rowArrayTypeOid(relation.typeOid);
}
