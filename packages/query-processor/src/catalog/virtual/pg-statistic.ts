/** pg_statistic and pg_stats: what ANALYZE found out about columns. */
import type { ArrayValue, Datum } from "@firstlight/sql";
import { makeArray, typeOrdering } from "@firstlight/sql";
import type { ColumnStatistics, TableStatistics } from "../../statistics/table-statistics.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { TableDescriptor } from "../descriptors.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const FLOAT4 = 700;
const SLOTS = 5;
const COMMON = 1;
const HISTOGRAM = 2;
const CORRELATION = 3;
const ELEMENTS = 4;
const ELEMENT_COUNTS = 5;
const LENGTHS = 6;
const BOUNDS = 7;
const FLOAT8 = 701;
const FLOAT8_LESS = 672;
const COLLATABLE: ReadonlySet<number> = new Set([19, 25, 1042, 1043]);
const DEFAULT_COLLATION = 100;
const C_COLLATION = 950;

interface Slot {
  readonly kind: number;
  readonly operator: number;
  readonly numbers: ArrayValue | null;
  readonly values: ArrayValue | null;
}

function slotsOf(column: ColumnStatistics): Slot[] {
  const ordering = typeOrdering(column.type);
  const slots: Slot[] = [];
  if (column.commonValues.length > 0) {
    slots.push({
      kind: COMMON,
      operator: ordering?.equal ?? 0,
      numbers: makeArray(FLOAT4, column.commonFractions),
      values: makeArray(column.type, column.commonValues),
    });
  }
  const operator = ordering?.less ?? 0;
  if (column.histogram.length > 0) {
    const values = makeArray(column.type, column.histogram);
    slots.push({ kind: HISTOGRAM, operator, numbers: null, values });
  }
  if (column.correlation !== undefined) {
    const numbers = makeArray(FLOAT4, [column.correlation]);
    slots.push({ kind: CORRELATION, operator, numbers, values: null });
  }
  slots.push(...elementSlots(column), ...rangeSlots(column));
  return slots;
}

/** Behind the shares their bounds, and that of arrays with NULLs. */
function elementSlots({ elements }: ColumnStatistics): Slot[] {
  if (elements === undefined) return [];
  const { type, values, fractions, least, greatest, nulls, counts, average } = elements;
  const operator = typeOrdering(type)?.equal ?? 0;
  const slots: Slot[] = [];
  if (values.length > 0) {
    const numbers = makeArray(FLOAT4, [...fractions, least, greatest, nulls]);
    slots.push({ kind: ELEMENTS, operator, numbers, values: makeArray(type, values) });
  }
  const numbers = makeArray(FLOAT4, [...counts, average]);
  slots.push({ kind: ELEMENT_COUNTS, operator, numbers, values: null });
  return slots;
}

function rangeSlots({ type, ranges }: ColumnStatistics): Slot[] {
  if (ranges === undefined) return [];
  const slots: Slot[] = [];
  if (ranges.bounds.length > 0) {
    const values = makeArray(type, ranges.bounds);
    slots.push({ kind: BOUNDS, operator: 0, numbers: null, values });
  }
  slots.push({
    kind: LENGTHS,
    operator: FLOAT8_LESS,
    numbers: makeArray(FLOAT4, [ranges.emptyFraction]),
    values: makeArray(FLOAT8, ranges.lengths),
  });
  return slots;
}

function collationOf(type: number): number {
  if (!COLLATABLE.has(type)) return 0;
  return type === 19 ? C_COLLATION : DEFAULT_COLLATION;
}

interface AnalyzedColumn {
  readonly table: TableDescriptor;
  /** The table, or one of its indexes. */
  readonly relation: { readonly oid: number; readonly name: string };
  readonly column: { readonly number: number; readonly name: string };
  readonly statistics: ColumnStatistics;
}

/** Expressions that indexes are on. */
function* analyzedExpressions(
  table: TableDescriptor,
  { expressions = [] }: TableStatistics,
): Iterable<AnalyzedColumn> {
  for (const statistics of expressions) {
    const relation = table.indexes.find((index) => index.oid === statistics.index);
    const number = statistics.column;
    const name = relation?.columns[number - 1]?.expression?.name;
    if (relation === undefined || name === undefined) continue;
    yield { table, relation, column: { number, name }, statistics };
  }
}

function* analyzedColumns(catalog: Catalog): Iterable<AnalyzedColumn> {
  for (const analyzed of catalog.statistics.values()) {
    const { columns } = analyzed;
    const table = catalog.objects.get(analyzed.table);
    if (table?.kind !== "table") continue;
    for (const column of table.columns) {
      const statistics = columns.get(column.number);
      if (statistics === undefined || column.dropped || statistics.type !== column.type) continue;
      yield { table, relation: table, column, statistics };
    }
    yield* analyzedExpressions(table, analyzed);
  }
}

function statisticRow({ relation, column, statistics }: AnalyzedColumn): NamedRow {
  const row: Record<string, Datum> = {
    starelid: relation.oid,
    staattnum: column.number,
    stainherit: false,
    stanullfrac: statistics.nullFraction,
    stawidth: statistics.width,
    stadistinct: statistics.distinct,
  };
  const slots = slotsOf(statistics);
  for (let at = 1; at <= SLOTS; at++) {
    const slot = slots[at - 1];
    row[`stakind${at}`] = slot?.kind ?? 0;
    row[`staop${at}`] = slot?.operator ?? 0;
    row[`stacoll${at}`] = slot === undefined ? 0 : collationOf(statistics.type);
    row[`stanumbers${at}`] = slot?.numbers ?? null;
    row[`stavalues${at}`] = slot?.values ?? null;
  }
  return row;
}

/** What pg_stats and pg_stats_ext_exprs show. */
export function shownStatistics(statistics: ColumnStatistics): NamedRow {
  const slots = slotsOf(statistics);
  const slot = (kind: number): Slot | undefined => slots.find((each) => each.kind === kind);
  return {
    inherited: false,
    null_frac: statistics.nullFraction,
    avg_width: statistics.width,
    n_distinct: statistics.distinct,
    most_common_vals: slot(COMMON)?.values ?? null,
    most_common_freqs: slot(COMMON)?.numbers ?? null,
    histogram_bounds: slot(HISTOGRAM)?.values ?? null,
    correlation: statistics.correlation ?? null,
    most_common_elems: slot(ELEMENTS)?.values ?? null,
    most_common_elem_freqs: slot(ELEMENTS)?.numbers ?? null,
    elem_count_histogram: slot(ELEMENT_COUNTS)?.numbers ?? null,
  };
}

function statsRow(catalog: Catalog, analyzed: AnalyzedColumn): NamedRow {
  const { table, relation, column, statistics } = analyzed;
  return {
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    tablename: relation.name,
    attname: column.name,
    ...shownStatistics(statistics),
  };
}

export const PG_STATISTIC: VirtualTable = systemTable("pg_statistic", function* (catalog) {
  for (const each of analyzedColumns(catalog)) yield statisticRow(each);
});

export const PG_STATS: VirtualTable = systemTable("pg_stats", function* (catalog) {
  for (const each of analyzedColumns(catalog)) yield statsRow(catalog, each);
});
