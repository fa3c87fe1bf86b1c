/** sum and avg of numeric, interval and the floats. */
import { overflow } from "../functions/errors.ts";
import { addIntervals, divideInterval } from "../functions/datetime/interval-arithmetic.ts";
import type { Datum, Interval, Numeric } from "../values/datum.ts";
import { numericAdd, numericDivide } from "../values/numeric-arithmetic.ts";
import { makeNumeric } from "../values/numeric.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

const INT8 = 20;
const FLOAT4 = 700;
const FLOAT8 = 701;
const INTERVAL = 1186;
const NUMERIC = 1700;

interface Sum<T> {
  count: number;
  total: T | undefined;
}

interface SumKind<T extends Datum> {
  readonly type: number;
  readonly plus: (a: T, b: T) => T;
  /** Only where avg differs from sum. */
  readonly over?: (total: T, count: number) => Datum;
}

function summing<T extends Datum>({ type, plus, over }: SumKind<T>): AggregateFunction<Sum<T>> {
  return {
    partialTypes: [INT8, type],
    init: () => ({ count: 0, total: undefined }),
    add: (state, value) => {
      if (value === null) return state;
      state.count += 1;
      state.total = state.total === undefined ? (value as T) : plus(state.total, value as T);
      return state;
    },
    merge: (state, other) => {
      if (other.total === undefined) return state;
      state.count += other.count;
      state.total = state.total === undefined ? other.total : plus(state.total, other.total);
      return state;
    },
    result: ({ count, total }) => {
      if (total === undefined) return null;
      return over === undefined ? total : over(total, count);
    },
    toPartial: ({ count, total }) => [BigInt(count), total ?? null],
    fromPartial: ([count, total]) => ({
      count: Number(count),
      total: total === null ? undefined : (total as T),
    }),
  };
}

function divideByCount(total: Numeric, count: number): Numeric {
  return numericDivide(total, makeNumeric(BigInt(count), 0));
}

export const sumOfNumerics: AggregateFunction<Sum<Numeric>> = summing({
  type: NUMERIC,
  plus: numericAdd,
});
export const averageOfNumerics: AggregateFunction<Sum<Numeric>> = summing({
  type: NUMERIC,
  plus: numericAdd,
  over: divideByCount,
});

export const sumOfIntervals: AggregateFunction<Sum<Interval>> = summing({
  type: INTERVAL,
  plus: addIntervals,
});
export const averageOfIntervals: AggregateFunction<Sum<Interval>> = summing({
  type: INTERVAL,
  plus: addIntervals,
  over: divideInterval,
});

function plusFloat8(a: number, b: number): number {
  const total = a + b;
  if (Math.abs(total) === Infinity && Number.isFinite(a) && Number.isFinite(b)) throw overflow();
  return total;
}

function plusFloat4(a: number, b: number): number {
  const total = Math.fround(a + b);
  if (Math.abs(total) === Infinity && Number.isFinite(a) && Number.isFinite(b)) throw overflow();
  return total;
}

export const sumOfFloat8: AggregateFunction<Sum<number>> = summing({
  type: FLOAT8,
  plus: plusFloat8,
});
export const sumOfFloat4: AggregateFunction<Sum<number>> = summing({
  type: FLOAT4,
  plus: plusFloat4,
});
