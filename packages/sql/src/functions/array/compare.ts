/**
 * Comparison and containment of arrays: elements first, then number of dimensions and their sizes.
 */
import { registerPolymorphic } from "../registry.ts";
import type { CallTypes, Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, PLAIN_STEP, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { baseElementTypeOid } from "../../catalog/type-catalog.ts";
import { requireSqlType } from "../../expression/type-io.ts";
import { checkedEquality, checkedOrder } from "../../types/equality.ts";
import type { Equality } from "../../types/equality.ts";
import {
  compareArraySteps,
  compareArrays,
  equalArraySteps,
  equalArrays,
} from "../../values/array.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import type { CompareFunction } from "../output.ts";

/** Elements that cannot be compared refuse before the first is looked at, as array_cmp does. */
function elementOrder(types: CallTypes): () => CompareFunction {
  const type = baseElementTypeOid(types.argTypes[0] ?? 0);
  let order: CompareFunction | undefined;
  return () => (order ??= checkedOrder(requireSqlType(type)));
}

export function elementEquality(types: CallTypes): () => Equality {
  const type = baseElementTypeOid(types.argTypes[0] ?? 0);
  let equal: Equality | undefined;
  return () => (equal ??= checkedEquality(requireSqlType(type)));
}

/** Elements that both have, from which on they are compared in steps. */
const MANY_ELEMENTS = 4096;

function areMany(a: ArrayValue, b: ArrayValue): boolean {
  return a.elements.length > MANY_ELEMENTS && b.elements.length > MANY_ELEMENTS;
}

function compared(
  context: EvaluationContext,
  a: ArrayValue,
  b: ArrayValue,
  compare: CompareFunction,
): number {
  return areMany(a, b)
    ? longCall(context, () => compareArraySteps(a, b, compare))
    : compareArrays(a, b, compare);
}

type Test = (order: number) => boolean;

function equality(isEqual: boolean): (types: CallTypes) => Implementation {
  return (types) => {
    const equal = elementEquality(types);
    return (context, a: ArrayValue, b: ArrayValue) =>
      isEqual ===
      (areMany(a, b)
        ? longCall(context, () => equalArraySteps(a, b, equal))
        : equalArrays(a, b, equal));
  };
}

function comparing(test: Test): (types: CallTypes) => Implementation {
  return (types) => {
    const compare = elementOrder(types);
    return (context, a: ArrayValue, b: ArrayValue) => test(compared(context, a, b, compare()));
  };
}

function extreme(first: Test): (types: CallTypes) => Implementation {
  return (types) => {
    const compare = elementOrder(types);
    return (context, a: ArrayValue, b: ArrayValue) =>
      first(compared(context, a, b, compare())) ? a : b;
  };
}

/** Nulls are in no array. */
function* contains(equal: Equality, whole: ArrayValue, part: ArrayValue): Steps<boolean> {
  for (const element of part.elements) {
    if (element === null || !(yield* has(equal, whole, element))) return false;
  }
  return true;
}

function* has(equal: Equality, array: ArrayValue, wanted: Datum): Steps<boolean> {
  const { elements } = array;
  // Many short searches are a long one.
  if (elements.length > MUCH) yield;
  for (let at = 0; at < elements.length; at += PLAIN_STEP) {
    const end = Math.min(elements.length, at + PLAIN_STEP);
    for (let i = at; i < end; i++) {
      const element = elements[i] ?? null;
      if (element !== null && equal(element, wanted)) return true;
    }
  }
  return false;
}

function* overlap(equal: Equality, a: ArrayValue, b: ArrayValue): Steps<boolean> {
  for (const element of a.elements) {
    if (element !== null && (yield* has(equal, b, element))) return true;
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
    array_eq: equality(true),
    array_ne: equality(false),
    array_lt: comparing((order) => order < 0),
    array_le: comparing((order) => order <= 0),
    array_gt: comparing((order) => order > 0),
    array_ge: comparing((order) => order >= 0),
    array_larger: extreme((order) => order > 0),
    array_smaller: extreme((order) => order < 0),
    btarraycmp: (types) => {
      const compare = elementOrder(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        Math.sign(compared(context, a, b, compare()));
    },
    arraycontains: (types) => {
      const equal = elementEquality(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => contains(equal(), a, b));
    },
    arraycontained: (types) => {
      const equal = elementEquality(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => contains(equal(), b, a));
    },
    arrayoverlap: (types) => {
      const equal = elementEquality(types);
      return (context, a: ArrayValue, b: ArrayValue) =>
        pairs(context, a, b, () => overlap(equal(), a, b));
    },
  });
}
