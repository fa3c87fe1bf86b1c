/** Functions that describe objects: names, visibility, comments, privileges. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { formatType } from "@firstlight/sql";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { lookUpRelation } from "./relation-lookup.ts";

export const VERSION_TEXT = "PostgreSQL 16.14 (Firstlight 0.1.0)";

function oidOrName(text: string): number | undefined {
  return /^\d+$/u.test(text) ? Number(text) : undefined;
}

function toRegclass(call: CatalogCall, text: Datum | undefined, strict: boolean): Datum {
  if (typeof text !== "string") return null;
  const given = strict ? oidOrName(text) : undefined;
  if (given !== undefined) return given;
  const relation = lookUpRelation(call, text);
  if (relation !== undefined) return relation.oid;
  const index = indexOid(call, text);
  if (index !== undefined) return index;
  if (strict) throw new SqlError("42P01", `relation "${text}" does not exist`);
  return null;
}

function indexOid(call: CatalogCall, name: string): number | undefined {
  for (const schema of call.searchPath) {
    const oid = call.image.schemaByName(schema)?.oid;
    const table = oid === undefined ? undefined : call.image.indexOwner(oid, name);
    const index = table?.indexes.find((each) => each.name === name);
    if (index !== undefined) return index.oid;
  }
  return undefined;
}

/** Whether the unqualified name finds this relation. */
function isVisible(call: CatalogCall, oid: Datum | undefined): Datum {
  if (typeof oid !== "number") return null;
  const relation = call.image.relationByOid(oid);
  if (relation === undefined) return indexIsVisible(call, oid);
  return call.image.findRelation(relation.name, call.searchPath)?.oid === oid;
}

function indexIsVisible(call: CatalogCall, oid: number): Datum {
  for (const relation of call.image.relations()) {
    if (relation.kind !== "table") continue;
    if (!relation.indexes.some((index) => index.oid === oid)) continue;
    const schema = call.image.schemaByOid(relation.schema)?.name;
    return schema !== undefined && call.searchPath.includes(schema);
  }
  return null;
}

function userById(call: CatalogCall, oid: Datum | undefined): Datum {
  const object = typeof oid === "number" ? call.image.objects.get(oid) : undefined;
  return object?.kind === "role" ? object.name : `unknown (OID=${Number(oid)})`;
}

const yes: CatalogFunction = () => true;
const nothing: CatalogFunction = () => null;

export const DESCRIPTION_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  version: () => VERSION_TEXT,
  format_type: (_call, [oid, typmod]) =>
    typeof oid === "number"
      ? formatType(oid, typeof typmod === "number" ? typmod : undefined)
      : null,
  pg_get_userbyid: (call, [oid]) => userById(call, oid),
  pg_table_is_visible: (call, [oid]) => isVisible(call, oid),
  pg_type_is_visible: yes,
  pg_function_is_visible: yes,
  pg_operator_is_visible: yes,
  to_regclass: (call, [text]) => toRegclass(call, text, false),
  to_regclass_strict: (call, [text]) => toRegclass(call, text, true),
  obj_description: nothing,
  col_description: nothing,
  shobj_description: nothing,
};
