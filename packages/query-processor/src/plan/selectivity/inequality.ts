/** Shares of rows below or above a value: scalarineqsel of PostgreSQL. */
import type { Datum, Expr } from "@firstlight/sql";
import { findType, typeByOid } from "@firstlight/sql";
import { asColumnValue, commonTotal } from "./equality.ts";
import type { Estimation } from "./relation-facts.ts";
import { positionBetween } from "./scalar-position.ts";
import type { Variable } from "./variable.ts";
import { clampShare, distinctValues } from "./variable.ts";

export const INEQUALITY_DEFAULT: number = 0.3333333333333333;
export const RANGE_DEFAULT = 0.005;

export interface Comparison {
  readonly greater: boolean;
  readonly inclusive: boolean;
}

function holds(order: number, { greater, inclusive }: Comparison): boolean {
  if (order === 0) return inclusive;
  return greater ? order > 0 : order < 0;
}

type Compare = (a: Datum, b: Datum) => number;

function commonShare(
  variable: Variable,
  comparison: Comparison,
  value: Datum,
  compare: Compare,
): number {
  const { commonValues = [], commonFractions = [] } = variable.statistics ?? {};
  let share = 0;
  for (const [at, each] of commonValues.entries()) {
    if (each !== null && holds(compare(each, value), comparison)) share += commonFractions[at] ?? 0;
  }
  return share;
}

/** ineq_histogram_selectivity; undefined without a histogram. */
function histogramShare(
  variable: Variable,
  { greater, inclusive }: Comparison,
  value: Datum,
  compare: Compare,
): number | undefined {
  const bounds = variable.statistics?.histogram ?? [];
  if (bounds.length < 2) return undefined;
  // Bounds that are less than the value, or equal to it where equal values count as below.
  const below = { greater: false, inclusive: greater !== inclusive };
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const probe = (low + high) >> 1;
    if (holds(compare(bounds[probe] ?? null, value), below)) low = probe + 1;
    else high = probe;
  }
  const share = shareBelow(variable, bounds, low, value, greater === inclusive);
  const wanted = greater ? 1 - share : share;
  const cutoff = 0.01 / (bounds.length - 1);
  return Math.min(1 - cutoff, Math.max(cutoff, wanted));
}

function shareBelow(
  variable: Variable,
  bounds: readonly Datum[],
  at: number,
  value: Datum,
  excludesEqual: boolean,
): number {
  if (at <= 0) return 0;
  if (at >= bounds.length) return 1;
  let equal = 0;
  if (at === 1 || excludesEqual) {
    const common = variable.statistics?.commonValues.length ?? 0;
    const others = distinctValues(variable).count - common;
    if (others > 1) equal = 1 / others;
  }
  const within = positionBetween(value, bounds[at - 1] ?? null, bounds[at] ?? null);
  let share = (at - 1 + within) / (bounds.length - 1);
  if (at === 1) share += equal * (1 - within);
  if (excludesEqual) share -= equal;
  return share;
}

/** The same among the values of the histogram alone. */
export function shareOfHistogram(
  variable: Variable,
  comparison: Comparison,
  value: Datum,
): number | undefined {
  const { statistics } = variable;
  if (statistics === undefined || findType(statistics.type) === undefined) return undefined;
  const type = typeByOid(statistics.type);
  return histogramShare(variable, comparison, value, (a, b) => type.compare(a, b));
}

/** `column < value` and its kin; the value is not NULL. */
export function comparisonShare(
  variable: Variable,
  comparison: Comparison,
  value: Datum,
  valueType: number,
): number {
  const { statistics } = variable;
  if (statistics === undefined || findType(statistics.type) === undefined) {
    return INEQUALITY_DEFAULT;
  }
  const own = asColumnValue(value, valueType, statistics.type);
  if (own === undefined) return INEQUALITY_DEFAULT;
  const type = typeByOid(statistics.type);
  const compare = (a: Datum, b: Datum): number => type.compare(a, b);
  let share = 1 - statistics.nullFraction - commonTotal(variable);
  share *= histogramShare(variable, comparison, own, compare) ?? 0.5;
  return clampShare(share + commonShare(variable, comparison, own, compare));
}

export function inequalityShareOf(
  estimation: Estimation,
  variable: Variable,
  comparison: Comparison,
  other: Expr,
): number {
  const value = estimation.valueOf(other);
  if (value === undefined) return INEQUALITY_DEFAULT;
  if (value === null) return 0;
  return comparisonShare(variable, comparison, value, other.type);
}
