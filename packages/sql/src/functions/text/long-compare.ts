/** Texts in the collation C compared, long ones in steps. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { compareText } from "../../values/text-order.ts";
import { LONG, NATIVE_STEP, flatten, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

export function areEqual(context: EvaluationContext, a: string, b: string): boolean {
  if (a.length <= LONG || a.length !== b.length) return a === b;
  return longCall(context, () => compareSteps(a, b)) === 0;
}

export function ordered(context: EvaluationContext, a: string, b: string): number {
  if (a.length <= LONG) return compareText(a, b);
  return longCall(context, () => compareSteps(a, b));
}

/** As compareText. */
function* compareSteps(a: string, b: string): Steps<number> {
  yield* flatten(a, b);
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += NATIVE_STEP) {
    const end = Math.min(length, at + NATIVE_STEP);
    const order = compareText(a.slice(at, end), b.slice(at, end));
    if (order !== 0) return order;
    yield;
  }
  return a.length - b.length;
}
