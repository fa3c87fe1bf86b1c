/** pg_depend: what goes with what: constraints, indexes, defaults and owned sequences of tables. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { IndexDescriptor, SequenceDescriptor, TableDescriptor } from "../descriptors.ts";
import { attributeDefaults } from "./attribute-defaults.ts";
import { checkColumns, columnsOf } from "./expression-text.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const CLASS = 1259;
const TYPE = 1247;
const CONSTRAINT = 2606;
const NAMESPACE = 2615;
const ATTRDEF = 2604;

type Address = readonly [classid: number, oid: number, column?: number];

function depends(object: Address, on: Address, deptype: "n" | "a" | "i"): NamedRow {
  return {
    classid: object[0],
    objid: object[1],
    objsubid: object[2] ?? 0,
    refclassid: on[0],
    refobjid: on[1],
    refobjsubid: on[2] ?? 0,
    deptype,
  };
}

function* indexRows(table: TableDescriptor, index: IndexDescriptor): Iterable<NamedRow> {
  const own: Address = [CLASS, index.oid];
  const dependent: Address = index.constraint ? [CONSTRAINT, index.constraint.oid] : own;
  for (const { column } of index.columns) {
    yield depends(dependent, [CLASS, table.oid, column], "a");
  }
  for (const column of index.include) yield depends(dependent, [CLASS, table.oid, column], "a");
  if (index.constraint !== undefined) yield depends(own, dependent, "i");
}

function* tableRows(table: TableDescriptor, catalog: Catalog): Iterable<NamedRow> {
  yield depends([CLASS, table.oid], [NAMESPACE, table.schema], "n");
  yield depends([TYPE, table.typeOid], [CLASS, table.oid], "i");
  for (const index of table.indexes) yield* indexRows(table, index);
  for (const check of table.checks) {
    for (const column of checkColumns(check, table, catalog)) {
      yield depends([CONSTRAINT, check.oid], [CLASS, table.oid, column], "n");
      yield depends([CONSTRAINT, check.oid], [CLASS, table.oid, column], "a");
    }
  }
}

function* sequenceRows(sequence: SequenceDescriptor, catalog: Catalog): Iterable<NamedRow> {
  yield depends([CLASS, sequence.oid], [NAMESPACE, sequence.schema], "n");
  const { ownedBy } = sequence;
  if (ownedBy === undefined) return;
  const owner = catalog.objects.get(ownedBy.table);
  const column = owner?.kind === "table" ? owner.columns[ownedBy.column - 1] : undefined;
  const internal = column?.identity !== undefined && column.sequence === sequence.oid;
  const table: Address = [CLASS, ownedBy.table, ownedBy.column];
  yield depends([CLASS, sequence.oid], table, internal ? "i" : "a");
}

export const PG_DEPEND: VirtualTable = systemTable("pg_depend", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind === "table") yield* tableRows(object, catalog);
    else if (object.kind === "sequence") yield* sequenceRows(object, catalog);
  }
  for (const { oid, table, column, expression } of attributeDefaults(catalog)) {
    const internal = column.generated !== undefined;
    yield depends([ATTRDEF, oid], [CLASS, table.oid, column.number], internal ? "i" : "a");
    for (const number of columnsOf(expression.expr)) {
      yield depends([ATTRDEF, oid], [CLASS, table.oid, number], "n");
    }
    if (column.sequence === undefined) continue;
    yield depends([ATTRDEF, oid], [CLASS, column.sequence], "n");
  }
});
