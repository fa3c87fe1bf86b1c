/** pg_index. */
import { isUserType } from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { shownInclude } from "../system-catalog.ts";
import { isUnique } from "../table-indexes.ts";
import type { BuildState, IndexColumn, IndexDescriptor, TableDescriptor } from "../descriptors.ts";
import { indexCollations } from "../../bind/index-collations.ts";
import { indexExpressionsText, indexPredicateText } from "./index-text.ts";
import { int2Vector, oidVector } from "./arrays.ts";
import { defaultOperatorClass } from "./type-facts.ts";
import { systemIndexes, systemIndexRow } from "./system-indexes.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const OPTION_DESC = 1;
const OPTION_NULLS_FIRST = 2;

function optionOf(column: IndexColumn): number {
  return (column.descending ? OPTION_DESC : 0) | (column.nullsFirst ? OPTION_NULLS_FIRST : 0);
}

function indexRow(
  catalog: Catalog,
  table: TableDescriptor,
  index: IndexDescriptor,
  state: BuildState | undefined,
): NamedRow {
  const keys = index.columns.map((each) => each.column);
  const include = shownInclude(catalog.system.shape, table, index);
  const types = index.columns.map(
    ({ column, expression }) => expression?.type ?? table.columns[column - 1]?.type ?? 0,
  );
  return {
    indexrelid: index.oid,
    indrelid: table.oid,
    indnatts: keys.length + include.length,
    indnkeyatts: keys.length,
    indisunique: isUnique(index),
    indnullsnotdistinct: !index.nullsDistinct,
    indisprimary: index.primary,
    indisexclusion: false,
    indimmediate: index.deferrable === undefined,
    indisclustered: index.clustered === true,
    indisvalid: state === undefined,
    indcheckxmin: false,
    indisready: state !== "deleteOnly" && state !== "invalid",
    indislive: true,
    indisreplident: table.replicaIdentity?.index === index.oid,
    indkey: int2Vector([...keys, ...include]),
    indcollation: oidVector(indexCollations(table, index).map((each) => each?.oid ?? 0)),
    indclass: oidVector(
      types.map((type, at) => index.columns[at]?.operatorClass ?? defaultOperatorClass(type)),
    ),
    indoption: int2Vector(index.columns.map(optionOf)),
    indexprs: indexExpressionsText(table, index) ?? null,
    indpred: indexPredicateText(table, index) ?? null,
  };
}

function* ofTable(catalog: Catalog, table: TableDescriptor): Iterable<NamedRow> {
  for (const index of table.indexes) yield indexRow(catalog, table, index, undefined);
  for (const { index, state } of table.building ?? []) {
    yield indexRow(catalog, table, index, state);
  }
}

/** Expressions name what may be renamed; operator classes of users' types may change. */
function isPlain(table: TableDescriptor): boolean {
  const indexes = [...table.indexes, ...(table.building ?? []).map(({ index }) => index)];
  return (
    !table.columns.some(({ type }) => isUserType(type)) &&
    indexes.every(
      ({ columns, predicate }) =>
        predicate === undefined && columns.every(({ expression }) => expression === undefined),
    )
  );
}

export const PG_INDEX: VirtualTable = systemTable("pg_index", function* (catalog, made) {
  for (const index of systemIndexes().values()) {
    yield* made.of(index, [], () => [systemIndexRow(index)]);
  }
  for (const table of catalog.objects.values()) {
    if (table.kind !== "table") continue;
    const rows = (): Iterable<NamedRow> => ofTable(catalog, table);
    yield* isPlain(table) ? made.of(table, [catalog.system], rows) : rows();
  }
});
