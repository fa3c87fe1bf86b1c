/** Reading and writing elements and slices of arrays, as array_get_element and its kin do. */
import { SqlError } from "@firstlight/common";
import { arrayTooLarge, checkNewArray } from "../../values/array.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";

const DIMENSIONS_MAX = 6;

/** Row-major offset of subscripts, -1 when they are out of bounds or of another number. */
function offsetOf(array: ArrayValue, subscripts: readonly number[]): number {
  if (subscripts.length !== array.dims.length || subscripts.length === 0) return -1;
  let offset = 0;
  for (const [dimension, subscript] of subscripts.entries()) {
    const size = array.dims[dimension] ?? 0;
    const relative = subscript - (array.lowerBounds[dimension] ?? 1);
    if (relative < 0 || relative >= size) return -1;
    offset = offset * size + relative;
  }
  return offset;
}

/** A name is an array of bytes from 0, filled up with zeros. */
const NAME_BYTES = 64;

function byteOfName(name: string, subscripts: readonly (number | null)[]): Datum {
  const [at = null] = subscripts;
  if (at === null || subscripts.length > 1 || at < 0 || at >= NAME_BYTES) return null;
  const byte = Buffer.from(name, "utf8")[at] ?? 0;
  return byte === 0 ? "" : String.fromCharCode(byte);
}

/** NULL when out of bounds or when a subscript is NULL. */
export function elementAt(
  array: ArrayValue | string | null,
  subscripts: readonly (number | null)[],
): Datum {
  if (array === null) return null;
  if (typeof array === "string") return byteOfName(array, subscripts);
  const known: number[] = [];
  for (const subscript of subscripts) {
    if (subscript === null) return null;
    known.push(subscript);
  }
  const offset = offsetOf(array, known);
  return offset < 0 ? null : (array.elements[offset] ?? null);
}

