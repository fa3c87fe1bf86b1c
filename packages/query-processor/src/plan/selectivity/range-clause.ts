/**
 * Shares of rows whose range lies somewhere, overlaps another, or contains it: rangesel of
 * PostgreSQL, by histograms of the bounds and of the lengths.
 */
import type { Bound, RangeKind, RangeValue } from "@firstlight/sql";
import { compareBounds, lowerOf, rangeKindOf, upperOf } from "@firstlight/sql";
import { isRange } from "../../statistics/analyze-range.ts";
import type { Difference } from "../../statistics/range-lengths.ts";
import { differenceOf, distanceBetween } from "../../statistics/range-lengths.ts";
import { nullShare } from "./equality.ts";
import type { Variable } from "./variable.ts";
import { clampShare } from "./variable.ts";

export type RangeTest =
  | "<"
  | "<="
  | ">"
  | ">="
  | "<<"
  | ">>"
  | "&<"
  | "&>"
  | "&&"
  | "@>"
  | "<@"
  /** The column's range contains a value. */
  | "@> value"
  /** The column is the value that a range contains. */
  | "value <@";

export function rangeDefault(test: RangeTest): number {
  if (test === "&&") return 0.01;
  if (test === "@>" || test === "<@" || test === "@> value" || test === "value <@") return 0.005;
  return 1 / 3;
}

class BoundHistogram {
  readonly lowers: readonly Bound[];
  readonly uppers: readonly Bound[];
  readonly lengths: readonly number[];
  readonly #kind: RangeKind;
  readonly #difference: Difference | undefined;

  constructor(type: number, kind: RangeKind, variable: Variable) {
    const known = variable.statistics?.ranges;
    const ranges = (known?.bounds ?? []).filter(isRange);
    this.lowers = ranges.map(lowerOf);
    this.uppers = ranges.map(upperOf);
    this.lengths = known?.lengths ?? [];
    this.#kind = kind;
    this.#difference = differenceOf(type);
  }

