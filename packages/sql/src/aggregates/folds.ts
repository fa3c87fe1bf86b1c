/** Aggregates that fold values with one operation and leave nulls out: booleans and bits. */
import { andBits, orBits, xorBits } from "../functions/bits/operators.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

const BOOL = 16;
const INT8 = 20;
const INT4 = 23;
const VARBIT = 1562;

interface Folded {
  value: Datum;
}

function folding<T extends Datum>(
  type: number,
  combine: (a: T, b: T) => T,
): AggregateFunction<Folded> {
  const add = (state: Folded, value: Datum): Folded => {
    if (value === null) return state;
    state.value = state.value === null ? value : combine(state.value as T, value as T);
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

export const boolAnd: AggregateFunction<Folded> = folding(BOOL, (a: boolean, b: boolean) => a && b);
export const boolOr: AggregateFunction<Folded> = folding(BOOL, (a: boolean, b: boolean) => a || b);

export const bitAnd: AggregateFunction<Folded> = folding(INT4, (a: number, b: number) => a & b);
export const bitOr: AggregateFunction<Folded> = folding(INT4, (a: number, b: number) => a | b);
export const bitXor: AggregateFunction<Folded> = folding(INT4, (a: number, b: number) => a ^ b);

export const bitAnd8: AggregateFunction<Folded> = folding(INT8, (a: bigint, b: bigint) => a & b);
export const bitOr8: AggregateFunction<Folded> = folding(INT8, (a: bigint, b: bigint) => a | b);
export const bitXor8: AggregateFunction<Folded> = folding(INT8, (a: bigint, b: bigint) => a ^ b);

export const bitStringAnd: AggregateFunction<Folded> = folding(VARBIT, andBits);
export const bitStringOr: AggregateFunction<Folded> = folding(VARBIT, orBits);
export const bitStringXor: AggregateFunction<Folded> = folding(VARBIT, xorBits);
