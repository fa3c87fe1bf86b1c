/**
 * Construction of one-dimensional arrays that functions return.
 */
import { INT4, TEXT } from "../../types/oids.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";

export function listArray(elementType: number, elements: readonly Datum[]): ArrayValue {
  const empty = elements.length === 0;
  return {
    tag: "array",
    elementType,
    dims: empty ? [] : [elements.length],
    lowerBounds: empty ? [] : [1],
    elements,
  };
}

export function textArray(elements: readonly (string | null)[]): ArrayValue {
  return listArray(TEXT, elements);
}

export function int4Array(elements: readonly (number | null)[]): ArrayValue {
  return listArray(INT4, elements);
}
