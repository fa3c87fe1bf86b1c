/** Multiranges: ordered lists of ranges that neither touch nor overlap. */
import { toEnd } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import type { Datum, MultirangeValue, RangeValue } from "./datum.ts";
import {
  compareBounds,
  compareRanges,
  intersectRanges,
  mergeRanges,
  rangeBefore,
  rangeContains,
  rangeContainsValue,
  type RangeKind,
  rangesAdjacent,
  subtractRanges,
  upperOf,
} from "./range.ts";
import { mergedRuns, sortedSteps } from "./sorted-steps.ts";

/** Ranges treated between two looks at the clock. */
const RUN = 512;

export function makeMultirange(kind: RangeKind, ranges: readonly RangeValue[]): MultirangeValue {
  return toEnd(multirangeSteps(kind, ranges));
}

export function* multirangeSteps(
  kind: RangeKind,
  ranges: readonly RangeValue[],
): Steps<MultirangeValue> {
  const filled: RangeValue[] = [];
  for (const [at, range] of ranges.entries()) {
    if (!range.empty) filled.push(range);
    if (at % RUN === RUN - 1) yield;
  }
  const sorted = yield* sortedSteps(filled, (a, b) => compareRanges(kind, a, b));
  return yield* merged(kind, sorted);
}

/** Those that touch or overlap become one. */
function* merged(kind: RangeKind, sorted: readonly RangeValue[]): Steps<MultirangeValue> {
  const ranges: RangeValue[] = [];
  let last: RangeValue | undefined;
  for (const [at, range] of sorted.entries()) {
    if (last === undefined || isApart(kind, last, range)) {
      last = range;
      ranges.push(range);
    } else {
      last = mergeRanges(kind, last, range);
      ranges[ranges.length - 1] = last;
    }
    if (at % RUN === RUN - 1) yield;
  }
  return { tag: "multirange", ranges };
}

function isApart(kind: RangeKind, a: RangeValue, b: RangeValue): boolean {
  return !rangesAdjacent(kind, a, b) && rangeBefore(kind, a, b);
}

export function* unionSteps(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): Steps<MultirangeValue> {
  const compare = (left: RangeValue, right: RangeValue): number => compareRanges(kind, left, right);
  return yield* merged(kind, yield* mergedRuns(a.ranges, b.ranges, compare));
}

export function compareMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): number {
  return toEnd(comparisonSteps(kind, a, b));
}

export function* comparisonSteps(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): Steps<number> {
  const shared = Math.min(a.ranges.length, b.ranges.length);
  for (let i = 0; i < shared; i++) {
    const order = compareRanges(kind, a.ranges[i] as RangeValue, b.ranges[i] as RangeValue);
    if (order !== 0) return order;
    if (i % RUN === RUN - 1) yield;
  }
  return a.ranges.length - b.ranges.length;
}

/** Ranges of two ordered lists that share something, each pair told once; false from `visit` ends it. */
function* forOverlaps(
  kind: RangeKind,
  a: readonly RangeValue[],
  b: readonly RangeValue[],
  visit: (left: RangeValue, right: RangeValue) => boolean,
): Steps<void> {
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
    if ((i + j) % RUN === 0) yield;
  }
}

export function intersectMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  return toEnd(intersectionSteps(kind, a, b));
}

export function* intersectionSteps(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): Steps<MultirangeValue> {
  const ranges: RangeValue[] = [];
  yield* forOverlaps(kind, a.ranges, b.ranges, (left, right) => {
    ranges.push(intersectRanges(kind, left, right));
    return true;
  });
  return { tag: "multirange", ranges };
}

/** Whether ordered lists share anything. */
export function* overlapSteps(
  kind: RangeKind,
  a: readonly RangeValue[],
  b: readonly RangeValue[],
): Steps<boolean> {
  let found = false;
  yield* forOverlaps(kind, a, b, () => {
    found = true;
    return false;
  });
  return found;
}

/** Whether each of the parts lies in one of the ordered ranges. */
export function* containmentSteps(
  kind: RangeKind,
  ranges: readonly RangeValue[],
  parts: readonly RangeValue[],
): Steps<boolean> {
  let at = 0;
  for (const [passed, part] of parts.entries()) {
    while (at < ranges.length && rangeBefore(kind, ranges[at] as RangeValue, part)) {
      if (++at % RUN === 0) yield;
    }
    const range = ranges[at];
    if (range === undefined || !rangeContains(kind, range, part)) return false;
    if (passed % RUN === RUN - 1) yield;
  }
  return true;
}

/** Ordered ranges are found by halving. */
export function rangeListContainsValue(
  kind: RangeKind,
  ranges: readonly RangeValue[],
  value: Datum,
): boolean {
  const bound = { value, inclusive: true, lower: true };
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBelow = compareBounds(kind, upperOf(ranges[middle] as RangeValue), bound) < 0;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && rangeContainsValue(kind, range, value);
}

export function subtractMultiranges(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): MultirangeValue {
  return toEnd(differenceSteps(kind, a, b));
}

export function* differenceSteps(
  kind: RangeKind,
  a: MultirangeValue,
  b: MultirangeValue,
): Steps<MultirangeValue> {
  const ranges: RangeValue[] = [];
  let at = 0;
  for (const [passed, whole] of a.ranges.entries()) {
    if (passed % RUN === RUN - 1) yield;
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
      if (++at % RUN === 0) yield;
    }
    if (rest !== undefined) ranges.push(rest);
  }
  return { tag: "multirange", ranges };
}
