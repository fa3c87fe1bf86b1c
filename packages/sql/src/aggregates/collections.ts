/** array_agg and string_agg: the values in the order in which they came. */
import { SqlError } from "@firstlight/common";
import { makeArray } from "../values/array.ts";
import type { ArrayValue, Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

interface Collected {
  readonly values: Datum[];
  started: boolean;
}

/** Nulls are values here; only a group without rows gives null. */
export function arrayAgg(elementType: number): AggregateFunction<Collected> {
  return {
    init: () => ({ values: [], started: false }),
    add: (state, value) => {
      state.values.push(value);
      state.started = true;
      return state;
    },
    merge: (state, other) => {
      for (const value of other.values) state.values.push(value);
      state.started ||= other.started;
      return state;
    },
    result: (state) => (state.started ? makeArray(elementType, state.values.slice()) : null),
  };
}

interface Stacked {
  first: ArrayValue | undefined;
  count: number;
  /** Of all of them: put together at the end they would be one long step. */
  readonly elements: Datum[];
}

function stack(state: Stacked, value: Datum): void {
  const array = checkShape(state.first, value);
  state.first ??= array;
  state.count++;
  for (const element of array.elements) state.elements.push(element);
}

function checkShape(first: ArrayValue | undefined, value: Datum): ArrayValue {
  if (value === null) throw new SqlError("22004", "cannot accumulate null arrays");
  const array = value as ArrayValue;
  if (first === undefined && array.dims.length === 0) {
    throw new SqlError("2202E", "cannot accumulate empty arrays");
  }
  const same =
    first === undefined ||
    (first.dims.length === array.dims.length &&
      first.dims.every((size, index) => size === array.dims[index]));
  if (same) return array;
  throw new SqlError("2202E", "cannot accumulate arrays of different dimensionality");
}

/** array_agg over arrays: one dimension more. */
export function arrayAggOfArrays(elementType: number): AggregateFunction<Stacked> {
  return {
    init: () => ({ first: undefined, count: 0, elements: [] }),
    add: (state, value) => {
      stack(state, value);
      return state;
    },
    merge: (state, other) => {
      if (other.first === undefined) return state;
      state.first = checkShape(state.first, other.first);
      state.count += other.count;
      for (const element of other.elements) state.elements.push(element);
      return state;
    },
    result: ({ first, count, elements }) => {
      if (first === undefined) return null;
      return {
        tag: "array",
        elementType,
        dims: [count, ...first.dims],
        lowerBounds: [1, ...first.lowerBounds],
        elements: elements.slice(),
      };
    },
  };
}

interface Joined<T> {
  /** Of the first value: it stands before it when something else is before that. */
  delimiter: T | undefined;
  /** Joined already: joining all at the end would be one long step. */
  readonly joined: T[];
  /** Delimiters and values in turn, behind what is joined. */
  parts: T[];
}

/** Parts that are joined at one go. */
const PARTS_MAX = 4096;

function joining<T extends string | Uint8Array>(
  empty: T,
  join: (parts: readonly T[]) => T,
): AggregateFunction<Joined<T>> {
  const joinParts = (state: Joined<T>): void => {
    if (state.parts.length > 0) state.joined.push(join(state.parts));
    state.parts = [];
  };
  return {
    init: () => ({ delimiter: undefined, joined: [], parts: [] }),
    add: (state, value, delimiter) => {
      if (value === null) return state;
      const own = (delimiter ?? empty) as T;
      if (state.delimiter === undefined) state.delimiter = own;
      else state.parts.push(own);
      state.parts.push(value as T);
      if (state.parts.length >= PARTS_MAX) joinParts(state);
      return state;
    },
    merge: (state, other) => {
      if (other.delimiter === undefined) return state;
      if (state.delimiter === undefined) state.delimiter = other.delimiter;
      else state.parts.push(other.delimiter);
      joinParts(state);
      for (const part of other.joined) state.joined.push(part);
      state.parts.push(...other.parts);
      return state;
    },
    result: ({ delimiter, joined, parts }) => {
      if (delimiter === undefined) return null;
      return joined.length === 0 ? join(parts) : join([...joined, join(parts)]);
    },
  };
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

export const stringAgg: AggregateFunction<Joined<string>> = joining<string>("", (parts) =>
  parts.join(""),
);
export const byteaAgg: AggregateFunction<Joined<Uint8Array>> = joining(
  new Uint8Array(0),
  concatBytes,
);
