/** min and max of every ordered type, and any_value. Of equal values the last one stays. */
import { requireSqlType } from "../expression/type-io.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

interface Kept {
  value: Datum;
}

/** Types whose values JavaScript orders as SQL does: integers, dates and times. */
const NATURAL: ReadonlySet<number> = new Set([20, 21, 23, 26, 1082, 1083, 1114, 1184]);

function keeping(
  type: number,
  isBetter: (candidate: Datum, kept: Datum) => boolean,
): AggregateFunction<Kept> {
  const add = (state: Kept, value: Datum): Kept => {
    if (value !== null && (state.value === null || isBetter(value, state.value))) {
      state.value = value;
    }
    return state;
  };
  return {
    partialTypes: [type],
    init: () => ({ value: null }),
    add,
    merge: (state, other) => add(state, other.value),
    result: (state) => state.value,
    toPartial: (state) => [state.value],
    fromPartial: ([value]) => ({ value: value ?? null }),
  };
}

type Comparable = number | bigint;

export function minimum(type: number): AggregateFunction<Kept> {
  if (NATURAL.has(type)) return keeping(type, (a, b) => (a as Comparable) <= (b as Comparable));
  const sqlType = requireSqlType(type);
  return keeping(type, (a, b) => sqlType.compare(a, b) <= 0);
}

export function maximum(type: number): AggregateFunction<Kept> {
  if (NATURAL.has(type)) return keeping(type, (a, b) => (a as Comparable) >= (b as Comparable));
  const sqlType = requireSqlType(type);
  return keeping(type, (a, b) => sqlType.compare(a, b) >= 0);
}

/** The first value that is not null. */
export function anyValue(type: number): AggregateFunction<Kept> {
  return keeping(type, () => false);
}
