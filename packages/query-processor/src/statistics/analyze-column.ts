/**
 * Statistics of one column from a sample, computed as PostgreSQL does (compute_scalar_stats): values
 * that occur often, a histogram of the rest, the number of distinct values by Duj1, and how much the
 * order of the rows is that of the values.
 */
import { sortInSteps } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { sameDatum, typeByOid, typeOrdering } from "@firstlight/sql";
import { analyzeElements } from "./analyze-array.ts";
import { analyzeRanges } from "./analyze-range.ts";
import { commonValueCount } from "./common-values.ts";
import { storedWidth, typeWidth } from "./stored-width.ts";
import type { ColumnStatistics, RangeStatistics } from "./table-statistics.ts";

/** default_statistics_target. */
export const STATISTICS_TARGET = 100;
/** Longer values are counted as distinct and neither compared nor kept. */
const WIDTH_MAX = 1024;

export interface ColumnSample {
  readonly column: number;
  readonly type: number;
  /** In the order of the rows. */
  readonly values: readonly Datum[];
  readonly totalRows: number;
  readonly target: number;
}

interface Gathered {
  readonly present: readonly { readonly value: Datum; readonly at: number }[];
  readonly nulls: number;
  readonly tooWide: number;
  readonly width: number;
}

/** Lets others run; throws when the work is to end. */
type Pause = () => Promise<void>;

/** Values looked at between two pauses. */
const VALUES_PER_STEP = 2_048;

async function gather({ values, type }: ColumnSample, pause: Pause): Promise<Gathered> {
  const present: { value: Datum; at: number }[] = [];
  const fixed = typeWidth(type);
  let nulls = 0;
  let tooWide = 0;
  let bytes = 0;
  for (const [at, value] of values.entries()) {
    if (at % VALUES_PER_STEP === VALUES_PER_STEP - 1) await pause();
    if (value === null) {
      nulls++;
      continue;
    }
    const width = fixed ?? storedWidth(value, type);
    bytes += width;
    if (fixed === undefined && width > WIDTH_MAX) tooWide++;
    else present.push({ value, at: present.length });
  }
  const count = values.length - nulls;
  const width = fixed ?? (count === 0 ? 0 : Math.trunc(bytes / count));
  return { present, nulls, tooWide, width };
}

interface Group {
  readonly first: number;
  readonly count: number;
}

interface Grouped {
  readonly values: readonly Datum[];
  readonly distinct: number;
  /** Values that occur more than once, most common first; of equally common ones the lesser. */
  readonly multiple: readonly Group[];
  readonly correlation: number | undefined;
}

type Compare = (a: Datum, b: Datum) => number;

async function group(
  present: Gathered["present"],
  compare: Compare,
  pause: Pause,
): Promise<Grouped> {
  const sorted = await sortInSteps(
    present,
    (a, b) => compare(a.value, b.value) || a.at - b.at,
    pause,
  );
  const multiple: Group[] = [];
  let distinct = 0;
  let first = 0;
  let products = 0;
  for (const [i, { value, at }] of sorted.entries()) {
    if (i % VALUES_PER_STEP === VALUES_PER_STEP - 1) await pause();
    products += i * at;
    const next = sorted[i + 1];
    if (next !== undefined && compare(value, next.value) === 0) continue;
    distinct++;
    if (i > first) multiple.push({ first, count: i + 1 - first });
    first = i + 1;
  }
  multiple.sort((a, b) => b.count - a.count);
  const correlation = sorted.length > 1 ? correlationOf(sorted.length, products) : undefined;
  return { values: sorted.map((each) => each.value), distinct, multiple, correlation };
}

function correlationOf(count: number, products: number): number {
  const sum = ((count - 1) * count) / 2;
  const squares = ((count - 1) * count * (2 * count - 1)) / 6;
  return (count * products - sum * sum) / (count * squares - sum * sum);
}

/** The estimator of Haas and Stokes; a share of the rows if the number seems to grow with them. */
function distinctCount(sample: ColumnSample, gathered: Gathered, grouped: Grouped): number {
  const { totalRows } = sample;
  const multiple = grouped.multiple.length;
  const nullFraction = Math.fround(gathered.nulls / sample.values.length);
  if (multiple === 0) return -(1 - nullFraction);
  let distinct = grouped.distinct;
  if (gathered.tooWide > 0 || multiple !== grouped.distinct) {
    const once = grouped.distinct - multiple + gathered.tooWide;
    const seen = once + multiple;
    const n = sample.values.length - gathered.nulls;
    const N = totalRows * (1 - nullFraction);
    const estimate = N > 0 ? (n * seen) / (n - once + (once * n) / N) : 0;
    distinct = Math.floor(Math.min(Math.max(estimate, seen), N) + 0.5);
  }
  return distinct > 0.1 * totalRows ? -(distinct / totalRows) : distinct;
}

