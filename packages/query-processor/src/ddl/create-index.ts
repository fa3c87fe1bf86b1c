/**
 * CREATE INDEX: built in one transaction from the rows at its snapshot (ddl/backfill.ts), or online
 * (online/) when CONCURRENTLY says so or one transaction cannot do it.
 */
import { checkStorageOptions, checkTablespace, storageAfter } from "./storage-options.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import { BINDERS } from "../bind/binders.ts";
import { rememberCatalog } from "../bind/index-expressions.ts";
import { indexColumnNames } from "../catalog/virtual/index-columns.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { IndexColumn, TableDescriptor } from "../catalog/descriptors.ts";
import { child, flag, list, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { fillIndex } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import {
  applyChanges,
  imageOf,
  indexableNamed,
  isAlone,
  nameOfRangeVar,
  newOid,
} from "./ddl-context.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { refusePending } from "./pending-checks.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { toDescriptor, withIndex } from "./index-definition.ts";
import { includedColumn, indexColumn, indexPredicateOf } from "./index-element.ts";
import { chooseName, joinedColumns } from "./object-names.ts";
import type { OnlineBuild } from "./build-index-online.ts";
import { buildIndexOnline, submitIndexBuild, submitWithTransaction } from "./build-index-online.ts";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { UtilityResult } from "./utility-result.ts";

/** What CREATE INDEX ASYNC returns. */
export const JOB_COLUMNS: readonly ResultColumn[] = [
  { name: "job_id", type: 25, typmod: -1, tableOid: 0, columnNumber: 0 },
];

export async function createIndex(
  context: DdlContext,
  statement: ParseNode,
): Promise<UtilityResult | void> {
  if (flag(statement, "async")) return createAsync(context, statement);
  const table = indexableNamed(context, nameOfRangeVar(requiredChild(statement, "relation")));
  refusePending(context, table, "CREATE INDEX");
  const isShared = !isTemporaryOid(table.oid);
  if (isShared && flag(statement, "concurrent")) return createOnline(context, statement);
  if (isShared && isAlone(context)) return createAlone(context, statement);
  await context.transaction.allocatingFor(!isShared, () =>
    createIndexOn(context, table, statement),
  );
}

/**
 * One transaction is the fastest way to fill an index, unless it is refused because rows are written
 * meanwhile, or the index is too large for it.
 */
async function createAlone(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  try {
    await context.online.attempt((own) => createIndexOn(own, indexableNamed(own, name), statement));
  } catch (error) {
    const isRefused = error instanceof SqlError && REFUSALS.has(error.sqlstate);
    if (!isRefused) throw error;
    await createOnline(context, statement);
  }
}

const REFUSALS = new Set(["40001", "54000"]);

/** The one row is the identifier of the job; there is none where IF NOT EXISTS finds the index. */
async function createAsync(context: DdlContext, statement: ParseNode): Promise<UtilityResult> {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  if (isTemporaryOid(indexableNamed(context, name).oid)) {
    throw featureNotSupported("CREATE INDEX ASYNC on a temporary table");
  }
  const build = onlineBuild(statement, { command: "CREATE INDEX ASYNC", onFailure: "enforcing" });
  const id = isAlone(context)
    ? await submitIndexBuild(context, build)
    : await submitWithTransaction(context, build);
  return { command: "CREATE INDEX", rows: id === undefined ? [] : [[id]] };
}

async function createOnline(context: DdlContext, statement: ParseNode): Promise<void> {
  const concurrently = flag(statement, "concurrent");
  const how: Omit<OnlineBuild, "define"> = concurrently
    ? { command: "CREATE INDEX CONCURRENTLY", onFailure: "invalid" }
    : { command: "CREATE INDEX", onFailure: "drop" };
  await buildIndexOnline(context, onlineBuild(statement, how));
}

function onlineBuild(statement: ParseNode, how: Omit<OnlineBuild, "define">): OnlineBuild {
  return {
    ...how,
    define: (own) => {
      const name = nameOfRangeVar(requiredChild(statement, "relation"));
      const table = indexableNamed(own, name);
      const definition = indexDefinition(own, table, statement);
      return definition && { table, definition };
    },
  };
}

async function createIndexOn(
  context: DdlContext,
  table: TableDescriptor,
  statement: ParseNode,
): Promise<void> {
  const definition = indexDefinition(context, table, statement);
  if (definition !== undefined) await addIndex(context, table, definition);
}

/** Undefined when IF NOT EXISTS finds it. */
function indexDefinition(
  context: DdlContext,
  table: TableDescriptor,
  statement: ParseNode,
): IndexDefinition | undefined {
  refuseUnsupported(statement, imageOf(context));
  const where = child(statement, "whereClause");
  const predicate = where && indexPredicateOf(context, table, where);
  const columns = list(statement, "indexParams").map((each) => indexColumn(context, table, each));
  const include = list(statement, "indexIncludingParams").map((each) =>
    includedColumn(table, each),
  );
  const name = indexName(context, table, statement, columns, include);
  if (name === undefined) return undefined;
  const definition: IndexDefinition = {
    name,
    unique: flag(statement, "unique"),
    nullsDistinct: !flag(statement, "nulls_not_distinct"),
    primary: false,
    constraint: false,
    columns,
    include,
    ...(predicate === undefined ? {} : { predicate }),
  };
  return storageAfter(definition, list(statement, "options"));
}

/** PostgreSQL's own; an index of another kind than btree would not answer what it is made for. */
const METHODS = new Set(["hash", "gist", "gin", "spgist", "brin"]);

function refuseUnsupported(statement: ParseNode, { system }: Pick<Catalog, "system">): void {
  checkTablespace(optionalString(statement, "tableSpace"));
  const method = string(statement, "accessMethod");
  if (method !== "" && method !== "btree" && method !== system.shape.indexMethod.name) {
    if (!METHODS.has(method)) {
      throw new SqlError("42704", `access method "${method}" does not exist`);
    }
    const hint =
      "Indexes of access method btree can be over expressions and over parts of a table.";
    throw featureNotSupported(`access method "${method}"`, { hint });
  }
  checkStorageOptions(list(statement, "options"), "index");
}

export function chooseIndexName(
  context: DdlContext,
  table: TableDescriptor,
  columns: readonly IndexColumn[],
  include: readonly number[],
): string {
  const names = indexColumnNames(table, columns, include);
  return chooseName(table.name, joinedColumns(names), "idx", (name) =>
    imageOf(context).nameTaken(table.schema, name),
  );
}

/** Undefined when IF NOT EXISTS finds it. */
function indexName(
  context: DdlContext,
  table: TableDescriptor,
  statement: ParseNode,
  columns: readonly IndexColumn[],
  include: readonly number[],
): string | undefined {
  const given = optionalString(statement, "idxname");
  if (given === undefined) return chooseIndexName(context, table, columns, include);
  if (!imageOf(context).nameTaken(table.schema, given)) return given;
  if (!flag(statement, "if_not_exists")) {
    throw new SqlError("42P07", `relation "${given}" already exists`);
  }
  context.session.notice("NOTICE", "42P07", `relation "${given}" already exists, skipping`);
  return undefined;
}

/** Adds a secondary index and fills it; returns the table with it. */
export async function addIndex(
  context: DdlContext,
  table: TableDescriptor,
  definition: IndexDefinition,
): Promise<TableDescriptor> {
  const oid = await newOid(context);
  const constraintOid = definition.constraint ? await newOid(context) : 0;
  const number = Math.max(1, table.nextIndex);
  const index = toDescriptor(definition, { oid, number, constraintOid });
  const changed = withIndex(table, index);
  rememberCatalog(changed, imageOf(context), BINDERS);
  await fillIndex(context, changed, index);
  applyChanges(context, [{ put: changed }]);
  return changed;
}
