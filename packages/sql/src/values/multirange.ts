/** Multiranges: ordered lists of ranges that neither touch nor overlap. */
import type { MultirangeValue, RangeValue } from "./datum.ts";
import {
  compareRanges,
  intersectRanges,
  mergeRanges,
  rangeBefore,
  type RangeKind,
  rangesAdjacent,
  subtractRanges,
} from "./range.ts";

export function makeMultirange(kind: RangeKind, ranges: readonly RangeValue[]): MultirangeValue {
  const merged: RangeValue[] = [];
  const sorted = ranges
    .filter((range) => !range.empty)
    .toSorted((a, b) => compareRanges(kind, a, b));
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last === undefined) merged.push(range);
    else if (!rangesAdjacent(kind, last, range) && rangeBefore(kind, last, range)) {
      merged.push(range);
    } else merged[merged.length - 1] = mergeRanges(kind, last, range);
  }
  return { tag: "multirange", ranges: merged };
}

export function compareMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): number {
  const shared = Math.min(a.ranges.length, b.ranges.length);
  for (let i = 0; i < shared; i++) {
    const order = compareRanges(kind, a.ranges[i] as RangeValue, b.ranges[i] as RangeValue);
    if (order !== 0) return order;
  }
  return a.ranges.length - b.ranges.length;
}

export function intersectMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  const pieces = a.ranges.flatMap((left) =>
    b.ranges.map((right) => intersectRanges(kind, left, right)),
  );
  return makeMultirange(kind, pieces);
}

export function subtractMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  let rest: readonly RangeValue[] = a.ranges;
  for (const range of b.ranges) rest = rest.flatMap((each) => subtractRanges(kind, each, range));
  return { tag: "multirange", ranges: rest };
}
