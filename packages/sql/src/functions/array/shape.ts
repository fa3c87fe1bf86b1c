/**
 * Dimensions of arrays and the series over their subscripts and elements.
 */
import { registerFunctions, registerSetReturning } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { ArrayValue } from "../../values/datum.ts";

/** Null for a dimension that the array does not have. */
function sizeOf(array: ArrayValue, dimension: number): number | null {
  return array.dims[dimension - 1] ?? null;
}

function lowerOf(array: ArrayValue, dimension: number): number | null {
  return array.lowerBounds[dimension - 1] ?? null;
}

function upperOf(array: ArrayValue, dimension: number): number | null {
  const lower = lowerOf(array, dimension);
  const size = sizeOf(array, dimension);
  return lower === null || size === null ? null : lower + size - 1;
}

function dimsText(array: ArrayValue): string | null {
  if (array.dims.length === 0) return null;
  return array.dims
    .map((_, index) => `[${lowerOf(array, index + 1) ?? 1}:${upperOf(array, index + 1) ?? 0}]`)
    .join("");
}

function* subscripts(array: ArrayValue, dimension: number, reverse: boolean): Generator<number> {
  const lower = lowerOf(array, dimension);
  const upper = upperOf(array, dimension);
  if (lower === null || upper === null) return;
  if (reverse) for (let at = upper; at >= lower; at--) yield at;
  else for (let at = lower; at <= upper; at++) yield at;
}

const shape: Record<string, Implementation> = {
  array_ndims: (_, a: ArrayValue) => (a.dims.length === 0 ? null : a.dims.length),
  array_dims: (_, a: ArrayValue) => dimsText(a),
  array_length: (_, a: ArrayValue, dimension: number) => sizeOf(a, dimension),
  array_lower: (_, a: ArrayValue, dimension: number) => lowerOf(a, dimension),
  array_upper: (_, a: ArrayValue, dimension: number) => upperOf(a, dimension),
  array_cardinality: (_, a: ArrayValue) => a.elements.length,
};

export function registerArrayShape(): void {
  registerFunctions(shape);
  registerSetReturning({
    array_unnest: () => (_, a: ArrayValue) => a.elements,
    generate_subscripts: () => (_, a: ArrayValue, dimension: number, reverse: boolean) =>
      subscripts(a, dimension, reverse),
    generate_subscripts_nodir: () => (_, a: ArrayValue, dimension: number) =>
      subscripts(a, dimension, false),
  });
}
