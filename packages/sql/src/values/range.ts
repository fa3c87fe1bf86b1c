/**
 * Ranges over any ordered type: bounds, canonical form, comparison and set operations, as
 * rangetypes.c has them. A RangeKind says how the values of one range type behave.
 */
import { SqlError } from "@firstlight/common";
import type { Datum, RangeValue } from "./datum.ts";

export interface RangeKind {
  readonly compare: (a: Datum, b: Datum) => number;
  /**
   * The next value of a discrete subtype; bounds become inclusive below and exclusive above. A
   * value without a next one, as infinity, keeps its bound.
   */
  readonly next?: ((value: Datum) => Datum | undefined) | undefined;
}

/** A null value is infinite. */
export interface Bound {
  readonly value: Datum;
  readonly inclusive: boolean;
  readonly lower: boolean;
}

export const EMPTY_RANGE: RangeValue = {
  tag: "range",
  empty: true,
  lower: null,
  upper: null,
  lowerInclusive: false,
  upperInclusive: false,
};

export function lowerOf(range: RangeValue): Bound {
  return { value: range.lower, inclusive: range.lowerInclusive, lower: true };
}

export function upperOf(range: RangeValue): Bound {
  return { value: range.upper, inclusive: range.upperInclusive, lower: false };
}

/** Where the two bounds lie, inclusive or not. */
function compareValues(kind: RangeKind, a: Bound, b: Bound): number {
  if (a.value === null && b.value === null) return a.lower === b.lower ? 0 : a.lower ? -1 : 1;
  if (a.value === null) return a.lower ? -1 : 1;
  if (b.value === null) return b.lower ? 1 : -1;
  return kind.compare(a.value, b.value);
}

export function compareBounds(kind: RangeKind, a: Bound, b: Bound): number {
  const order = compareValues(kind, a, b);
  if (order !== 0 || a.value === null || b.value === null) return order;
  if (!a.inclusive && !b.inclusive) return a.lower === b.lower ? 0 : a.lower ? 1 : -1;
  if (!a.inclusive) return a.lower ? 1 : -1;
  if (!b.inclusive) return b.lower ? -1 : 1;
  return 0;
}

function serialize(kind: RangeKind, lower: Bound, upper: Bound): RangeValue {
  const order = compareValues(kind, lower, upper);
  if (order > 0) {
    throw new SqlError(
      "22000",
      "range lower bound must be less than or equal to range upper bound",
    );
  }
  if (order === 0 && !(lower.inclusive && upper.inclusive)) return EMPTY_RANGE;
  return {
    tag: "range",
    empty: false,
    lower: lower.value,
    upper: upper.value,
    lowerInclusive: lower.inclusive && lower.value !== null,
    upperInclusive: upper.inclusive && upper.value !== null,
  };
}

/** The bound one value further where its inclusiveness is not the wanted one. */
function moved(bound: Bound, inclusive: boolean, next: (value: Datum) => Datum | undefined): Bound {
  if (bound.value === null || bound.inclusive === inclusive) return bound;
  const value = next(bound.value);
  return value === undefined ? bound : { value, inclusive, lower: bound.lower };
}

export function makeRange(kind: RangeKind, lower: Bound, upper: Bound): RangeValue {
  const range = serialize(kind, lower, upper);
  const { next } = kind;
  if (next === undefined || range.empty) return range;
  const first = moved(lowerOf(range), true, next);
  const end = moved(upperOf(range), false, next);
  return serialize(kind, first, end);
}

export function compareRanges(kind: RangeKind, a: RangeValue, b: RangeValue): number {
  if (a.empty || b.empty) return Number(b.empty) - Number(a.empty);
  return compareBounds(kind, lowerOf(a), lowerOf(b)) || compareBounds(kind, upperOf(a), upperOf(b));
}

export function rangeContainsValue(kind: RangeKind, range: RangeValue, value: Datum): boolean {
  if (range.empty) return false;
  if (range.lower !== null) {
    const order = kind.compare(range.lower, value);
    if (order > 0 || (order === 0 && !range.lowerInclusive)) return false;
  }
  if (range.upper === null) return true;
  const order = kind.compare(range.upper, value);
  return order > 0 || (order === 0 && range.upperInclusive);
}

