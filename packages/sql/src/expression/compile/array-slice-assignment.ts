/** a[l:u] = array: array_set_slice. */
import { SqlError } from "@firstlight/common";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import { checkExtent } from "./array-access.ts";

export interface SliceBounds {
  /** Undefined for a bound that is left out, null for NULL. */
  readonly lower: readonly (number | null | undefined)[];
  readonly upper: readonly (number | null | undefined)[];
}

interface Slice {
  readonly lower: number;
  readonly upper: number;
}

function subscriptError(message: string, detail?: string): SqlError {
  return new SqlError("2202E", message, detail === undefined ? {} : { detail });
}

function bound(value: number | null | undefined, missing: number | undefined): number {
  if (value === null) {
    throw new SqlError("22004", "array subscript in assignment must not be null");
  }
  const known = value ?? missing;
  if (known !== undefined) return known;
  throw subscriptError(
    "array slice subscript must provide both boundaries",
    "When assigning to a slice of an empty array value, slice boundaries must be fully specified.",
  );
}

function sliceAt({ lower, upper }: SliceBounds, at: number, whole: Slice | undefined): Slice {
  const slice = { lower: bound(lower[at], whole?.lower), upper: bound(upper[at], whole?.upper) };
  checkExtent(slice.lower, slice.upper);
  if (slice.lower <= slice.upper) return slice;
  throw subscriptError("upper bound cannot be less than lower bound");
}

const sizeOf = ({ lower, upper }: Slice): number => upper - lower + 1;

function requireElements(source: ArrayValue, slices: readonly Slice[]): readonly Datum[] {
  const count = slices.reduce((product, slice) => product * sizeOf(slice), 1);
  if (source.elements.length < count) throw subscriptError("source array too small");
  return source.elements.slice(0, count);
}

function fromNothing(bounds: SliceBounds, source: ArrayValue, elementType: number): ArrayValue {
  const slices = bounds.upper.map((_, at) => sliceAt(bounds, at, undefined));
  return {
    tag: "array",
    elementType,
    dims: slices.map(sizeOf),
    lowerBounds: slices.map(({ lower }) => lower),
    elements: requireElements(source, slices),
  };
}

function wholeOf(array: ArrayValue, at: number): Slice {
  const lower = array.lowerBounds[at] ?? 1;
  return { lower, upper: lower + (array.dims[at] ?? 0) - 1 };
}

/** A list of one dimension grows to take the slice; what lies between is NULL. */
function intoList(array: ArrayValue, slice: Slice, source: ArrayValue): ArrayValue {
  const values = requireElements(source, [slice]);
  const whole = wholeOf(array, 0);
  const lower = Math.min(whole.lower, slice.lower);
  const upper = Math.max(whole.upper, slice.upper);
  checkExtent(lower, upper);
  const elements: Datum[] = Array.from({ length: upper - lower + 1 }, () => null);
  array.elements.forEach((element, i) => (elements[whole.lower - lower + i] = element));
  values.forEach((element, i) => (elements[slice.lower - lower + i] = element));
  return { ...array, dims: [elements.length], lowerBounds: [lower], elements };
}

/** Arrays of several dimensions do not grow. */
function intoGrid(array: ArrayValue, slices: readonly Slice[], source: ArrayValue): ArrayValue {
  const values = requireElements(source, slices);
  let offsets = [0];
  for (const [at, slice] of slices.entries()) {
    const whole = wholeOf(array, at);
    if (slice.lower < whole.lower || slice.upper > whole.upper) {
      throw subscriptError("array subscript out of range");
    }
    const size = array.dims[at] ?? 0;
    const places = Array.from({ length: sizeOf(slice) }, (_, i) => slice.lower - whole.lower + i);
    offsets = offsets.flatMap((offset) => places.map((place) => offset * size + place));
  }
  const elements = [...array.elements];
  offsets.forEach((offset, i) => (elements[offset] = values[i] ?? null));
  return { ...array, elements };
}

/** A NULL source changes nothing. */
export function withSlice(
  array: ArrayValue | null,
  bounds: SliceBounds,
  source: ArrayValue | null,
  elementType: number,
): ArrayValue | null {
  if (source === null) return array;
  if (array === null || array.dims.length === 0) return fromNothing(bounds, source, elementType);
  const { dims } = array;
  if (dims.length < bounds.upper.length) throw subscriptError("wrong number of array subscripts");
  const slices = dims.map((_, at) => {
    const whole = wholeOf(array, at);
    return at < bounds.upper.length ? sliceAt(bounds, at, whole) : whole;
  });
  const [first] = slices;
  return dims.length === 1 && first !== undefined
    ? intoList(array, first, source)
    : intoGrid(array, slices, source);
}
