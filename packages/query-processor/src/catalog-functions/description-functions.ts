/** Functions that describe objects: types, visibility, owners, comments, sizes. */
import type { Datum, SystemCatalogName, TypeRow } from "@firstlight/sql";
import { operatorByOid, procByOid, typeRow } from "@firstlight/sql";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { SqlError } from "@firstlight/common";
import { collationVersion, findCollation } from "../catalog/collations.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { commentText, commentsOf } from "../catalog/virtual/pg-description.ts";
import { isVisibleRoutine } from "./routine-lookup.ts";
import { isUpdatableColumn, updatableEvents } from "./updatable-relations.ts";
import { collationName, isVisibleRelation, lookUpPath, typeName } from "./object-names.ts";
import { rangeProc } from "../catalog/virtual/range-functions.ts";
import { systemRowOids, systemRows } from "../catalog/virtual/system-rows.ts";
import { relationOfRowType, rowTypeOfArray } from "../catalog/virtual/row-types.ts";

function userById(call: CatalogCall, oid: Datum | undefined): Datum {
  const object = typeof oid === "number" ? call.image.objects.get(oid) : undefined;
  return object?.kind === "role" ? object.name : `unknown (OID=${Number(oid)})`;
}

function inPath(call: CatalogCall, namespace: number): boolean {
  const schema = call.image.schemaByOid(namespace)?.name;
  return schema !== undefined && lookUpPath(call).includes(schema);
}

/** A type of the same name earlier in the path hides it. */
function isVisibleType(call: CatalogCall, oid: number, { name, namespace }: TypeRow): boolean {
  if (!inPath(call, namespace)) return false;
  const shown = call.image.arrayTypeName(oid) ?? name;
  for (const schema of call.searchPath) {
    const found = call.image.typeInSchema(schema, shown);
    if (found !== undefined) return found === oid;
  }
  return false;
}

function typeIsVisible(call: CatalogCall, oid: number): Datum {
  const row = typeRow(oid);
  if (row !== undefined) return inPath(call, row.namespace);
  const own = typeRow(call.image.typeNumber(oid));
  if (own !== undefined) return isVisibleType(call, oid, own);
  const relation = relationOfRowType(call.image, rowTypeOfArray(oid) ?? oid);
  return relation === undefined ? null : isVisibleRelation(call, relation.oid);
}

/** A function of the same name and types earlier in the path hides it. */
function functionIsVisible(call: CatalogCall, oid: number): Datum {
  const own = call.image.objects.get(oid);
  if (own?.kind === "function") return isVisibleRoutine(call, own);
  const proc = procByOid(oid) ?? rangeProc(call.image, oid);
  return proc === undefined ? null : inPath(call, proc.namespace);
}

function operatorIsVisible(call: CatalogCall, oid: number): Datum {
  const own = call.image.objects.get(oid);
  if (own?.kind === "operator") return inPath(call, own.schema);
  return operatorByOid(oid) === undefined ? null : true;
}

function ofOid(test: (call: CatalogCall, oid: number) => Datum): CatalogFunction {
  return (call, [oid]) => (typeof oid === "number" ? test(call, oid) : null);
}

/** Kinds of objects of which there are PostgreSQL's own only: seen as long as they are there. */
function builtinOnly(catalog: SystemCatalogName): CatalogFunction {
  return ofOid((_call, oid) => (systemRowOids(catalog).has(oid) ? true : null));
}

const nothing: CatalogFunction = () => null;

const collationFor: CatalogFunction = (_call, [value]) =>
  typeof value === "string" ? '"default"' : null;

function collationIsVisible(call: CatalogCall, oid: number): Datum {
  const own = call.image.objects.get(oid);
  if (own?.kind !== "collation") return collationName(oid) === undefined ? null : true;
  const found = findCollation(call.image, call.searchPath, [own.name]);
  return found?.name.oid === oid;
}

function versionOfCollation({ image }: CatalogCall, oid: number): string | null {
  const own = image.objects.get(oid);
  if (own?.kind === "collation") return collationVersion(own.provider);
  const row = systemRows("pg_collation").find((each) => each["oid"] === oid);
  if (row !== undefined) return collationVersion(row["collprovider"]);
  throw new SqlError("42704", `collation with OID ${oid} does not exist`);
}

/** PostgreSQL's own objects by OID alone. */
function builtinDescription(call: CatalogCall, oid: number): string | null {
  const row = systemRows("pg_description").find(
    (each) => each["objoid"] === oid && (each["objsubid"] ?? 0) === 0,
  );
  return row === undefined ? null : commentText(call.image, Number(row["classoid"]), oid);
}

/** By the catalog's name, or by OID alone. */
const description: CatalogFunction = (call, [oid, catalog]) => {
  if (typeof oid !== "number") return null;
  if (catalog === undefined) {
    for (const { about, text } of commentsOf(call.image)) {
      if (about[1] === oid && about[2] === 0) return text;
    }
    return builtinDescription(call, oid);
  }
  const classId =
    typeof catalog === "string"
      ? call.image.relationInSchema("pg_catalog", catalog)?.oid
      : undefined;
  return classId === undefined ? null : commentText(call.image, classId, oid);
};

export const DESCRIPTION_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  version: ({ image }) => image.profile.identity.versionText,
  format_type: (call, [oid, typmod]) =>
    typeof oid === "number"
      ? typeName(call, oid, typeof typmod === "number" ? typmod : undefined)
      : null,
  pg_get_userbyid: (call, [oid]) => userById(call, oid),
  pg_my_temp_schema: ({ image }) => image.temporarySchema?.oid ?? 0,
  pg_table_is_visible: ofOid(isVisibleRelation),
  pg_type_is_visible: ofOid(typeIsVisible),
  pg_function_is_visible: ofOid(functionIsVisible),
  pg_operator_is_visible: ofOid(operatorIsVisible),
  pg_collation_is_visible: ofOid(collationIsVisible),
  pg_opclass_is_visible: builtinOnly("pg_opclass"),
  pg_opfamily_is_visible: builtinOnly("pg_opfamily"),
  pg_conversion_is_visible: builtinOnly("pg_conversion"),
  pg_ts_config_is_visible: builtinOnly("pg_ts_config"),
  pg_ts_dict_is_visible: builtinOnly("pg_ts_dict"),
  pg_ts_parser_is_visible: builtinOnly("pg_ts_parser"),
  pg_ts_template_is_visible: builtinOnly("pg_ts_template"),
  obj_description: description,
  col_description: (call, [oid, column]) =>
    typeof oid === "number" && typeof column === "number"
      ? commentText(call.image, CLASS.relation, oid, column)
      : null,
  shobj_description: description,
  pg_collation_for: collationFor,
  pg_collation_actual_version: ofOid(versionOfCollation),
  pg_database_collation_actual_version: nothing,
  pg_relation_is_publishable: () => false,
  pg_relation_is_updatable: ofOid((call, oid) => updatableEvents(call.image, oid)),
  pg_column_is_updatable: (call, [oid, column]) =>
    typeof oid === "number" && typeof column === "number"
      ? isUpdatableColumn(call.image, oid, column)
      : null,
  pg_partition_root: nothing,
  pg_tablespace_location: () => "",
};
