/** Where the ranges of a column are and how long they are (compute_range_stats). */
import type { Datum, RangeValue } from "@firstlight/sql";
import { compareBounds, lowerOf, rangeKindOf, upperOf } from "@firstlight/sql";
import { differenceOf, distanceBetween } from "./range-lengths.ts";
import type { RangeStatistics } from "./table-statistics.ts";

export function isRange(value: Datum | undefined): value is RangeValue {
  const isObject = typeof value === "object" && value !== null && "tag" in value;
  return isObject && value.tag === "range";
}

/** Positions of equally distant values among so many. */
function positions(count: number, target: number): readonly number[] {
  const wanted = Math.min(count, target + 1);
  return Array.from({ length: wanted }, (_, at) => Math.floor((at * (count - 1)) / (wanted - 1)));
}

function picked<T>(sorted: readonly T[], target: number): readonly T[] {
  return positions(sorted.length, target).flatMap((at) => sorted[at] ?? []);
}

/** Undefined for what is no range. */
export function analyzeRanges(
  type: number,
  values: readonly Datum[],
  target: number,
): RangeStatistics | undefined {
  const kind = rangeKindOf(type);
  const ranges = values.filter(isRange);
  if (kind === undefined || ranges.length === 0) return undefined;
  const difference = differenceOf(type);
  const filled = ranges.filter(({ empty }) => !empty);
  const emptyFraction = Math.fround((ranges.length - filled.length) / ranges.length);
  if (filled.length < 2) return { bounds: [], lengths: [], emptyFraction };
  const lowers = filled.map(lowerOf).toSorted((a, b) => compareBounds(kind, a, b));
  const uppers = filled.map(upperOf).toSorted((a, b) => compareBounds(kind, a, b));
  const lengths = filled.map((each) => distanceBetween(difference, lowerOf(each), upperOf(each)));
  const above = picked(uppers, target);
  const bounds = picked(lowers, target).map((lower, at): RangeValue => {
    const upper = above[at];
    return {
      tag: "range",
      empty: false,
      lower: lower.value,
      upper: upper?.value ?? null,
      lowerInclusive: lower.inclusive,
      upperInclusive: upper?.inclusive ?? false,
    };
  });
  return {
    bounds,
    lengths: picked(
      lengths.toSorted((a, b) => a - b),
      target,
    ),
    emptyFraction,
  };
}
