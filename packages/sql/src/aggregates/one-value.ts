/** Aggregates whose state is one value, null at first, which is their partial state as well. */
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

export interface OneValue {
  value: Datum;
}

/** `add` takes a value, or the value of another state, into the state and returns that. */
export function ofOneValue(
  type: number,
  add: (state: OneValue, value: Datum) => OneValue,
): AggregateFunction<OneValue> {
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
