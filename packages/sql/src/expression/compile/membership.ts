/** `scalar op ANY/ALL (array)`: a hashed set for long arrays under equality, else a loop. */
import type { HashKey } from "../../types/sql-type.ts";
import { ELEMENTS_PER_STEP, longCall, toEnd } from "../../functions/long-call.ts";
import type { Steps } from "../../functions/long-call.ts";
import type { Implementation } from "../../functions/registry.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";

export type MembershipTest = (
  context: EvaluationContext,
  scalar: Datum,
  array: ArrayValue | null,
) => boolean | null;

/** From this length on, building a set once is cheaper than comparing each time. */
const HASHED_LENGTH_MIN = 9;

/** `any`: true if one is true; else (ALL): false if one is false; nulls make the rest unknown. */
export function loopingMembership(equals: Implementation, any: boolean): MembershipTest {
  return (context, scalar, array) => {
    if (array === null) return null;
    if (array.elements.length === 0) return !any;
    if (scalar === null) return null;
    let result: boolean | null = !any;
    for (const element of array.elements) {
      const matched = element === null ? null : equals(context, scalar, element);
      if (matched === any) return any;
      if (matched === null) result = null;
    }
    return result;
  };
}

interface HashedArray {
  readonly array: ArrayValue;
  readonly keys: ReadonlySet<HashKey>;
  readonly hasNull: boolean;
}

/** The same for values that are equal, of the scalar's type and of the elements'. */
export type MembershipKey = (value: Datum) => HashKey;

/** Integers of any width. */
export function integerKey(value: Datum): HashKey {
  if (typeof value !== "bigint") return value as number;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function* hashArray(array: ArrayValue, keyOf: MembershipKey): Steps<HashedArray> {
  const keys = new Set<HashKey>();
  let hasNull = false;
  let untilStep = ELEMENTS_PER_STEP;
  for (const element of array.elements) {
    if (element === null) hasNull = true;
    else keys.add(keyOf(element));
    if (--untilStep > 0) continue;
    yield;
    untilStep = ELEMENTS_PER_STEP;
  }
  return { array, keys, hasNull };
}

/** Once per statement: a row that is treated again after its long calls finds the same set. */
function hashed(context: EvaluationContext, array: ArrayValue, keyOf: MembershipKey): HashedArray {
  const steps = (): Steps<HashedArray> => hashArray(array, keyOf);
  const isShort = array.elements.length < ELEMENTS_PER_STEP;
  if (isShort || context.longCalls === undefined) return toEnd(steps());
  return context.longCalls.once(array, () => longCall(context, steps));
}

/**
 * For = ANY and <> ALL. The set of the last array is kept: arrays are immutable and a statement's
 * parameter is the same object for all rows.
 */
export function hashedMembership(
  keyOf: MembershipKey,
  any: boolean,
  compare: Implementation,
): MembershipTest {
  const loop = loopingMembership(compare, any);
  let last: HashedArray | undefined;
  return (context, scalar, array) => {
    if (array === null || array.elements.length < HASHED_LENGTH_MIN || scalar === null) {
      return loop(context, scalar, array);
    }
    if (last?.array !== array) last = hashed(context, array, keyOf);
    if (last.keys.has(keyOf(scalar))) return any;
    return last.hasNull ? null : !any;
  };
}