  compare(a: Bound, b: Bound): number {
    return compareBounds(this.#kind, a, b);
  }

  distance(from: Bound, to: Bound): number {
    return distanceBetween(this.#difference, from, to);
  }

  /** The last bound below the given one, or equal to it; -1 for none. */
  bin(bounds: readonly Bound[], bound: Bound, equal: boolean): number {
    return bounds.findLastIndex((each) => {
      const order = this.compare(each, bound);
      return order < 0 || (equal && order === 0);
    });
  }

  /** Where the bound stands within its bin, 0 to 1. */
  position(bounds: readonly Bound[], bin: number, bound: Bound): number {
    const [from, to] = [bounds[bin], bounds[bin + 1]];
    if (from === undefined || to === undefined) return 0.5;
    const isInfinite = bound.value === null;
    if (from.value !== null && to.value !== null) {
      if (isInfinite || this.#difference === undefined) return 0.5;
      const width = this.#difference(to.value, from.value);
      if (width === undefined || Number.isNaN(width) || width <= 0) return 0.5;
      const share = (this.#difference(bound.value, from.value) ?? NaN) / width;
      return Number.isNaN(share) ? 0.5 : Math.min(1, Math.max(0, share));
    }
    if (from.value === null && to.value !== null) return isInfinite && bound.lower ? 0 : 1;
    if (from.value !== null) return isInfinite && !bound.lower ? 1 : 0;
    return 0.5;
  }

  /** The share of bounds below the given one, or equal to it. */
  below(bounds: readonly Bound[], bound: Bound, equal: boolean): number {
    const bins = bounds.length - 1;
    const bin = this.bin(bounds, bound, equal);
    const within = bin >= 0 && bin < bins ? this.position(bounds, bin, bound) : 0;
    return (Math.max(bin, 0) + within) / bins;
  }
}

/** Only the upper bound of a bin can be infinite, or both. */
function lengthPosition(length: number, from: number, to: number): number {
  if (!Number.isFinite(to)) return Number.isFinite(from) ? 0.5 : 0;
  return Number.isFinite(length) ? 1 - (to - length) / (to - from) : 0.5;
}

/** The mean share of ranges that are shorter than a length between these two. */
function shorterShare(
  lengths: readonly number[],
  first: number,
  second: number,
  equal: boolean,
): number {
  const bins = lengths.length - 1;
  if (second < 0) return 0;
  if (second === Infinity && equal) return 1;
  const isBelow = (each: number, length: number): boolean =>
    each < length || (equal && each <= length);
  const at = (index: number): number => lengths[index] ?? 0;
  let bin = lengths.findLastIndex((each) => isBelow(each, first));
  if (bin >= bins) return 1;
  const start = bin < 0 ? 0 : lengthPosition(first, at(bin), at(bin + 1));
  bin = Math.max(bin, 0);
  let share = (bin + start) / bins;
  if (second === first) return share;
  let length = first;
  let area = 0;
  const add = (nextLength: number, nextShare: number): void => {
    if (share > 0 || nextShare > 0) area += 0.5 * (share + nextShare) * (nextLength - length);
    [length, share] = [nextLength, nextShare];
  };
  for (; bin < bins && isBelow(at(bin + 1), second); bin++) add(at(bin + 1), bin / bins);
  if (bin >= bins) add(second, 1);
  else {
    const isPoint = at(bin) === at(bin + 1);
    const within = isPoint ? 0 : lengthPosition(second, at(bin), at(bin + 1));
    add(second, (bin + within) / bins);
  }
  return area === Infinity && second === Infinity ? 0.5 : area / (second - first);
}

/** Ranges within the given one: per bin of lower bounds those that are short enough. */
function containedShare(known: BoundHistogram, lower: Bound, upper: Bound): number {
  const { lowers, lengths } = known;
  const end: Bound = { value: upper.value, inclusive: !upper.inclusive, lower: true };
  const found = known.bin(lowers, end, false);
  if (found < 0) return 0;
  const first = Math.min(found, lowers.length - 2);
  let width = known.position(lowers, first, end);
  let before = 0;
  let sum = 0;
  for (let bin = first; bin >= 0; bin--) {
    const bound = lowers[bin];
    if (bound === undefined) break;
    const isLast = known.compare(bound, lower) < 0;
    const distance = known.distance(isLast ? lower : bound, end);
    if (isLast) width = Math.max(0, width - known.position(lowers, bin, lower));
    sum += (shorterShare(lengths, before, distance, true) * width) / (lowers.length - 1);
    if (isLast) break;
    width = 1;
    before = distance;
  }
  return sum;
}

/** Ranges around the given one: per bin of lower bounds those that are long enough. */
function containsShare(known: BoundHistogram, lower: Bound, upper: Bound): number {
  const { lowers, lengths } = known;
  const found = known.bin(lowers, lower, true);
  if (found < 0) return 0;
  const first = Math.min(found, lowers.length - 2);
  let width = known.position(lowers, first, lower);
  let before = known.distance(lower, upper);
  let sum = 0;
  for (let bin = first; bin >= 0; bin--) {
    const bound = lowers[bin];
    if (bound === undefined) break;
    const distance = known.distance(bound, upper);
    const longer = 1 - shorterShare(lengths, before, distance, false);
    sum += (longer * width) / (lowers.length - 1);
    width = 1;
    before = distance;
  }
  return sum;
}

function histogramShare(known: BoundHistogram, range: RangeValue, test: RangeTest): number {
  const { lowers, uppers } = known;
  const [lower, upper] = [lowerOf(range), upperOf(range)];
  switch (test) {
    case "<":
      return known.below(lowers, lower, false);
    case "<=":
      return known.below(lowers, lower, true);
    case ">":
      return 1 - known.below(lowers, lower, false);
    case ">=":
      return 1 - known.below(lowers, lower, true);
    case "<<":
      return known.below(uppers, lower, false);
    case ">>":
      return 1 - known.below(lowers, upper, true);
    case "&>":
      return 1 - known.below(lowers, lower, false);
    case "&<":
      return known.below(uppers, upper, true);
    case "&&":
    case "@> value":
      return known.below(lowers, upper, true) - known.below(uppers, lower, false);
    case "@>":
      return containsShare(known, lower, upper);
    case "<@":
      if (lower.value === null) return known.below(uppers, upper, true);
      if (upper.value === null) return 1 - known.below(lowers, lower, false);
      return containedShare(known, lower, upper);
    case "value <@":
      return rangeDefault(test);
  }
}

/** Compared with the empty range, only other empty ones and those around it tell. */
function shareOfEmpty(test: RangeTest, empty: number): number {
  if (test === "<@" || test === "<=") return empty;
  if (test === "@>" || test === ">=") return 1;
  return test === ">" ? 1 - empty : 0;
}

/** `column test range`; undefined of columns that are no ranges. */
export function rangeShare(
  variable: Variable,
  range: RangeValue,
  test: RangeTest,
): number | undefined {
  const { type } = variable.expr;
  const kind = rangeKindOf(type);
  if (kind === undefined) return undefined;
  const empty = variable.statistics?.ranges?.emptyFraction ?? 0;
  const rest = 1 - nullShare(variable);
  if (range.empty) return clampShare(shareOfEmpty(test, empty) * rest);
  const known = new BoundHistogram(type, kind, variable);
  const share = known.lowers.length > 1 ? histogramShare(known, range, test) : rangeDefault(test);
  const filled = (1 - empty) * share + (test === "<@" ? empty : 0);
  return clampShare(filled * rest);
}
