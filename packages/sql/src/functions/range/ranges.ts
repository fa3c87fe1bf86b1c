/** Constructors, operators and functions of ranges. */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerPolymorphic } from "../registry.ts";
import type { Implementation, ImplementationFactory } from "../registry.ts";
import type { Datum, Numeric, RangeValue } from "../../values/datum.ts";
import { numericSubtract } from "../../values/numeric-arithmetic.ts";
import { numericToFloat8 } from "../../values/numeric.ts";
import { dateToInt4 } from "../../types/binary.ts";
import {
  compareBounds,
  compareRanges,
  EMPTY_RANGE,
  intersectRanges,
  lowerOf,
  makeRange,
  mergeRanges,
  rangeBefore,
  rangeContains,
  rangeContainsValue,
  type RangeKind,
  rangesAdjacent,
  rangesOverlap,
  subtractRanges,
  uniteRanges,
  upperOf,
} from "../../values/range.ts";
import { overRanges } from "./kind.ts";

type Range = RangeValue;

const FLAGS: ReadonlySet<string> = new Set(["[]", "[)", "(]", "()"]);

function checkFlags(flags: string | null): string {
  if (flags === null) {
    throw new SqlError("22000", "range constructor flags argument must not be null");
  }
  if (FLAGS.has(flags)) return flags;
  throw new SqlError("42601", "invalid range bound flags", {
    hint: 'Valid values are "[]", "[)", "(]", and "()".',
  });
}

function construct(kind: RangeKind, lower: Datum, upper: Datum, flags: string | null): Range {
  const [open, close] = checkFlags(flags);
  return makeRange(
    kind,
    { value: lower, inclusive: open === "[", lower: true },
    { value: upper, inclusive: close === "]", lower: false },
  );
}

/** Both of what is left of a range on either side cannot be one range. */
function minus(kind: RangeKind, a: Range, b: Range): Range {
  const rest = subtractRanges(kind, a, b);
  if (rest.length > 1) {
    throw new SqlError("22000", "result of range difference would not be contiguous");
  }
  return rest[0] ?? EMPTY_RANGE;
}

function ordering(test: (order: number) => boolean): ImplementationFactory {
  return overRanges((kind, a: Range, b: Range) => test(compareRanges(kind, a, b)));
}

const comparisons: Record<string, ImplementationFactory> = {
  range_eq: ordering((order) => order === 0),
  range_ne: ordering((order) => order !== 0),
  range_lt: ordering((order) => order < 0),
  range_le: ordering((order) => order <= 0),
  range_gt: ordering((order) => order > 0),
  range_ge: ordering((order) => order >= 0),
  range_cmp: overRanges((kind, a: Range, b: Range) => Math.sign(compareRanges(kind, a, b))),
};

export function overleft(kind: RangeKind, a: Range, b: Range): boolean {
  return !a.empty && !b.empty && compareBounds(kind, upperOf(a), upperOf(b)) <= 0;
}

export function overright(kind: RangeKind, a: Range, b: Range): boolean {
  return !a.empty && !b.empty && compareBounds(kind, lowerOf(a), lowerOf(b)) >= 0;
}

const operators: Record<string, ImplementationFactory> = {
  range_overlaps: overRanges((kind, a: Range, b: Range) => rangesOverlap(kind, a, b)),
  range_contains: overRanges((kind, a: Range, b: Range) => rangeContains(kind, a, b)),
  range_contained_by: overRanges((kind, a: Range, b: Range) => rangeContains(kind, b, a)),
  range_contains_elem: overRanges((kind, a: Range, b: Datum) => rangeContainsValue(kind, a, b)),
  elem_contained_by_range: overRanges((kind, a: Datum, b: Range) => rangeContainsValue(kind, b, a)),
  range_adjacent: overRanges((kind, a: Range, b: Range) => rangesAdjacent(kind, a, b)),
  range_before: overRanges((kind, a: Range, b: Range) => rangeBefore(kind, a, b)),
  range_after: overRanges((kind, a: Range, b: Range) => rangeBefore(kind, b, a)),
  range_overleft: overRanges((kind, a: Range, b: Range) => overleft(kind, a, b)),
  range_overright: overRanges((kind, a: Range, b: Range) => overright(kind, a, b)),
  range_union: overRanges((kind, a: Range, b: Range) => uniteRanges(kind, a, b)),
  range_merge: overRanges((kind, a: Range, b: Range) => mergeRanges(kind, a, b)),
  range_intersect: overRanges((kind, a: Range, b: Range) => intersectRanges(kind, a, b)),
  range_minus: overRanges((kind, a: Range, b: Range) => minus(kind, a, b)),
};

const constructors: Record<string, ImplementationFactory> = {
  range_constructor2: overRanges((kind, lower: Datum, upper: Datum) =>
    construct(kind, lower, upper, "[)"),
  ),
  range_constructor3: overRanges((kind, lower: Datum, upper: Datum, flags: string | null) =>
    construct(kind, lower, upper, flags),
  ),
};

const keep: Implementation = (_, range: Range) => range;

const parts: Record<string, Implementation> = {
  range_lower: (_, a: Range) => a.lower,
  range_upper: (_, a: Range) => a.upper,
  range_empty: (_, a: Range) => a.empty,
  range_lower_inc: (_, a: Range) => a.lowerInclusive,
  range_upper_inc: (_, a: Range) => a.upperInclusive,
  range_lower_inf: (_, a: Range) => !a.empty && a.lower === null,
  range_upper_inf: (_, a: Range) => !a.empty && a.upper === null,
  int4range_canonical: keep,
  int8range_canonical: keep,
  daterange_canonical: keep,
};

const micros = (a: bigint, b: bigint): number => Number(a - b) / 1e6;

const differences: Record<string, Implementation> = {
  int4range_subdiff: (_, a: number, b: number) => a - b,
  int8range_subdiff: (_, a: bigint, b: bigint) => Number(a) - Number(b),
  numrange_subdiff: (_, a: Numeric, b: Numeric) => numericToFloat8(numericSubtract(a, b)),
  daterange_subdiff: (_, a: number, b: number) => dateToInt4(a) - dateToInt4(b),
  tsrange_subdiff: (_, a: bigint, b: bigint) => micros(a, b),
  tstzrange_subdiff: (_, a: bigint, b: bigint) => micros(a, b),
};

export function registerRanges(): void {
  registerPolymorphic(comparisons);
  registerPolymorphic(operators);
  registerPolymorphic(constructors);
  registerFunctions(parts);
  registerFunctions(differences);
}
