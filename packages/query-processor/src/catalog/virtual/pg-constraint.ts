/** pg_constraint: primary keys, unique constraints and CHECK conditions. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { CheckDescriptor, IndexDescriptor, TableDescriptor } from "../descriptors.ts";
import { int2Array } from "./arrays.ts";
import { checkColumns, checkExpression } from "./expression-text.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const COMMON: NamedRow = {
  condeferrable: false,
  condeferred: false,
  convalidated: true,
  contypid: 0,
  conindid: 0,
  conparentid: 0,
  confrelid: 0,
  confupdtype: " ",
  confdeltype: " ",
  confmatchtype: " ",
  conislocal: true,
  coninhcount: 0,
};

function keyRow(
  table: TableDescriptor,
  index: IndexDescriptor,
  constraint: NonNullable<IndexDescriptor["constraint"]>,
): NamedRow {
  return {
    ...COMMON,
    oid: constraint.oid,
    conname: constraint.name,
    connamespace: table.schema,
    contype: index.primary ? "p" : "u",
    conrelid: table.oid,
    conindid: index.oid,
    connoinherit: true,
    conkey: int2Array(index.columns.map((each) => each.column)),
  };
}

function checkRow(table: TableDescriptor, check: CheckDescriptor, catalog: Catalog): NamedRow {
  const columns = checkColumns(check, table, catalog);
  return {
    ...COMMON,
    oid: check.oid,
    conname: check.name,
    connamespace: table.schema,
    contype: "c",
    conrelid: table.oid,
    connoinherit: false,
    conkey: columns.length === 0 ? null : int2Array(columns),
    conbin: checkExpression(check, table, catalog).text,
  };
}

export const PG_CONSTRAINT: VirtualTable = systemTable("pg_constraint", function* (catalog) {
  for (const table of catalog.objects.values()) {
    if (table.kind !== "table") continue;
    for (const index of table.indexes) {
      if (index.constraint !== undefined) yield keyRow(table, index, index.constraint);
    }
    for (const check of table.checks) yield checkRow(table, check, catalog);
  }
});
