/** random_normal, array_shuffle and array_sample: what draws from the session's random numbers. */
import { invalidParameter } from "./errors.ts";
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { emptyArray } from "../values/array.ts";
import { log, sin } from "../values/elementary.ts";
import type { ArrayValue, Datum } from "../values/datum.ts";

/** Box and Muller's transformation. */
function normal(context: EvaluationContext): number {
  const first = 1 - context.random();
  const second = 1 - context.random();
  return Math.sqrt(-2 * log(first)) * sin(2 * Math.PI * second);
}

/** `count` slices of the first dimension in random order. */
function draw(
  context: EvaluationContext,
  array: ArrayValue,
  count: number,
  keepBounds: boolean,
): ArrayValue {
  const [size = 0] = array.dims;
  const width = array.elements.length / Math.max(size, 1);
  const order = Array.from({ length: size }, (_, i) => i);
  const elements: Datum[] = [];
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(context.random() * (size - i));
    const chosen = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    elements.push(...array.elements.slice(chosen * width, (chosen + 1) * width));
  }
  const [, ...innerBounds] = array.lowerBounds;
  const lower = keepBounds ? (array.lowerBounds[0] ?? 1) : 1;
  return {
    ...array,
    elements,
    dims: [count, ...array.dims.slice(1)],
    lowerBounds: [lower, ...innerBounds],
  };
}

const functions: Record<string, Implementation> = {
  drandom_normal: (context, mean: number, deviation: number) => deviation * normal(context) + mean,
  array_shuffle: (context, array: ArrayValue) => {
    const [size = 0] = array.dims;
    return size < 2 ? array : draw(context, array, size, true);
  },
  array_sample: (context, array: ArrayValue, count: number) => {
    const [size = 0] = array.dims;
    if (count < 0 || count > size) {
      throw invalidParameter(`sample size must be between 0 and ${size}`);
    }
    return count === 0 ? emptyArray(array.elementType) : draw(context, array, count, false);
  },
};

export function registerSampling(): void {
  registerFunctions(functions);
}
