/** pg_constraint: primary keys, unique constraints, CHECK conditions and foreign keys. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import { keyOperators } from "../foreign-key-types.ts";
import type {
  CheckDescriptor,
  ForeignKeyDescriptor,
  IndexDescriptor,
  TableDescriptor,
  TypeDescriptor,
} from "../descriptors.ts";
import { int2Array, oidArray } from "./arrays.ts";
import { checkColumns, checkExpression } from "./expression-text.ts";
import { systemConstraints } from "./system-indexes.ts";
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
    condeferrable: index.deferrable !== undefined,
    condeferred: index.deferrable?.initiallyDeferred ?? false,
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
    connoinherit: check.noInherit ?? false,
    convalidated: check.notValid !== true,
    conkey: columns.length === 0 ? null : int2Array(columns),
    conbin: checkExpression(check, table, catalog).text,
  };
}

const ACTION_CODES = {
  noAction: "a",
  restrict: "r",
  cascade: "c",
  setNull: "n",
  setDefault: "d",
} as const;

function foreignKeyRow(
  table: TableDescriptor,
  key: ForeignKeyDescriptor,
  catalog: Catalog,
): NamedRow {
  const parent = catalog.objects.get(key.parent);
  const operators = key.parentColumns.map((number, at) => {
    const own = table.columns[(key.columns[at] ?? 0) - 1]?.type ?? 0;
    return keyOperators(
      own,
      parent?.kind === "table" ? (parent.columns[number - 1]?.type ?? 0) : 0,
    );
  });
  return {
    ...COMMON,
    oid: key.oid,
    conname: key.name,
    connamespace: table.schema,
    contype: "f",
    condeferrable: key.deferrable,
    condeferred: key.initiallyDeferred,
    convalidated: key.validated,
    conrelid: table.oid,
    conindid: key.index,
    confrelid: key.parent,
    confupdtype: ACTION_CODES[key.onUpdate],
    confdeltype: ACTION_CODES[key.onDelete],
    confmatchtype: key.match === "full" ? "f" : "s",
    connoinherit: true,
    conkey: int2Array(key.columns),
    confkey: int2Array(key.parentColumns),
    conpfeqop: oidArray(operators.map(({ parentChild }) => parentChild)),
    conppeqop: oidArray(operators.map(({ parentParent }) => parentParent)),
    conffeqop: oidArray(operators.map(({ childChild }) => childChild)),
    confdelsetcols: key.setColumns === undefined ? null : int2Array(key.setColumns),
  };
}

/** The text of a condition is what pg_get_constraintdef makes of it. */
function* domainRows(type: TypeDescriptor): Iterable<NamedRow> {
  if (type.definition.kind !== "domain") return;
  for (const { oid, name, validated } of type.definition.checks) {
    yield {
      ...COMMON,
      oid,
      conname: name,
      connamespace: type.schema,
      contype: "c",
      convalidated: validated,
      conrelid: 0,
      contypid: type.oid,
      connoinherit: false,
      conkey: null,
    };
  }
}

function* keyRows(table: TableDescriptor): Iterable<NamedRow> {
  for (const index of table.indexes) {
    if (index.constraint !== undefined) yield keyRow(table, index, index.constraint);
  }
}

export const PG_CONSTRAINT: VirtualTable = systemTable("pg_constraint", function* (catalog, made) {
  for (const { row } of systemConstraints().values()) {
    yield* made.of(row, [], () => [{ ...COMMON, ...row }]);
  }
  for (const table of catalog.objects.values()) {
    if (table.kind === "type") yield* domainRows(table);
    if (table.kind !== "table") continue;
    yield* made.of(table, [], () => keyRows(table));
    for (const check of table.checks) yield checkRow(table, check, catalog);
    for (const key of table.foreignKeys ?? []) yield foreignKeyRow(table, key, catalog);
  }
});
