/**
 * Comparison and containment of arrays: elements first, then number of dimensions and their sizes.
 */
import { registerPolymorphic } from "../registry.ts";
import type { CallTypes, Implementation } from "../registry.ts";
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
function contains(compare: CompareFunction, whole: ArrayValue, part: ArrayValue): boolean {
  return part.elements.every((element) => element !== null && has(compare, whole, element));
}

function has(compare: CompareFunction, array: ArrayValue, wanted: Datum): boolean {
  return array.elements.some((element) => element !== null && compare(element, wanted) === 0);
}

function overlap(compare: CompareFunction, a: ArrayValue, b: ArrayValue): boolean {
  return a.elements.some((element) => element !== null && has(compare, b, element));
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
      return (_, a: ArrayValue, b: ArrayValue) => contains(compare, a, b);
    },
    arraycontained: (types) => {
      const compare = elementCompare(types);
      return (_, a: ArrayValue, b: ArrayValue) => contains(compare, b, a);
    },
    arrayoverlap: (types) => {
      const compare = elementCompare(types);
      return (_, a: ArrayValue, b: ArrayValue) => overlap(compare, a, b);
    },
  });
}
