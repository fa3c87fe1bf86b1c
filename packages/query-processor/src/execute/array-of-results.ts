/** The value of ARRAY(SELECT ...): of elements, or of arrays, which make one dimension more. */
import { SqlError } from "@firstlight/common";
import type { ArrayValue, Datum, Steps } from "@firstlight/sql";
import { makeArray, makeArrayWithDims, oids, toEnd } from "@firstlight/sql";

/** Their values look like arrays, but they are elements of arrays of their own. */
const VECTORS: ReadonlySet<number> = new Set([oids.INT2VECTOR, oids.OIDVECTOR]);

function isArray(value: Datum): value is ArrayValue {
  return typeof value === "object" && value !== null && "elementType" in value;
}

export function arrayOfResults(elementType: number, values: readonly Datum[]): ArrayValue {
  return toEnd(arrayOfResultsSteps(elementType, values));
}

/** Arrays that are looked at between two looks at the clock. */
const ARRAYS_PER_STEP = 4096;

export function* arrayOfResultsSteps(
  elementType: number,
  values: readonly Datum[],
): Steps<ArrayValue> {
  if (VECTORS.has(elementType) || !values.some(isArray)) return makeArray(elementType, values);
  let first: ArrayValue | undefined;
  let isSameShape = true;
  const elements: Datum[] = [];
  for (let at = 0; at < values.length; at++) {
    const part = values[at] ?? null;
    if (!isArray(part)) throw new SqlError("22004", "cannot accumulate null arrays");
    first ??= part;
    isSameShape &&= hasShape(part, first.dims);
    for (const element of part.elements) elements.push(element);
    if (at % ARRAYS_PER_STEP === 0) yield;
  }
  const { dims, lowerBounds } = first ?? makeArray(elementType, []);
  if (dims.length === 0) throw new SqlError("2202E", "cannot accumulate empty arrays");
  if (!isSameShape) {
    throw new SqlError("2202E", "cannot accumulate arrays of different dimensionality");
  }
  return makeArrayWithDims(elementType, [values.length, ...dims], [1, ...lowerBounds], elements);
}

function hasShape({ dims }: ArrayValue, wanted: readonly number[]): boolean {
  return dims.length === wanted.length && dims.every((size, i) => size === wanted[i]);
}
