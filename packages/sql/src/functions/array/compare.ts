/**
 * Comparison and containment of arrays: elements first, then number of dimensions and their sizes.
 */
import { registerPolymorphic } from "../registry.ts";
import type { CallTypes, Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, PLAIN_STEP, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { baseElementTypeOid } from "../../catalog/type-catalog.ts";
import { compareArrays } from "../../values/array.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import { compareFunction } from "../output.ts";
import type { CompareFunction } from "../output.ts";

export function elementCompare(types: CallTypes): CompareFunction {
  return compareFunction(baseElementTypeOid(types.argTypes[0] ?? 0));
}

type Test = (order: number) => boolean;

function comparing(test: Test): (types: CallTypes) => Implementation {
  return (types) => {
    const compare = elementCompare(types);
    return (_, a: ArrayValue, b: ArrayValue) => test(compareArrays(a, b, compare));
  };
}

function extreme(first: Test): (types: CallTypes) => Implementation {
  return (types) => {
    const compare = elementCompare(types);
    return (_, a: ArrayValue, b: ArrayValue) => (first(compareArrays(a, b, compare)) ? a : b);
  };
}

/** Nulls are in no array. */
function* contains(compare: CompareFunction, whole: ArrayValue, part: ArrayValue): Steps<boolean> {
  for (const element of part.elements) {
    if (element === null || !(yield* has(compare, whole, element))) return false;
  }
  return true;
}

function* has(compare: CompareFunction, array: ArrayValue, wanted: Datum): Steps<boolean> {
  const { elements } = array;
  // Many short searches are a long one.
  if (elements.length > MUCH) yield;
  for (let at = 0; at < elements.length; at += PLAIN_STEP) {
    const end = Math.min(elements.length, at + PLAIN_STEP);
    for (let i = at; i < end; i++) {
      const element = elements[i] ?? null;
      if (element !== null && compare(element, wanted) === 0) return true;
    }
  }
  return false;
}

function* overlap(compare: CompareFunction, a: ArrayValue, b: ArrayValue): Steps<boolean> {
  for (const element of a.elements) {
    if (element !== null && (yield* has(compare, b, element))) return true;
  }
  return false;
}

const MUCH = 1 << 10;

function pairs<T>(
  context: EvaluationContext,
  { elements: a }: ArrayValue,
  { elements: b }: ArrayValue,
  steps: () => Steps<T>,
): T {
  return a.length * b.length > LONG ? longCall(context, steps) : toEnd(steps());
}

export function registerArrayComparison(): void {
  registerPolymorphic({
    array_eq: comparing((order) => order === 0),
    array_ne: comparing((order) => order !== 0),
    array_lt: comparing((order) => order < 0),
    array_le: comparing((order) => order <= 0),
    array_gt: comparing((order) => order > 0),
    array_ge: comparing((order) => order >= 0),
    array_larger: extreme((order) => order > 0),
    array_smaller: extreme((order) => order < 0),
    btarraycmp: (types) => {
      const compare = elementCompare(types);
      return (_, a: ArrayValue, b: ArrayValue) => Math.sign(compareArrays(a, b, compare));
    },
    arraycontains: (types) => {
      const compare = elementCompare(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => contains(compare, a, b));
    },
    arraycontained: (types) => {
      const compare = elementCompare(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => contains(compare, b, a));
    },
    arrayoverlap: (types) => {
      const compare = elementCompare(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => overlap(compare, a, b));
    },
  });
}