export function rangeContains(kind: RangeKind, a: RangeValue, b: RangeValue): boolean {
  if (b.empty) return true;
  if (a.empty) return false;
  return (
    compareBounds(kind, lowerOf(a), lowerOf(b)) <= 0 &&
    compareBounds(kind, upperOf(a), upperOf(b)) >= 0
  );
}

export function rangesOverlap(kind: RangeKind, a: RangeValue, b: RangeValue): boolean {
  if (a.empty || b.empty) return false;
  return (
    compareBounds(kind, lowerOf(a), upperOf(b)) <= 0 &&
    compareBounds(kind, lowerOf(b), upperOf(a)) <= 0
  );
}

export function rangeBefore(kind: RangeKind, a: RangeValue, b: RangeValue): boolean {
  return !a.empty && !b.empty && compareBounds(kind, upperOf(a), lowerOf(b)) < 0;
}

/** Whether nothing lies between an upper bound and a lower one, and they share nothing. */
export function boundsAdjacent(kind: RangeKind, upper: Bound, lower: Bound): boolean {
  if (upper.value === null || lower.value === null) return false;
  const order = compareValues(kind, upper, lower);
  if (order === 0) return upper.inclusive !== lower.inclusive;
  if (order > 0 || kind.next === undefined) return false;
  const gap = makeRange(
    kind,
    { value: upper.value, inclusive: !upper.inclusive, lower: true },
    { value: lower.value, inclusive: !lower.inclusive, lower: false },
  );
  return gap.empty;
}

export function rangesAdjacent(kind: RangeKind, a: RangeValue, b: RangeValue): boolean {
  if (a.empty || b.empty) return false;
  return (
    boundsAdjacent(kind, upperOf(a), lowerOf(b)) || boundsAdjacent(kind, upperOf(b), lowerOf(a))
  );
}

function lesser(kind: RangeKind, a: Bound, b: Bound): Bound {
  return compareBounds(kind, a, b) < 0 ? a : b;
}

function greater(kind: RangeKind, a: Bound, b: Bound): Bound {
  return compareBounds(kind, a, b) > 0 ? a : b;
}

/** The smallest range that holds both. */
export function mergeRanges(kind: RangeKind, a: RangeValue, b: RangeValue): RangeValue {
  if (a.empty) return b;
  if (b.empty) return a;
  return makeRange(
    kind,
    lesser(kind, lowerOf(a), lowerOf(b)),
    greater(kind, upperOf(a), upperOf(b)),
  );
}

export function uniteRanges(kind: RangeKind, a: RangeValue, b: RangeValue): RangeValue {
  if (!a.empty && !b.empty && !rangesOverlap(kind, a, b) && !rangesAdjacent(kind, a, b)) {
    throw new SqlError("22000", "result of range union would not be contiguous");
  }
  return mergeRanges(kind, a, b);
}

export function intersectRanges(kind: RangeKind, a: RangeValue, b: RangeValue): RangeValue {
  if (!rangesOverlap(kind, a, b)) return EMPTY_RANGE;
  return makeRange(
    kind,
    greater(kind, lowerOf(a), lowerOf(b)),
    lesser(kind, upperOf(a), upperOf(b)),
  );
}

/** What `a` has before and after `b`. */
export function subtractRanges(
  kind: RangeKind,
  a: RangeValue,
  b: RangeValue,
): readonly RangeValue[] {
  if (a.empty) return [];
  if (!rangesOverlap(kind, a, b)) return [a];
  const rest: RangeValue[] = [];
  if (compareBounds(kind, lowerOf(a), lowerOf(b)) < 0) {
    const end = { value: b.lower, inclusive: !b.lowerInclusive, lower: false };
    rest.push(makeRange(kind, lowerOf(a), end));
  }
  if (compareBounds(kind, upperOf(a), upperOf(b)) > 0) {
    const first = { value: b.upper, inclusive: !b.upperInclusive, lower: true };
    rest.push(makeRange(kind, first, upperOf(a)));
  }
  return rest.filter((range) => !range.empty);
}
