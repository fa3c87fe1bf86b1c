/** Constructors, operators and functions of multiranges, alone and with ranges. */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerPolymorphic, registerSetReturning } from "../registry.ts";
import type { Steps } from "../long-call.ts";
import type { Implementation, ImplementationFactory } from "../registry.ts";
import type { ArrayValue, Datum, MultirangeValue, RangeValue } from "../../values/datum.ts";
import {
  comparisonSteps,
  containmentSteps,
  differenceSteps,
  intersectionSteps,
  makeMultirange,
  multirangeSteps,
  overlapSteps,
  rangeListContainsValue,
  unionSteps,
} from "../../values/multirange.ts";
import {
  boundsAdjacent,
  EMPTY_RANGE,
  lowerOf,
  mergeRanges,
  rangeBefore,
  type RangeKind,
  upperOf,
} from "../../values/range.ts";
import { overLongRanges, overRanges } from "./kind.ts";
import { overleft, overright } from "./ranges.ts";

type Range = RangeValue;
type Multi = MultirangeValue;
/** Either form; a range counts as the multirange of it alone. */
type Either = Range | Multi;

function rangesOf(value: Either): readonly Range[] {
  if (value.tag === "multirange") return value.ranges;
  return value.empty ? [] : [value];
}

function first(value: Either): Range {
  return rangesOf(value)[0] ?? EMPTY_RANGE;
}

function last(value: Either): Range {
  return rangesOf(value).at(-1) ?? EMPTY_RANGE;
}

function contains(kind: RangeKind, whole: Either, part: Either): Steps<boolean> {
  return containmentSteps(kind, rangesOf(whole), rangesOf(part));
}

function containsValue(kind: RangeKind, { ranges }: Multi, value: Datum): boolean {
  return rangeListContainsValue(kind, ranges, value);
}

function overlaps(kind: RangeKind, a: Either, b: Either): Steps<boolean> {
  return overlapSteps(kind, rangesOf(a), rangesOf(b));
}

function before(kind: RangeKind, a: Either, b: Either): boolean {
  return rangeBefore(kind, last(a), first(b));
}

function adjacent(kind: RangeKind, a: Either, b: Either): boolean {
  if (rangesOf(a).length === 0 || rangesOf(b).length === 0) return false;
  return (
    boundsAdjacent(kind, upperOf(last(a)), lowerOf(first(b))) ||
    boundsAdjacent(kind, upperOf(last(b)), lowerOf(first(a)))
  );
}

type Test = (kind: RangeKind, a: Either, b: Either) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  adjacent,
  before,
  after: (kind, a, b) => before(kind, b, a),
  overleft: (kind, a, b) => overleft(kind, last(a), last(b)),
  overright: (kind, a, b) => overright(kind, first(a), first(b)),
};

type LongTest = (kind: RangeKind, a: Either, b: Either) => Steps<boolean>;

const LONG_TESTS: Readonly<Record<string, LongTest>> = {
  overlaps,
  contains,
  contained_by: (kind, a, b) => contains(kind, b, a),
};

const FORMS = [
  ["range", "multirange"],
  ["multirange", "range"],
  ["multirange", "multirange"],
];

/** range_before_multirange, multirange_before_range, multirange_before_multirange and so on. */
function mixed(): Record<string, ImplementationFactory> {
  const entries: Record<string, ImplementationFactory> = {};
  for (const [left, right] of FORMS) {
    for (const [name, test] of Object.entries(TESTS)) {
      entries[`${left}_${name}_${right}`] = overRanges(test);
    }
    for (const [name, test] of Object.entries(LONG_TESTS)) {
      entries[`${left}_${name}_${right}`] = overLongRanges(test);
    }
  }
  return entries;
}

function ordering<T extends Datum>(test: (order: number) => T): ImplementationFactory {
  return overLongRanges(function* compared(kind, a: Multi, b: Multi) {
    return test(yield* comparisonSteps(kind, a, b));
  });
}

const comparisons: Record<string, ImplementationFactory> = {
  multirange_eq: ordering((order) => order === 0),
  multirange_ne: ordering((order) => order !== 0),
  multirange_lt: ordering((order) => order < 0),
  multirange_le: ordering((order) => order <= 0),
  multirange_gt: ordering((order) => order > 0),
  multirange_ge: ordering((order) => order >= 0),
  multirange_cmp: ordering(Math.sign),
};

function fromArray(kind: RangeKind, { dims, elements }: ArrayValue): Steps<Multi> {
  if (dims.length > 1) {
    throw new SqlError("21000", "multiranges cannot be constructed from multidimensional arrays");
  }
  if (elements.includes(null)) {
    throw new SqlError("22004", "multirange values cannot contain null members");
  }
  return multirangeSteps(kind, elements as readonly Range[]);
}

const sets: Record<string, ImplementationFactory> = {
  multirange_union: overLongRanges(unionSteps),
  multirange_minus: overLongRanges(differenceSteps),
  multirange_intersect: overLongRanges(intersectionSteps),
  multirange_contains_elem: overRanges((kind, a: Multi, b: Datum) => containsValue(kind, a, b)),
  elem_contained_by_multirange: overRanges((kind, a: Datum, b: Multi) => containsValue(kind, b, a)),
  range_merge_from_multirange: overRanges((kind, a: Multi) => mergeRanges(kind, first(a), last(a))),
  multirange_constructor1: overRanges((kind, a: Range) => makeMultirange(kind, [a])),
  multirange_constructor2: overLongRanges(fromArray),
};

const parts: Record<string, Implementation> = {
  multirange_constructor0: () => ({ tag: "multirange", ranges: [] }),
  multirange_lower: (_, a: Multi) => first(a).lower,
  multirange_upper: (_, a: Multi) => last(a).upper,
  multirange_empty: (_, a: Multi) => a.ranges.length === 0,
  multirange_lower_inc: (_, a: Multi) => first(a).lowerInclusive,
  multirange_upper_inc: (_, a: Multi) => last(a).upperInclusive,
  multirange_lower_inf: (_, a: Multi) => a.ranges.length > 0 && first(a).lower === null,
  multirange_upper_inf: (_, a: Multi) => a.ranges.length > 0 && last(a).upper === null,
};

export function registerMultiranges(): void {
  registerPolymorphic(mixed());
  registerPolymorphic(comparisons);
  registerPolymorphic(sets);
  registerFunctions(parts);
  registerSetReturning({ multirange_unnest: () => (_, a: Multi) => a.ranges });
}
