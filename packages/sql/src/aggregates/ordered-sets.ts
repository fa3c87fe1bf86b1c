/**
 * percentile_cont, percentile_disc and mode. The caller adds the values sorted by WITHIN GROUP's
 * ORDER BY; direct arguments come with the result.
 */
import { InvariantError, SqlError } from "@firstlight/common";
import { makeArray } from "../values/array.ts";
import {
  multiplyInterval,
  subtractIntervals,
  addIntervals,
} from "../functions/datetime/interval-arithmetic.ts";
import { requireSqlType } from "../expression/type-io.ts";
import type { ArrayValue, Datum, Interval } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

interface Sorted {
  readonly values: Datum[];
}

type Pick = (values: ArrayLike<Datum>, fraction: number) => Datum;

function checkFraction(fraction: number): number {
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw new SqlError("22003", `percentile value ${fraction} is not between 0 and 1`);
}

function percentile(pick: Pick, resultElement: number): AggregateFunction<Sorted> {
  return {
    init: () => ({ values: [] }),
    add: (state, value) => {
      if (value !== null) state.values.push(value);
      return state;
    },
    merge: () => {
      throw new InvariantError("an ordered-set aggregate has no partial form");
    },
    result: ({ values }, _, [fraction = null] = []) => {
      if (fraction === null || values.length === 0) return null;
      if (typeof fraction === "number") return pick(values, checkFraction(fraction));
      const fractions = fraction as ArrayValue;
      const picked = fractions.elements.map((each) =>
        each === null ? null : pick(values, checkFraction(each as number)),
      );
      return { ...makeArray(resultElement, picked), dims: fractions.dims };
    },
  };
}

/** The first value at or after that part of the set. */
const discrete: Pick = (values, fraction) =>
  values[Math.max(0, Math.ceil(fraction * values.length) - 1)] ?? null;

function continuous<T extends Datum>(between: (low: T, high: T, part: number) => T): Pick {
  return (values, fraction) => {
    const at = fraction * (values.length - 1);
    const low = values[Math.floor(at)] as T;
    const high = values[Math.ceil(at)] as T;
    return Math.floor(at) === Math.ceil(at) ? low : between(low, high, at - Math.floor(at));
  };
}

export function percentileDisc(elementType: number): AggregateFunction<Sorted> {
  return percentile(discrete, elementType);
}

export const percentileContOfFloats: AggregateFunction<Sorted> = percentile(
  continuous((low: number, high: number, part) => low + part * (high - low)),
  701,
);

export const percentileContOfIntervals: AggregateFunction<Sorted> = percentile(
  continuous((low: Interval, high: Interval, part) =>
    addIntervals(low, multiplyInterval(subtractIntervals(high, low), part)),
  ),
  1186,
);

/** The most frequent value, of equals the first. */
export function mode(type: number): AggregateFunction<Sorted> {
  const sqlType = requireSqlType(type);
  return {
    ...percentile(discrete, type),
    result: ({ values }) => {
      let best: Datum = null;
      let bestCount = 0;
      for (let start = 0; start < values.length;) {
        const value = values[start] as Datum;
        let end = start + 1;
        while (end < values.length && sqlType.compare(values[end] as Datum, value) === 0) end += 1;
        if (end - start > bestCount) {
          best = value;
          bestCount = end - start;
        }
        start = end;
      }
      return best;
    },
  };
}
