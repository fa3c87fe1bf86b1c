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
  readonly parts: ArrayValue[];
}

function checkShape(first: ArrayValue | undefined, value: Datum): ArrayValue {
  if (value === null) throw new SqlError("22004", "cannot accumulate null arrays");
  const array = value as ArrayValue;
  if (array.dims.length === 0) throw new SqlError("2202E", "cannot accumulate empty arrays");
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
    init: () => ({ parts: [] }),
    add: (state, value) => {
      state.parts.push(checkShape(state.parts[0], value));
      return state;
    },
    merge: (state, other) => {
      for (const part of other.parts) state.parts.push(checkShape(state.parts[0], part));
      return state;
    },
    result: ({ parts }) => {
      const [first] = parts;
      if (first === undefined) return null;
      return {
        tag: "array",
        elementType,
        dims: [parts.length, ...first.dims],
        lowerBounds: [1, ...first.lowerBounds],
        elements: parts.flatMap((part) => part.elements),
      };
    },
  };
}

interface Joined<T> {
  /** Delimiter and value alternate; the first delimiter is kept for merging and left out at the end. */
  readonly parts: T[];
}

function joining<T extends string | Uint8Array>(
  empty: T,
  join: (parts: readonly T[]) => T,
): AggregateFunction<Joined<T>> {
  return {
    init: () => ({ parts: [] }),
    add: (state, value, delimiter) => {
      if (value !== null) state.parts.push((delimiter ?? empty) as T, value as T);
      return state;
    },
    merge: (state, other) => {
      for (const part of other.parts) state.parts.push(part);
      return state;
    },
    result: ({ parts }) => (parts.length === 0 ? null : join(parts.slice(1))),
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
