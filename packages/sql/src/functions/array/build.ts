/**
 * Construction of one-dimensional arrays that functions return.
 */
import { INT4, TEXT } from "../../types/oids.ts";
import { makeArray } from "../../values/array.ts";
import type { ArrayValue } from "../../values/datum.ts";

export function textArray(elements: readonly (string | null)[]): ArrayValue {
  return makeArray(TEXT, elements);
}

export function int4Array(elements: readonly (number | null)[]): ArrayValue {
  return makeArray(INT4, elements);
}

export { makeArray as listArray } from "../../values/array.ts";