function commonGroups(
  sample: ColumnSample,
  gathered: Gathered,
  grouped: Grouped,
  distinct: number,
): readonly Group[] {
  const kept = grouped.multiple.slice(0, sample.target);
  const isAll = kept.length === grouped.distinct && gathered.tooWide === 0 && distinct > 0;
  if (isAll) return kept;
  const count = commonValueCount(
    kept.map((each) => each.count),
    {
      sampleRows: sample.values.length,
      totalRows: sample.totalRows,
      distinct,
      nullFraction: Math.fround(gathered.nulls / sample.values.length),
    },
  );
  return kept.slice(0, count);
}

function histogramOf(grouped: Grouped, common: readonly Group[], target: number): readonly Datum[] {
  const wanted = Math.min(grouped.distinct - common.length, target + 1);
  if (wanted < 2) return [];
  const values: Datum[] = [];
  let from = 0;
  for (const { first, count } of common.toSorted((a, b) => a.first - b.first)) {
    for (let i = from; i < first; i++) values.push(grouped.values[i] ?? null);
    from = first + count;
  }
  for (let i = from; i < grouped.values.length; i++) values.push(grouped.values[i] ?? null);
  const steps = wanted - 1;
  return Array.from({ length: wanted }, (_, i) => {
    const at = Math.floor((i * (values.length - 1)) / steps);
    return values[at] ?? null;
  });
}

/** Of a type without an order only what can be counted. */
function plainStatistics(sample: ColumnSample, gathered: Gathered): ColumnStatistics {
  const nullFraction = Math.fround(gathered.nulls / sample.values.length);
  const hasOrder = typeOrdering(sample.type) !== undefined;
  const allWide = hasOrder && gathered.nulls < sample.values.length;
  return {
    column: sample.column,
    type: sample.type,
    nullFraction,
    width: gathered.width,
    distinct: allWide ? -(1 - nullFraction) : 0,
    commonValues: [],
    commonFractions: [],
    histogram: [],
    correlation: undefined,
  };
}

/** Undefined when there is no row to learn from. */
export async function analyzeColumn(
  sample: ColumnSample,
  pause: Pause,
): Promise<ColumnStatistics | undefined> {
  if (sample.values.length === 0) return undefined;
  const gathered = await gather(sample, pause);
  const ranges = analyzeRanges(sample.type, sample.values, sample.target);
  if (ranges !== undefined) return rangeStatistics(sample, gathered, ranges);
  if (typeOrdering(sample.type) === undefined || gathered.present.length === 0) {
    return plainStatistics(sample, gathered);
  }
  const elements = await analyzeElements(sample, pause);
  const scalar = await scalarStatistics(sample, gathered, pause);
  return elements === undefined ? scalar : { ...scalar, elements };
}

/** Of ranges no values are kept: hardly any occurs twice. */
function rangeStatistics(
  sample: ColumnSample,
  gathered: Gathered,
  ranges: RangeStatistics,
): ColumnStatistics {
  const plain = plainStatistics(sample, gathered);
  return { ...plain, distinct: Math.fround(-(1 - plain.nullFraction)), ranges };
}

async function scalarStatistics(
  sample: ColumnSample,
  gathered: Gathered,
  pause: Pause,
): Promise<ColumnStatistics> {
  const type = typeByOid(sample.type);
  const grouped = await group(gathered.present, (a, b) => type.compare(a, b), pause);
  const distinct = distinctCount(sample, gathered, grouped);
  const common = commonGroups(sample, gathered, grouped, distinct);
  return {
    column: sample.column,
    type: sample.type,
    nullFraction: Math.fround(gathered.nulls / sample.values.length),
    width: gathered.width,
    distinct: Math.fround(distinct),
    commonValues: common.map(({ first }) => grouped.values[first] ?? null),
    commonFractions: common.map(({ count }) => Math.fround(count / sample.values.length)),
    histogram: histogramOf(grouped, common, sample.target),
    correlation: grouped.correlation === undefined ? undefined : Math.fround(grouped.correlation),
  };
}

export function sameStatistics(a: ColumnStatistics, b: ColumnStatistics): boolean {
  return (
    a.distinct === b.distinct &&
    a.histogram.length === b.histogram.length &&
    a.histogram.every((value, at) => sameDatum(value, b.histogram[at] ?? null))
  );
}
