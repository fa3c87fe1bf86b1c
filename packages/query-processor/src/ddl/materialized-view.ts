/** CREATE and REFRESH MATERIALIZED VIEW: a table that is filled by its query. */
import { SqlError } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { child, flag, list, requiredChild, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { storedQuery } from "../bind/stored-query.ts";
import { creationPlace } from "./creation-place.ts";
import { fillTable, newTable, tableColumnsOf } from "./create-table-as.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfRangeVar, newOid, relationNamed } from "./ddl-context.ts";
import { isOtherRelation } from "./other-relation.ts";
import { checkStorageOptions, storageAfter } from "./storage-options.ts";
import { storeQuery } from "./stored-view-query.ts";
import type { UtilityResult } from "./utility-result.ts";

/** Rows can be put into it only while it is not said to be a materialized view. */
async function fill(context: DdlContext, view: TableDescriptor): Promise<number> {
  const { materialized, ...table } = view;
  if (materialized === undefined) throw new Error(`${view.name} is no materialized view`);
  applyChanges(context, [{ put: table }]);
  const inner = { ...context, searchPath: materialized.searchPath };
  const rowCount = await fillTable(inner, table, storedQuery(materialized.query));
  const filled = imageOf(context).objects.get(view.oid);
  if (filled?.kind !== "table") throw new Error(`${view.name} went while it was filled`);
  applyChanges(context, [
    { put: { ...filled, materialized: { ...materialized, populated: true } } },
  ]);
  return rowCount;
}

export async function createMaterializedView(
  context: DdlContext,
  statement: ParseNode,
): Promise<UtilityResult> {
  const into = requiredChild(statement, "into");
  const rangeVar = requiredChild(into, "rel");
  if (string(rangeVar, "relpersistence") === "u") {
    throw new SqlError("0A000", "materialized views cannot be unlogged");
  }
  const stored = storeQuery(context, child(statement, "query"), "materialized views");
  if (stored.dependsOn.some(([, oid]) => isTemporaryOid(oid))) {
    throw new SqlError("0A000", "materialized views must not use temporary tables or views");
  }
  const place = creationPlace(context, rangeVar);
  if (place.taken(flag(statement, "if_not_exists"))) return { command: "CREATE MATERIALIZED VIEW" };
  const given = list(into, "colNames").map((node) => stringValue(node) ?? "");
  const columns = tableColumnsOf(stored.columns, given);
  checkStorageOptions(list(into, "options"), "table");
  const made = await newTable(context, place, columns);
  const table = storageAfter(made, list(into, "options"));
  const { text: query, searchPath, dependsOn } = stored;
  const ruleOid = await newOid(context);
  const materialized = { query, searchPath, dependsOn, ruleOid, populated: false };
  const view = { ...table, materialized };
  if (flag(into, "skipData")) {
    applyChanges(context, [{ put: view }]);
    return { command: "CREATE MATERIALIZED VIEW" };
  }
  return { command: "SELECT", rowCount: await fill(context, view) };
}

function isConcurrentKey(index: TableDescriptor["indexes"][number]): boolean {
  return (
    index.unique && index.predicate === undefined && index.columns.every((each) => each.column)
  );
}

function refuseConcurrently(context: DdlContext, view: TableDescriptor): void {
  if (view.materialized?.populated !== true) {
    const text = "CONCURRENTLY cannot be used when the materialized view is not populated";
    throw new SqlError("0A000", text);
  }
  if (view.indexes.some(isConcurrentKey)) return;
  const schema = imageOf(context).schemaByOid(view.schema)?.name ?? "";
  throw new SqlError(
    "55000",
    `cannot refresh materialized view "${schema}.${view.name}" concurrently`,
    {
      hint: "Create a unique index with no WHERE clause on one or more columns of the materialized view.",
    },
  );
}

/** Rows are told apart by a unique index, which they must not share. */
function asDuplicate({ name }: TableDescriptor, error: unknown): unknown {
  if (!(error instanceof SqlError) || error.sqlstate !== "23505") return error;
  const text = `new data for materialized view "${name}" contains duplicate rows without any null columns`;
  return new SqlError("21000", text);
}

/** A duplicate is found while the index is built anew. */
function asBuilding(error: unknown): unknown {
  if (!(error instanceof SqlError) || error.sqlstate !== "23505") return error;
  const { constraint = "" } = error.fields;
  const detail = error.fields.detail?.replace("already exists", "is duplicated");
  return new SqlError("23505", `could not create unique index "${constraint}"`, {
    ...error.fields,
    detail,
  });
}

/** RangeVarCallbackMaintainsTable */
function storedRelation(context: DdlContext, name: QualifiedName): Relation {
  const relation = isOtherRelation(context, name) ? undefined : relationNamed(context, name);
  if (relation?.kind === "table") return relation;
  throw new SqlError("42809", `"${name.name}" is not a table or materialized view`);
}

export async function refreshMaterializedView(
  context: DdlContext,
  statement: ParseNode,
): Promise<void> {
  const view = storedRelation(context, nameOfRangeVar(requiredChild(statement, "relation")));
  if (view.kind !== "table" || view.materialized === undefined) {
    throw new SqlError("0A000", `"${view.name}" is not a materialized view`);
  }
  const concurrent = flag(statement, "concurrent");
  const skipData = flag(statement, "skipData");
  if (concurrent && skipData) {
    const text = "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together";
    throw new SqlError("42601", text);
  }
  if (concurrent) refuseConcurrently(context, view);
  const emptied = { ...view, storageId: await newOid(context) };
  if (skipData) {
    const materialized = { ...view.materialized, populated: false };
    applyChanges(context, [{ put: { ...emptied, materialized } }]);
    return;
  }
  try {
    await fill(context, emptied);
  } catch (error) {
    throw concurrent ? asDuplicate(view, error) : asBuilding(error);
  }
}
