/**
 * sum and avg of int2, int4 and int8. Sums are kept as numbers while they are exact and move to
 * bigint before they could lose a digit, so that the usual sum costs no allocation per row.
 */
import { outOfRange } from "../functions/errors.ts";
import type { Datum } from "../values/datum.ts";
import { numericDivide } from "../values/numeric-arithmetic.ts";
import { makeNumeric, numericFromBigint } from "../values/numeric.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

const INT8 = 20;
const NUMERIC = 1700;

export interface IntegerSum {
  count: number;
  /** Below 2^52 in absolute value; the total is small + large. */
  small: number;
  large: bigint;
}

const SMALL_MAX = 2 ** 52;
/** An int8 up to here is added as a number. */
const EXACT_INT8 = 2n ** 51n;

export function emptySum(): IntegerSum {
  return { count: 0, small: 0, large: 0n };
}

export function addInteger(state: IntegerSum, value: number): void {
  state.small += value;
  if (state.small > SMALL_MAX || state.small < -SMALL_MAX) spill(state);
}

function spill(state: IntegerSum): void {
  state.large += BigInt(state.small);
  state.small = 0;
}

function addBigint(state: IntegerSum, value: bigint): void {
  if (value < EXACT_INT8 && value > -EXACT_INT8) addInteger(state, Number(value));
  else state.large += value;
}

export function totalOf(state: IntegerSum): bigint {
  return state.large + BigInt(state.small);
}

function addValue(state: IntegerSum, value: Datum): IntegerSum {
  if (value === null) return state;
  state.count += 1;
  if (typeof value === "number") addInteger(state, value);
  else addBigint(state, value as bigint);
  return state;
}

function merge(state: IntegerSum, other: IntegerSum): IntegerSum {
  state.count += other.count;
  state.large += other.large;
  addInteger(state, other.small);
  return state;
}

const shared = {
  partialTypes: [INT8, NUMERIC],
  init: emptySum,
  add: addValue,
  merge,
  toPartial: (state: IntegerSum): readonly Datum[] => [
    BigInt(state.count),
    numericFromBigint(totalOf(state)),
  ],
  fromPartial: ([count, sum]: readonly Datum[]): IntegerSum => ({
    count: Number(count),
    small: 0,
    large: (sum as { readonly coefficient: bigint }).coefficient,
  }),
};

const INT8_LIMIT = 2n ** 63n;

/** sum(int2) and sum(int4) are int8. */
export const sumToInt8: AggregateFunction<IntegerSum> = {
  ...shared,
  result: (state) => {
    if (state.count === 0) return null;
    const total = totalOf(state);
    if (total >= INT8_LIMIT || total < -INT8_LIMIT) throw outOfRange("bigint");
    return total;
  },
};

/** sum(int8) is numeric. */
export const sumToNumeric: AggregateFunction<IntegerSum> = {
  ...shared,
  result: (state) => (state.count === 0 ? null : makeNumeric(totalOf(state), 0)),
};

/** Of every integer type, numeric. */
export const averageOfIntegers: AggregateFunction<IntegerSum> = {
  ...shared,
  result: (state) =>
    state.count === 0
      ? null
      : numericDivide(makeNumeric(totalOf(state), 0), makeNumeric(BigInt(state.count), 0)),
};
