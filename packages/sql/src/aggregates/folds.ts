/** Aggregates that fold values with one operation and leave nulls out: booleans and bits. */
import { andBits, orBits, xorBits } from "../functions/bits/operators.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";
import type { OneValue } from "./one-value.ts";
import { ofOneValue } from "./one-value.ts";

const BOOL = 16;
const INT8 = 20;
const INT4 = 23;
const VARBIT = 1562;

function folding<T extends Datum>(
  type: number,
  combine: (a: T, b: T) => T,
): AggregateFunction<OneValue> {
  const add = (state: OneValue, value: Datum): OneValue => {
    if (value === null) return state;
    state.value = state.value === null ? value : combine(state.value as T, value as T);
    return state;
  };
  return ofOneValue(type, add);
}

export const boolAnd: AggregateFunction<OneValue> = folding(
  BOOL,
  (a: boolean, b: boolean) => a && b,
);
export const boolOr: AggregateFunction<OneValue> = folding(
  BOOL,
  (a: boolean, b: boolean) => a || b,
);

export const bitAnd: AggregateFunction<OneValue> = folding(INT4, (a: number, b: number) => a & b);
export const bitOr: AggregateFunction<OneValue> = folding(INT4, (a: number, b: number) => a | b);
export const bitXor: AggregateFunction<OneValue> = folding(INT4, (a: number, b: number) => a ^ b);

export const bitAnd8: AggregateFunction<OneValue> = folding(INT8, (a: bigint, b: bigint) => a & b);
export const bitOr8: AggregateFunction<OneValue> = folding(INT8, (a: bigint, b: bigint) => a | b);
export const bitXor8: AggregateFunction<OneValue> = folding(INT8, (a: bigint, b: bigint) => a ^ b);

export const bitStringAnd: AggregateFunction<OneValue> = folding(VARBIT, andBits);
export const bitStringOr: AggregateFunction<OneValue> = folding(VARBIT, orBits);
export const bitStringXor: AggregateFunction<OneValue> = folding(VARBIT, xorBits);
