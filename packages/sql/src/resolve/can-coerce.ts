/** Whether the arguments of a call can become its parameters together (can_coerce_type). */
import type { UserCasts } from "../catalog/cast-catalog.ts";
import { canCoerceType } from "./coercion-pathway.ts";
import { checkGenericTypeConsistency } from "./polymorphism.ts";
import { isPolymorphic } from "./pseudo-types.ts";
import type { CoercionContext } from "./resolve-context.ts";

/** Polymorphic targets must agree with each other. */
export function canCoerceTypes(
  inputs: readonly number[],
  targets: readonly number[],
  context: CoercionContext,
  casts?: UserCasts,
): boolean {
  let generic = false;
  for (let index = 0; index < inputs.length; index += 1) {
    const input = inputs[index] ?? 0;
    const target = targets[index] ?? 0;
    if (input === target) continue;
    if (isPolymorphic(target)) generic = true;
    else if (!canCoerceType(input, target, context, casts)) return false;
  }
  return !generic || checkGenericTypeConsistency(inputs, targets);
}
