/**
 * pg_statistic_ext_data, pg_stats_ext and pg_stats_ext_exprs: what ANALYZE found out about columns
 * together and about expressions, for objects of CREATE STATISTICS. Common combinations and
 * expressions are shown by the views only: their stored form is PostgreSQL's own.
 */
import type { ArrayValue, Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, makeArray, makeArrayWithDims, typeByOid } from "@firstlight/sql";
import type { ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import type { ExpressionStatistics } from "../../statistics/table-statistics.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { TableDescriptor } from "../descriptors.ts";
import type { StatisticsDescriptor } from "../statistics-descriptor.ts";
import type { NamedRow } from "./virtual-table.ts";
import { shownStatistics } from "./pg-statistic.ts";
import { statisticsKinds } from "./pg-statistic-ext.ts";
import { statisticsExpressionTexts, statisticsTable } from "./statistics-text.ts";
import { systemTable } from "./virtual-table.ts";

const BOOL = 16;
const CHAR = 18;
const NAME = 19;
const TEXT = 25;
const DOUBLE = 701;

interface AnalyzedObject {
  readonly object: StatisticsDescriptor;
  readonly table: TableDescriptor;
  /** Undefined for a single expression. */
  readonly statistics: ExtendedStatistics | undefined;
  /** Of its expressions, as far as they have any. */
  readonly computed: readonly ExpressionStatistics[];
}

function* analyzedObjects(catalog: Catalog): Iterable<AnalyzedObject> {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "statistics") continue;
    const table = statisticsTable(catalog, object);
    const known = table && catalog.statisticsOf(table);
    if (table === undefined || known === undefined) continue;
    const statistics = known.extended?.find((each) => each.object === object.oid);
    const computed = known.expressions?.filter(({ index }) => index === object.oid) ?? [];
    if (statistics === undefined && computed.length === 0) continue;
    yield { object, table, statistics, computed };
  }
}

const NOTHING: Pick<ExtendedStatistics, "distinct" | "dependencies" | "common" | "types"> = {
  distinct: [],
  dependencies: [],
  common: [],
  types: [],
};

/** pg_ndistinct_out */
function distinctText(known: ExtendedStatistics | undefined): string | null {
  const { distinct } = known ?? NOTHING;
  const items = distinct.map(({ columns, count }) => `"${columns.join(", ")}": ${count}`);
  return items.length === 0 ? null : `{${items.join(", ")}}`;
}

/** pg_dependencies_out */
function dependenciesText(known: ExtendedStatistics | undefined): string | null {
  const { dependencies } = known ?? NOTHING;
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

function commonColumns(known: ExtendedStatistics | undefined): NamedRow {
  const { common, types } = known ?? NOTHING;
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

function objectColumns(catalog: Catalog, { object, table }: AnalyzedObject): NamedRow {
  return {
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    tablename: table.name,
    statistics_schemaname: catalog.schemaByOid(object.schema)?.name ?? null,
    statistics_name: object.name,
    statistics_owner: ownerName(catalog, object.owner),
  };
}

function viewRow(catalog: Catalog, analyzed: AnalyzedObject): NamedRow {
  const { object, table, statistics } = analyzed;
  const names = object.columns.map((number) => table.columns[number - 1]?.name ?? "");
  const texts = statisticsExpressionTexts(catalog, object);
  return {
    ...NO_COMMON,
    ...objectColumns(catalog, analyzed),
    attnames: names.length === 0 ? null : makeArray(NAME, names),
    exprs: texts === undefined ? null : makeArray(TEXT, texts),
    kinds: makeArray(CHAR, statisticsKinds(object)),
    inherited: false,
    n_distinct: distinctText(statistics),
    dependencies: dependenciesText(statistics),
    ...commonColumns(statistics),
  };
}

function* expressionRows(catalog: Catalog, analyzed: AnalyzedObject): Iterable<NamedRow> {
  const texts = statisticsExpressionTexts(catalog, analyzed.object) ?? [];
  for (const each of analyzed.computed) {
    const expr = texts[each.column - 1];
    if (expr === undefined) continue;
    yield { ...objectColumns(catalog, analyzed), expr, ...shownStatistics(each) };
  }
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

export const PG_STATS_EXT_EXPRS: VirtualTable = systemTable(
  "pg_stats_ext_exprs",
  function* (catalog) {
    for (const each of analyzedObjects(catalog)) yield* expressionRows(catalog, each);
  },
);