function emptyArray(elementType: number): ArrayValue {
  return { tag: "array", elementType, dims: [], lowerBounds: [], elements: [] };
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Requested bounds cut to the array; an omitted bound is the array's own. */
function sliceBounds(
  array: ArrayValue,
  lower: readonly (number | undefined)[],
  upper: readonly (number | undefined)[],
): readonly Bounds[] | undefined {
  const bounds: Bounds[] = [];
  for (const [dimension, size] of array.dims.entries()) {
    const first = array.lowerBounds[dimension] ?? 1;
    const last = first + size - 1;
    const low = Math.max(dimension < upper.length ? (lower[dimension] ?? first) : first, first);
    const high = Math.min(dimension < upper.length ? (upper[dimension] ?? last) : last, last);
    if (low > high) return undefined;
    bounds.push({ lower: low, upper: high });
  }
  return bounds;
}

function collect(array: ArrayValue, bounds: readonly Bounds[]): readonly Datum[] {
  const [only] = bounds;
  if (only !== undefined && bounds.length === 1) {
    const first = array.lowerBounds[0] ?? 1;
    return array.elements.slice(only.lower - first, only.upper - first + 1);
  }
  let offsets = [0];
  for (const [dimension, { lower, upper }] of bounds.entries()) {
    const size = array.dims[dimension] ?? 0;
    const first = array.lowerBounds[dimension] ?? 1;
    const next: number[] = [];
    for (const offset of offsets) {
      for (let at = lower; at <= upper; at += 1) next.push(offset * size + (at - first));
    }
    offsets = next;
  }
  return offsets.map((offset) => array.elements[offset] ?? null);
}

/** a[l:u]; bounds null make the result null, undefined ones are open. */
export function sliceOf(
  array: ArrayValue | null,
  lower: readonly (number | null | undefined)[],
  upper: readonly (number | null | undefined)[],
): ArrayValue | null {
  if (array === null || lower.includes(null) || upper.includes(null)) return null;
  if (array.dims.length === 0 || array.dims.length < upper.length)
    return emptyArray(array.elementType);
  const known = (list: readonly (number | null | undefined)[]): readonly (number | undefined)[] =>
    list.map((bound) => bound ?? undefined);
  const bounds = sliceBounds(array, known(lower), known(upper));
  if (bounds === undefined) return emptyArray(array.elementType);
  return {
    tag: "array",
    elementType: array.elementType,
    dims: bounds.map((each) => each.upper - each.lower + 1),
    lowerBounds: bounds.map(() => 1),
    elements: collect(array, bounds),
  };
}

function wrongSubscripts(): SqlError {
  return new SqlError("2202E", "wrong number of array subscripts");
}

/** ArrayCheckBounds: before an array is made that is too large for memory. */
export function checkExtent(lower: number, upper: number): void {
  if (upper >= 2147483647) throw arrayTooLarge();
  checkNewArray([upper - lower + 1]);
}

/** A one-dimensional array grows to take a new element; the gap is filled with nulls. */
function assignAndGrow(array: ArrayValue, subscript: number, value: Datum): ArrayValue {
  const first = array.lowerBounds[0] ?? 1;
  const size = array.dims[0] ?? 0;
  const lower = Math.min(first, subscript);
  const upper = Math.max(first + size - 1, subscript);
  checkExtent(lower, upper);
  const elements: Datum[] = [];
  elements.length = upper - lower + 1;
  elements.fill(null);
  for (let at = 0; at < size; at++) elements[first - lower + at] = array.elements[at] ?? null;
  elements[subscript - lower] = value;
  return { ...array, dims: [elements.length], lowerBounds: [lower], elements };
}

/** The array with one element replaced (UPDATE ... SET a[i] = value). */
export function withElement(
  array: ArrayValue | null,
  subscripts: readonly (number | null)[],
  value: Datum,
  elementType: number,
): ArrayValue {
  const known = subscripts.map((subscript) => {
    if (subscript === null)
      throw new SqlError("22004", "array subscript in assignment must not be null");
    return subscript;
  });
  const [first] = known;
  if (first === undefined) throw wrongSubscripts();
  if (array === null || array.dims.length === 0) {
    for (const each of known) checkExtent(each, each);
    return {
      tag: "array",
      elementType,
      dims: known.map(() => 1),
      lowerBounds: known,
      elements: [value],
    };
  }
  if (known.length !== array.dims.length) throw wrongSubscripts();
  if (known.length === 1) return assignAndGrow(array, first, value);
  const offset = offsetOf(array, known);
  if (offset < 0) throw new SqlError("2202E", "array subscript out of range");
  return { ...array, elements: array.elements.with(offset, value) };
}

/** ARRAY[a, b, ...] of scalars. */
export function arrayFromElements(elementType: number, elements: readonly Datum[]): ArrayValue {
  if (elements.length === 0) return emptyArray(elementType);
  return { tag: "array", elementType, dims: [elements.length], lowerBounds: [1], elements };
}

/** ARRAY[[...], [...]]: all parts of one shape, NULL and empty parts are left out or refused. */
export function arrayFromArrays(elementType: number, parts: readonly Datum[]): ArrayValue {
  const arrays = parts.filter((part): part is ArrayValue => part !== null) as readonly ArrayValue[];
  const filled = arrays.filter((part) => part.dims.length > 0);
  const [first] = filled;
  if (first === undefined) return emptyArray(elementType);
  const sameShape = (part: ArrayValue): boolean =>
    part.dims.length === first.dims.length &&
    part.dims.every((size, index) => size === first.dims[index]) &&
    part.lowerBounds.every((bound, index) => bound === first.lowerBounds[index]);
  if (filled.length !== parts.length || !filled.every(sameShape)) {
    throw new SqlError(
      "2202E",
      "multidimensional arrays must have array expressions with matching dimensions",
    );
  }
  if (first.dims.length >= DIMENSIONS_MAX) {
    throw new SqlError(
      "54000",
      `number of array dimensions (${first.dims.length + 1}) exceeds the maximum allowed (${DIMENSIONS_MAX})`,
    );
  }
  return {
    tag: "array",
    elementType,
    dims: [filled.length, ...first.dims],
    lowerBounds: [1, ...first.lowerBounds],
    elements: filled.flatMap((part) => part.elements),
  };
}
