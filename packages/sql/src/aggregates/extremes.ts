/** min and max of every ordered type, and any_value. Of equal values the last one stays. */
import { requireSqlType } from "../expression/type-io.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";
import type { OneValue } from "./one-value.ts";
import { ofOneValue } from "./one-value.ts";

/** Types whose values JavaScript orders as SQL does: integers, dates and times. */
const NATURAL: ReadonlySet<number> = new Set([20, 21, 23, 26, 1082, 1083, 1114, 1184]);

function keeping(
  type: number,
  isBetter: (candidate: Datum, kept: Datum) => boolean,
): AggregateFunction<OneValue> {
  const add = (state: OneValue, value: Datum): OneValue => {
    if (value !== null && (state.value === null || isBetter(value, state.value))) {
      state.value = value;
    }
    return state;
  };
  return ofOneValue(type, add);
}

type Comparable = number | bigint;

export function minimum(type: number): AggregateFunction<OneValue> {
  if (NATURAL.has(type)) return keeping(type, (a, b) => (a as Comparable) <= (b as Comparable));
  const sqlType = requireSqlType(type);
  return keeping(type, (a, b) => sqlType.compare(a, b) <= 0);
}

export function maximum(type: number): AggregateFunction<OneValue> {
  if (NATURAL.has(type)) return keeping(type, (a, b) => (a as Comparable) >= (b as Comparable));
  const sqlType = requireSqlType(type);
  return keeping(type, (a, b) => sqlType.compare(a, b) >= 0);
}

/** The first value that is not null. */
export function anyValue(type: number): AggregateFunction<OneValue> {
  return keeping(type, () => false);
}
