/** `scalar op ANY/ALL (array)`: a hashed set for long arrays under equality, else a loop. */
import type { HashKey, SqlType } from "../../types/sql-type.ts";
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

function hashArray(array: ArrayValue, type: SqlType): HashedArray {
  const keys = new Set<HashKey>();
  let hasNull = false;
  for (const element of array.elements) {
    if (element === null) hasNull = true;
    else keys.add(type.hashKey(element));
  }
  return { array, keys, hasNull };
}

/**
 * For = ANY and <> ALL. The set of the last array is kept: arrays are immutable and a statement's
 * parameter is the same object for all rows.
 */
export function hashedMembership(
  type: SqlType,
  any: boolean,
  compare: Implementation,
): MembershipTest {
  const loop = loopingMembership(compare, any);
  let last: HashedArray | undefined;
  return (context, scalar, array) => {
    if (array === null || array.elements.length < HASHED_LENGTH_MIN || scalar === null) {
      return loop(context, scalar, array);
    }
    if (last?.array !== array) last = hashArray(array, type);
    if (last.keys.has(type.hashKey(scalar))) return any;
    return last.hasNull ? null : !any;
  };
}
