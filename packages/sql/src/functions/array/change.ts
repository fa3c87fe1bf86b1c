/**
 * Functions that make arrays out of others: append, prepend, concatenate, search, remove, replace,
 * fill and trim.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerPolymorphic } from "../registry.ts";
import type { CallTypes, Implementation } from "../registry.ts";
import { outOfRange } from "../errors.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { NATIVE_STEP, PLAIN_STEP, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { elementEquality } from "./compare.ts";
import type { Equality } from "../../types/equality.ts";
import { baseElementTypeOid } from "../../catalog/type-catalog.ts";
import {
  ARRAY_DIMENSIONS_MAX,
  checkNewArray,
  emptyArray,
  makeArray,
  makeArrayWithDims,
} from "../../values/array.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import { int4Array } from "./build.ts";

const elementType = (types: CallTypes): number => baseElementTypeOid(types.resultType);

function dataException(message: string): SqlError {
  return new SqlError("22000", message);
}

/** One-dimensional or empty; a new element goes to the end that `at` names. */
function extend(array: ArrayValue, element: Datum, at: "start" | "end"): ArrayValue {
  if (array.dims.length === 0) return makeArray(array.elementType, [element]);
  if (array.dims.length !== 1) {
    throw dataException("argument must be empty or one-dimensional array");
  }
  const lower = array.lowerBounds[0] ?? 1;
  if (at === "end" && lower + array.elements.length > 2147483647) throw outOfRange("integer");
  const elements =
    at === "end" ? array.elements.concat([element]) : [element].concat(array.elements);
  // array_prepend keeps the lower bound that the array had.
  return { ...array, dims: [elements.length], elements };
}

