/**
 * pg_statistic_ext_data and pg_stats_ext: what ANALYZE found out about columns together, for objects
 * of CREATE STATISTICS. Common combinations are shown by the view only: their binary form is
 * PostgreSQL's own.
 */
import type { ArrayValue, Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, makeArray, makeArrayWithDims, typeByOid } from "@firstlight/sql";
import type { ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { StatisticsDescriptor, TableDescriptor } from "../descriptors.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const BOOL = 16;
const CHAR = 18;
const NAME = 19;
const TEXT = 25;
const DOUBLE = 701;

interface AnalyzedObject {
  readonly object: StatisticsDescriptor;
  readonly table: TableDescriptor;
  readonly statistics: ExtendedStatistics;
}

function* analyzedObjects(catalog: Catalog): Iterable<AnalyzedObject> {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "statistics") continue;
    const table = catalog.objects.get(object.table);
    if (table?.kind !== "table") continue;
    const known = catalog.statisticsOf(table)?.extended ?? [];
    const statistics = known.find((each) => each.object === object.oid);
    if (statistics !== undefined) yield { object, table, statistics };
  }
}

/** pg_ndistinct_out */
function distinctText({ distinct }: ExtendedStatistics): string | null {
  const items = distinct.map(({ columns, count }) => `"${columns.join(", ")}": ${count}`);
  return items.length === 0 ? null : `{${items.join(", ")}}`;
}

/** pg_dependencies_out */
function dependenciesText({ dependencies }: ExtendedStatistics): string | null {
  const items = dependencies.map(({ columns, degree }) => {
    const determining = columns.slice(0, -1).join(", ");
    return `"${determining} => ${columns.at(-1) ?? ""}": ${degree.toFixed(6)}`;
  });
  return items.length === 0 ? null : `{${items.join(", ")}}`;
}

function textOf(value: Datum, type: number): string | null {
  return value === null ? null : typeByOid(type).output(value, DEFAULT_FORMAT);
}

/** One line per combination. */
function grid(type: number, lines: readonly (readonly Datum[])[]): ArrayValue {
  const width = lines[0]?.length ?? 0;
  return makeArrayWithDims(type, [lines.length, width], [1, 1], lines.flat());
}

function commonColumns({ common, types }: ExtendedStatistics): NamedRow {
  if (common.length === 0) return {};
  const texts = common.map(({ values }) => values.map((each, at) => textOf(each, types[at] ?? 0)));
  const nulls = common.map(({ values }) => values.map((each) => each === null));
  return {
    most_common_vals: grid(TEXT, texts),
    most_common_val_nulls: grid(BOOL, nulls),
    most_common_freqs: makeArray(
      DOUBLE,
      common.map((each) => each.share),
    ),
    most_common_base_freqs: makeArray(
      DOUBLE,
      common.map((each) => each.independentShare),
    ),
  };
}

const NO_COMMON: NamedRow = {
  most_common_vals: null,
  most_common_val_nulls: null,
  most_common_freqs: null,
  most_common_base_freqs: null,
};

function ownerName({ objects }: Catalog, owner: number): string | null {
  const role = objects.get(owner);
  return role?.kind === "role" ? role.name : null;
}

function viewRow(catalog: Catalog, { object, table, statistics }: AnalyzedObject): NamedRow {
  const names = object.columns.map((number) => table.columns[number - 1]?.name ?? "");
  return {
    ...NO_COMMON,
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    tablename: table.name,
    statistics_schemaname: catalog.schemaByOid(object.schema)?.name ?? null,
    statistics_name: object.name,
    statistics_owner: ownerName(catalog, object.owner),
    attnames: makeArray(NAME, names),
    exprs: null,
    kinds: makeArray(CHAR, object.kinds),
    inherited: false,
    n_distinct: distinctText(statistics),
    dependencies: dependenciesText(statistics),
    ...commonColumns(statistics),
  };
}

export const PG_STATISTIC_EXT_DATA: VirtualTable = systemTable(
  "pg_statistic_ext_data",
  function* (catalog) {
    for (const { object, statistics } of analyzedObjects(catalog)) {
      yield {
        stxoid: object.oid,
        stxdinherit: false,
        stxdndistinct: distinctText(statistics),
        stxddependencies: dependenciesText(statistics),
        stxdmcv: null,
        stxdexpr: null,
      };
    }
  },
);

export const PG_STATS_EXT: VirtualTable = systemTable("pg_stats_ext", function* (catalog) {
  for (const each of analyzedObjects(catalog)) yield viewRow(catalog, each);
});
