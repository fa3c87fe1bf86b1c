/** From a table's rows to its statistics: those of columns that were not asked for are kept. */
import type { Catalog } from "../catalog/catalog.ts";
import type { ColumnDescriptor, IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import { analyzeColumn } from "./analyze-column.ts";
import { statisticsExpressions } from "../bind/statistics-expressions.ts";
import { analyzeComputed, analyzeExpressions, valuesOf } from "./analyze-expressions.ts";
import { distinctOverride } from "./column-overrides.ts";
import type { ExtendedStatistics } from "./extended-statistics.ts";
import { analyzeCombinations, extendedTarget } from "./extended-statistics.ts";
import type { RowSample, Sampling } from "./sample-rows.ts";
import { sampleRows } from "./sample-rows.ts";
import { guessedWidth, indexPages, tablePages } from "./stored-width.ts";
import type {
  ColumnStatistics,
  ExpressionStatistics,
  RelationSize,
  TableStatistics,
} from "./table-statistics.ts";

/** PostgreSQL's: rows per unit of the statistics target. */
const ROWS_PER_TARGET = 300;

export interface AnalyzeRequest {
  readonly table: TableDescriptor;
  /** Numbers of the columns; undefined: all. */
  readonly columns: ReadonlySet<number> | undefined;
  readonly previous: TableStatistics | undefined;
  readonly target: number;
  /** Statistics objects over the table. */
  readonly objects: readonly StatisticsDescriptor[];
  /** That the table and the objects are of. */
  readonly catalog: Catalog;
  readonly automatic: boolean;
  /** Microseconds since the Unix epoch. */
  readonly now: number;
}

export interface Analyzed {
  readonly statistics: TableStatistics;
  readonly sample: RowSample;
}

function isWanted(request: AnalyzeRequest, column: ColumnDescriptor): boolean {
  if (column.dropped || column.statisticsTarget === 0) return false;
  return request.columns === undefined || request.columns.has(column.number);
}

async function columnsOf(
  request: AnalyzeRequest,
  sample: RowSample,
  pause: () => Promise<void>,
): Promise<ReadonlyMap<number, ColumnStatistics>> {
  const columns = new Map(request.previous?.columns);
  for (const [position, column] of request.table.columns.entries()) {
    if (!isWanted(request, column)) continue;
    const wanted = {
      column: column.number,
      type: column.type,
      values: sample.rows.map((row) => row[position] ?? null),
      totalRows: sample.totalRows,
      target: column.statisticsTarget ?? request.target,
    };
    const analyzed = await analyzeColumn(wanted, pause);
    if (analyzed === undefined) continue;
    const distinct = distinctOverride(column) ?? analyzed.distinct;
    columns.set(column.number, { ...analyzed, distinct });
  }
  return columns;
}

function widthOf(
  table: TableDescriptor,
  columns: ReadonlyMap<number, ColumnStatistics>,
  number: number,
): number {
  const column = table.columns[number - 1];
  if (column === undefined || column.dropped) return 0;
  return columns.get(number)?.width ?? guessedWidth(column.type, column.typmod);
}

function indexSize(
  table: TableDescriptor,
  index: IndexDescriptor,
  columns: ReadonlyMap<number, ColumnStatistics>,
  rows: number,
): RelationSize {
  const numbers = [...index.columns.map((each) => each.column), ...index.include];
  const width = numbers.reduce((sum, number) => sum + widthOf(table, columns, number), 0);
  return { rows, pages: indexPages(rows, width) };
}

function countsOf({
  previous,
  automatic,
  now,
}: AnalyzeRequest): Pick<
  TableStatistics,
  "analyzeCount" | "automaticCount" | "lastAnalyze" | "lastAutomatic"
> {
  return {
    analyzeCount: (previous?.analyzeCount ?? 0) + (automatic ? 0 : 1),
    automaticCount: (previous?.automaticCount ?? 0) + (automatic ? 1 : 0),
    lastAnalyze: automatic ? previous?.lastAnalyze : now,
    lastAutomatic: automatic ? now : previous?.lastAutomatic,
  };
}

function indexedExpressions(
  table: TableDescriptor,
  previous: TableStatistics | undefined,
): readonly ExpressionStatistics[] {
  const isIndex = (oid: number): boolean => table.indexes.some((each) => each.oid === oid);
  return previous?.expressions?.filter(({ index }) => isIndex(index)) ?? [];
}

interface AnalyzedObjects {
  readonly extended: readonly ExtendedStatistics[];
  readonly expressions: readonly ExpressionStatistics[];
}

/** Of objects whose columns were not all asked for what was known before is kept. */
async function objectsOf(
  request: AnalyzeRequest,
  sample: RowSample,
  pause: () => Promise<void>,
): Promise<AnalyzedObjects> {
  const { table, columns, target, previous, catalog, automatic } = request;
  const extended: ExtendedStatistics[] = [];
  const expressions: ExpressionStatistics[] = [];
  for (const object of request.objects) {
    const own = extendedTarget(table, object, target);
    const isAsked = object.columns.every((number) => columns?.has(number) !== false);
    if (!isAsked || own === 0) {
      extended.push(...(previous?.extended?.filter((each) => each.object === object.oid) ?? []));
      expressions.push(...keptExpressions(previous, object));
      continue;
    }
    const exprs = statisticsExpressions(object, table, catalog);
    const values = exprs.map((expr) => valuesOf(expr, sample.rows, automatic));
    const computed = exprs.map((expr, at) => ({ expr, values: values[at] }));
    const about = { target: own, pause };
    const together = await analyzeCombinations(table, object, { sample, computed }, about);
    if (together !== undefined) extended.push(together);
    expressions.push(...(await analyzeComputed(object.oid, { sample, computed }, about)));
  }
  return { extended, expressions };
}

function keptExpressions(
  previous: TableStatistics | undefined,
  { oid }: StatisticsDescriptor,
): readonly ExpressionStatistics[] {
  return previous?.expressions?.filter(({ index }) => index === oid) ?? [];
}

export async function analyzeTable(sampling: Sampling, request: AnalyzeRequest): Promise<Analyzed> {
  const { table, previous, automatic } = request;
  const targets = table.columns
    .filter((column) => isWanted(request, column))
    .map((column) => column.statisticsTarget ?? request.target);
  targets.push(...request.objects.map((each) => extendedTarget(table, each, request.target)));
  const target = Math.max(0, ...targets) || request.target;
  const sample = await sampleRows(sampling, table, ROWS_PER_TARGET * target);
  const columns = await columnsOf(request, sample, () => sampling.pause());
  const indexed =
    request.columns === undefined
      ? await analyzeExpressions(table, sample, request.target, () => sampling.pause())
      : indexedExpressions(table, previous);
  const { extended, expressions } = await objectsOf(request, sample, () => sampling.pause());
  const rows = sample.totalRows;
  const width = table.columns.reduce((sum, each) => sum + widthOf(table, columns, each.number), 0);
  const statistics: TableStatistics = {
    table: table.oid,
    storageId: table.storageId,
    size: { rows, pages: tablePages(rows, width) },
    indexes: new Map(
      table.indexes.map((index) => [index.oid, indexSize(table, index, columns, rows)]),
    ),
    columns,
    expressions: [...indexed, ...expressions],
    ...(extended.length === 0 ? {} : { extended }),
    // What is read anew is recognised by its age.
    analyzedAt: Math.max(request.now, (previous?.analyzedAt ?? 0) + 1),
    automatic,
    ...countsOf(request),
  };
  return { statistics, sample };
}
