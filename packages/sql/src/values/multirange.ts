/** Multiranges: ordered lists of ranges that neither touch nor overlap. */
import type { MultirangeValue, RangeValue } from "./datum.ts";
import {
  compareBounds,
  compareRanges,
  intersectRanges,
  mergeRanges,
  rangeBefore,
  rangeContains,
  type RangeKind,
  rangesAdjacent,
  subtractRanges,
  upperOf,
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

/** Ranges of two ordered lists that share something, each pair told once; false from `visit` ends it. */
function forOverlaps(
  kind: RangeKind,
  a: readonly RangeValue[],
  b: readonly RangeValue[],
  visit: (left: RangeValue, right: RangeValue) => boolean,
): void {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i] as RangeValue;
    const right = b[j] as RangeValue;
    if (rangeBefore(kind, left, right)) i++;
    else if (rangeBefore(kind, right, left)) j++;
    else {
      if (!visit(left, right)) return;
      if (compareBounds(kind, upperOf(left), upperOf(right)) <= 0) i++;
      else j++;
    }
  }
}

export function intersectMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  const ranges: RangeValue[] = [];
  forOverlaps(kind, a.ranges, b.ranges, (left, right) => {
    ranges.push(intersectRanges(kind, left, right));
    return true;
  });
  return { tag: "multirange", ranges };
}

/** Whether ordered lists share anything. */
export function rangeListsOverlap(
  kind: RangeKind,
  a: readonly RangeValue[],
  b: readonly RangeValue[],
): boolean {
  let found = false;
  forOverlaps(kind, a, b, () => {
    found = true;
    return false;
  });
  return found;
}

/** Whether each of the parts lies in one of the ordered ranges. */
export function rangeListContains(
  kind: RangeKind,
  ranges: readonly RangeValue[],
  parts: readonly RangeValue[],
): boolean {
  let at = 0;
  return parts.every((part) => {
    for (let range = ranges[at]; range !== undefined; range = ranges[++at]) {
      if (!rangeBefore(kind, range, part)) return rangeContains(kind, range, part);
    }
    return false;
  });
}

export function subtractMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  const ranges: RangeValue[] = [];
  let at = 0;
  for (const whole of a.ranges) {
    let rest: RangeValue | undefined = whole;
    while (rest !== undefined) {
      const taken = b.ranges[at];
      if (taken === undefined || rangeBefore(kind, rest, taken)) break;
      const left: readonly RangeValue[] = subtractRanges(kind, rest, taken);
      // What reaches further than `taken` meets the next one; what `taken` outlasts ends here.
      if (compareBounds(kind, upperOf(rest), upperOf(taken)) <= 0) {
        ranges.push(...left);
        rest = undefined;
        break;
      }
      ranges.push(...left.slice(0, -1));
      rest = left.at(-1);
      at++;
    }
    if (rest !== undefined) ranges.push(rest);
  }
  return { tag: "multirange", ranges };
}
