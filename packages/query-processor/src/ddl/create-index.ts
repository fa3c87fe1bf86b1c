/** CREATE INDEX: built in the same transaction from the rows at its snapshot (ddl/backfill.ts). */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { IndexColumn, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, list, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { fillIndex } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfRangeVar, newOid, tableNamed } from "./ddl-context.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { keyColumn, toDescriptor, withIndex } from "./index-definition.ts";
import { chooseName, joinedColumns } from "./object-names.ts";

export async function createIndex(context: DdlContext, statement: ParseNode): Promise<void> {
  const table = tableNamed(context, nameOfRangeVar(requiredChild(statement, "relation")));
  refuseUnsupported(statement);
  const columns = list(statement, "indexParams").map((each) => indexColumn(table, each));
  const include = list(statement, "indexIncludingParams").map(
    (each) => indexColumn(table, each).column,
  );
  const name = indexName(context, table, statement, columns, include);
  if (name === undefined) return;
  const unique = flag(statement, "unique");
  await addIndex(context, table, {
    name,
    unique,
    nullsDistinct: !flag(statement, "nulls_not_distinct"),
    primary: false,
    constraint: false,
    columns,
    include,
  });
}

function refuseUnsupported(statement: ParseNode): void {
  const method = string(statement, "accessMethod");
  if (method !== "" && method !== "btree") {
    throw featureNotSupported(`access method "${method}"`);
  }
  if (child(statement, "whereClause") !== undefined) throw featureNotSupported("a partial index");
}

function indexColumn(table: TableDescriptor, node: ParseNode): IndexColumn {
  const element = asTag(node, "IndexElem");
  const name = element === undefined ? undefined : optionalString(element, "name");
  if (element === undefined || name === undefined) {
    throw featureNotSupported("an index on an expression");
  }
  const column = table.columns.find((each) => each.name === name && !each.dropped);
  if (column === undefined) throw new SqlError("42703", `column "${name}" does not exist`);
  if (list(element, "opclass").length > 0) throw featureNotSupported("an operator class");
  const descending = string(element, "ordering") === "SORTBY_DESC";
  const nulls = string(element, "nulls_ordering");
  return {
    column: keyColumn(table.columns, name).number,
    descending,
    nullsFirst: nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending),
  };
}

/** Undefined when IF NOT EXISTS finds it. */
function indexName(
  context: DdlContext,
  table: TableDescriptor,
  statement: ParseNode,
  columns: readonly IndexColumn[],
  include: readonly number[],
): string | undefined {
  const image = imageOf(context);
  const taken = (name: string): boolean => image.nameTaken(table.schema, name);
  const given = optionalString(statement, "idxname");
  if (given === undefined) {
    const numbers = [...columns.map((column) => column.column), ...include];
    const names = numbers.map((number) => table.columns[number - 1]?.name ?? "");
    return chooseName(table.name, joinedColumns(names), "idx", taken);
  }
  if (!taken(given)) return given;
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
  await fillIndex(context, changed, index);
  applyChanges(context, [{ put: changed }]);
  return changed;
}