function incompatible(detail: string): SqlError {
  return new SqlError("2202E", "cannot concatenate incompatible arrays", { detail });
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

function concatenate(a: ArrayValue, b: ArrayValue): ArrayValue {
  if (a.dims.length === 0) return b;
  if (b.dims.length === 0) return a;
  const difference = a.dims.length - b.dims.length;
  if (Math.abs(difference) > 1) {
    const detail = `Arrays of ${a.dims.length} and ${b.dims.length} dimensions are not compatible for concatenation.`;
    throw incompatible(detail);
  }
  const [outer, inner] = difference >= 0 ? [a, b] : [b, a];
  const innerDims = difference === 0 ? inner.dims.slice(1) : inner.dims;
  const innerBounds = difference === 0 ? inner.lowerBounds.slice(1) : inner.lowerBounds;
  if (
    !sameNumbers(outer.dims.slice(1), innerDims) ||
    !sameNumbers(outer.lowerBounds.slice(1), innerBounds)
  ) {
    throw incompatible(mismatch(difference));
  }
  const more = difference === 0 ? (inner.dims[0] ?? 0) : 1;
  const dims = [(outer.dims[0] ?? 0) + more, ...outer.dims.slice(1)];
  checkNewArray(dims);
  return { ...outer, dims, elements: a.elements.concat(b.elements) };
}

function mismatch(difference: number): string {
  return difference === 0
    ? "Arrays with differing element dimensions are not compatible for concatenation."
    : "Arrays with differing dimensions are not compatible for concatenation.";
}

const same = (equal: Equality, a: Datum, b: Datum): boolean =>
  a === null || b === null ? a === b : equal(a, b);

function requireFlat(array: ArrayValue, message: string): void {
  if (array.dims.length > 1) throw new SqlError("0A000", message);
}

const SEARCH = "searching for elements in multidimensional arrays is not supported";

function* position(
  equal: Equality,
  array: ArrayValue | null,
  wanted: Datum,
  start: number,
): Steps<number | null> {
  if (array === null) return null;
  requireFlat(array, SEARCH);
  const lower = array.lowerBounds[0] ?? 1;
  for (let index = Math.max(start - lower, 0); index < array.elements.length; index++) {
    if (same(equal, array.elements[index] ?? null, wanted)) return index + lower;
    if (index % PLAIN_STEP === 0) yield;
  }
  return null;
}

function* positions(
  equal: Equality,
  array: ArrayValue | null,
  wanted: Datum,
): Steps<ArrayValue | null> {
  if (array === null) return null;
  requireFlat(array, SEARCH);
  const lower = array.lowerBounds[0] ?? 1;
  const found: number[] = [];
  for (const [index, element] of array.elements.entries()) {
    if (same(equal, element, wanted)) found.push(index + lower);
    if (index % PLAIN_STEP === PLAIN_STEP - 1) yield;
  }
  return int4Array(found);
}

function* remove(equal: Equality, array: ArrayValue | null, unwanted: Datum): Steps<Datum> {
  if (array === null) return null;
  requireFlat(array, "removing elements from multidimensional arrays is not supported");
  const elements: Datum[] = [];
  for (const [at, element] of array.elements.entries()) {
    if (at % PLAIN_STEP === PLAIN_STEP - 1) yield;
    if (!same(equal, element, unwanted)) elements.push(element);
  }
  if (elements.length === array.elements.length) return array;
  return makeArrayWithDims(array.elementType, [elements.length], array.lowerBounds, elements);
}

function* replace(equal: Equality, array: ArrayValue | null, from: Datum, to: Datum): Steps<Datum> {
  if (array === null) return null;
  const elements: Datum[] = [];
  for (const [at, element] of array.elements.entries()) {
    if (at % PLAIN_STEP === PLAIN_STEP - 1) yield;
    elements.push(same(equal, element, from) ? to : element);
  }
  return { ...array, elements };
}

function trim(array: ArrayValue, count: number): ArrayValue {
  const length = array.dims[0] ?? 0;
  if (count < 0 || count > length) {
    throw new SqlError("2202E", `number of elements to trim must be between 0 and ${length}`);
  }
  const kept = length - count;
  const width = length === 0 ? 0 : array.elements.length / length;
  const dims = [kept, ...array.dims.slice(1)];
  // trim_array slices, and a slice starts at 1.
  const bounds = array.dims.map(() => 1);
  return makeArrayWithDims(array.elementType, dims, bounds, array.elements.slice(0, kept * width));
}

function numbersOf(array: ArrayValue, what: string): number[] {
  if (array.dims.length > 1) {
    throw new SqlError("2202E", "wrong number of array subscripts", {
      detail: `${what} array must be one dimensional.`,
    });
  }
  return array.elements.map((element) => {
    if (typeof element === "number") return element;
    throw new SqlError("22004", `dimension values cannot be null`);
  });
}

interface Filling {
  readonly dims: readonly number[];
  readonly lower: readonly number[];
  readonly count: number;
}

function filling(sizes: ArrayValue | null, bounds: ArrayValue | null | undefined): Filling {
  if (sizes === null || bounds === null) {
    throw new SqlError("22004", "dimension array or low bound array cannot be null");
  }
  const dims = numbersOf(sizes, "Dimension");
  if (dims.length > ARRAY_DIMENSIONS_MAX) {
    throw new SqlError(
      "54000",
      `number of array dimensions (${dims.length}) exceeds the maximum allowed (${ARRAY_DIMENSIONS_MAX})`,
    );
  }
  const lower = bounds === undefined ? dims.map(() => 1) : numbersOf(bounds, "Low bound");
  if (lower.length !== dims.length) {
    throw new SqlError("2202E", "wrong number of array subscripts", {
      detail: "Low bound array has different size than dimensions array.",
    });
  }
  if (dims.some((size) => size < 0)) {
    throw new SqlError("54000", "array size exceeds the maximum allowed (134217727)");
  }
  return { dims, lower, count: dims.length === 0 ? 0 : checkNewArray(dims) };
}

function* filled(
  element: number,
  value: Datum,
  { dims, lower, count }: Filling,
): Steps<ArrayValue> {
  const elements: Datum[] = [];
  elements.length = count;
  for (let at = 0; at < count; at += NATIVE_STEP) {
    if (count > PLAIN_STEP) yield;
    elements.fill(value, at, at + NATIVE_STEP);
  }
  return makeArrayWithDims(element, dims, lower, elements);
}

function fill(
  context: EvaluationContext,
  element: number,
  value: Datum,
  plan: Filling,
): ArrayValue {
  if (plan.count === 0) return emptyArray(element);
  const steps = (): Steps<ArrayValue> => filled(element, value, plan);
  return plan.count > PLAIN_STEP ? longCall(context, steps) : toEnd(steps());
}

/** Of a long array in steps. */
function over<T extends Datum>(
  context: EvaluationContext,
  array: ArrayValue | null,
  steps: () => Steps<T>,
): T {
  return (array?.elements.length ?? 0) > PLAIN_STEP ? longCall(context, steps) : toEnd(steps());
}

function searching(
  make: (equal: Equality) => Implementation,
): (types: CallTypes) => Implementation {
  return (types) => {
    const equality = elementEquality(types);
    return make((a, b) => equality()(a, b));
  };
}

export function registerArrayChanges(): void {
  registerFunctions({
    array_cat: (_, a: ArrayValue | null, b: ArrayValue | null) =>
      a === null ? b : b === null ? a : concatenate(a, b),
    trim_array: (_, a: ArrayValue, count: number) => trim(a, count),
  });
  registerPolymorphic({
    array_append: (types) => (_, a: ArrayValue | null, element: Datum) =>
      extend(a ?? emptyArray(elementType(types)), element, "end"),
    array_prepend: (types) => (_, element: Datum, a: ArrayValue | null) =>
      extend(a ?? emptyArray(elementType(types)), element, "start"),
    array_fill: (types) => (context, value: Datum, sizes: ArrayValue | null) =>
      fill(context, elementType(types), value, filling(sizes, undefined)),
    array_fill_with_lower_bounds:
      (types) => (context, value: Datum, sizes: ArrayValue | null, bounds: ArrayValue | null) =>
        fill(context, elementType(types), value, filling(sizes, bounds)),
    array_position: searching(
      (equal) => (context, a: ArrayValue | null, wanted: Datum) =>
        over(context, a, () => position(equal, a, wanted, -Infinity)),
    ),
    array_position_start: searching(
      (equal) => (context, a: ArrayValue | null, wanted: Datum, start: number | null) => {
        if (a !== null && start === null) {
          throw new SqlError("22004", "initial position must not be null");
        }
        return over(context, a, () => position(equal, a, wanted, start ?? 1));
      },
    ),
    array_positions: searching(
      (equal) => (context, a: ArrayValue | null, wanted: Datum) =>
        over(context, a, () => positions(equal, a, wanted)),
    ),
    array_remove: searching(
      (equal) => (context, a: ArrayValue | null, unwanted: Datum) =>
        over(context, a, () => remove(equal, a, unwanted)),
    ),
    array_replace: searching(
      (equal) => (context, a: ArrayValue | null, from: Datum, to: Datum) =>
        over(context, a, () => replace(equal, a, from, to)),
    ),
  });
}
