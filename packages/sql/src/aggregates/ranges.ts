/** range_agg and range_intersect_agg, over ranges and over multiranges. */
import { InvariantError } from "@firstlight/common";
import { longIfMore } from "../functions/long-call.ts";
import { rangeKindOf } from "../types/range-types.ts";
import type { Datum, MultirangeValue, RangeValue } from "../values/datum.ts";
import { intersectMultiranges, multirangeSteps } from "../values/multirange.ts";
import { EMPTY_RANGE, intersectRanges, type RangeKind } from "../values/range.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

function kindOf(type: number): RangeKind {
  const kind = rangeKindOf(type);
  if (kind === undefined) throw new InvariantError(`type ${type} is no range`);
  return kind;
}

type Either = RangeValue | MultirangeValue;

interface Gathered {
  readonly ranges: RangeValue[];
}

/** An empty multirange counts as a value that came. */
function rangesOf(value: Either): readonly RangeValue[] {
  if (value.tag === "range") return [value];
  return value.ranges.length === 0 ? [EMPTY_RANGE] : value.ranges;
}

export function rangeAgg(type: number): AggregateFunction<Gathered> {
  const kind = kindOf(type);
  return {
    init: () => ({ ranges: [] }),
    add: (state, value) => {
      if (value === null) return state;
      for (const range of rangesOf(value as Either)) state.ranges.push(range);
      return state;
    },
    merge: (state, other) => {
      for (const range of other.ranges) state.ranges.push(range);
      return state;
    },
    hasLongResult: true,
    result: ({ ranges }, context) => {
      if (ranges.length === 0) return null;
      const gathered = ranges.slice();
      return longIfMore(context, () => multirangeSteps(kind, gathered));
    },
  };
}

interface Intersected {
  value: Either | null;
}

function intersect(kind: RangeKind, a: Either, b: Either): Either {
  if (a.tag === "range" && b.tag === "range") return intersectRanges(kind, a, b);
  return intersectMultiranges(kind, a as MultirangeValue, b as MultirangeValue);
}

export function rangeIntersectAgg(type: number): AggregateFunction<Intersected> {
  const kind = kindOf(type);
  const add = (state: Intersected, value: Datum): Intersected => {
    if (value === null) return state;
    const next = value as Either;
    state.value = state.value === null ? next : intersect(kind, state.value, next);
    return state;
  };
  return {
    init: () => ({ value: null }),
    add,
    merge: (state, other) => add(state, other.value),
    result: (state) => state.value,
  };
}
