/**
 * Transition, combining and final functions of aggregates whose state is a value of SQL. The built-in
 * aggregates do not use them; aggregates that users define on top of them do, and so may anybody.
 */
import { SqlError } from "@firstlight/common";
import {
  addMoment,
  addPoint,
  mergeMoments,
  mergeRegression,
  REGRESSION,
  rooted,
  varPop,
  varSamp,
} from "../aggregates/float-statistics.ts";
import type { Moments, Regression } from "../aggregates/float-statistics.ts";
import { FLOAT8, INT8, INTERVAL } from "../types/oids.ts";
import { makeArray } from "../values/array.ts";
import type { ArrayValue, Datum, Interval, Numeric } from "../values/datum.ts";
import { intervalAdd, makeInterval } from "../values/interval.ts";
import { numericFromBigint } from "../values/numeric.ts";
import { numericAdd, numericDivide } from "../values/numeric-arithmetic.ts";
import { divideInterval, subtractIntervals } from "./datetime/interval-arithmetic.ts";
import { outOfRange } from "./errors.ts";
import {
  findImplementation,
  missingFunction,
  registerFunctions,
  registerPolymorphic,
} from "./registry.ts";
import type { Implementation, ImplementationFactory } from "./registry.ts";

function elementsOf(
  state: ArrayValue,
  name: string,
  count: number,
  type: string,
): readonly Datum[] {
  const { dims, elements } = state;
  if (dims.length === 1 && elements.length === count && !elements.includes(null)) return elements;
  throw new SqlError("XX000", `${name}expected ${count}-element ${type} array`);
}

function momentsOf(state: ArrayValue, name: string): Moments {
  const [n = 0, sum = 0, deviation = 0] = elementsOf(state, `${name}: `, 3, "float8") as number[];
  return { n, sum, deviation };
}

function ofMoments({ n, sum, deviation }: Moments): ArrayValue {
  return makeArray(FLOAT8, [n, sum, deviation]);
}

function accumulate(name: string): Implementation {
  return (_, state: ArrayValue, value: number) => {
    const moments = momentsOf(state, name);
    addMoment(moments, value);
    return ofMoments(moments);
  };
}

function fromMoments(
  name: string,
  result: (moments: Moments) => number | null,
): Record<string, Implementation> {
  return { [name]: (_, state: ArrayValue) => result(momentsOf(state, name)) };
}

const moments: Record<string, Implementation> = {
  float4_accum: accumulate("float4_accum"),
  float8_accum: accumulate("float8_accum"),
  float8_combine: (_, a: ArrayValue, b: ArrayValue) =>
    ofMoments(mergeMoments(momentsOf(a, "float8_combine"), momentsOf(b, "float8_combine"))),
  ...fromMoments("float8_avg", ({ n, sum }) => (n === 0 ? null : sum / n)),
  ...fromMoments("float8_var_pop", varPop),
  ...fromMoments("float8_var_samp", varSamp),
  ...fromMoments("float8_stddev_pop", rooted(varPop)),
  ...fromMoments("float8_stddev_samp", rooted(varSamp)),
};

/** In the order of PostgreSQL's array: N, Sx, Sxx, Sy, Syy, Sxy. */
function regressionOf(state: ArrayValue, name: string): Regression {
  const [n = 0, sumX = 0, xx = 0, sumY = 0, yy = 0, xy = 0] = elementsOf(
    state,
    `${name}: `,
    6,
    "float8",
  ) as number[];
  return { n, sumX, sumY, xx, yy, xy };
}

function ofRegression({ n, sumX, sumY, xx, yy, xy }: Regression): ArrayValue {
  return makeArray(FLOAT8, [n, sumX, xx, sumY, yy, xy]);
}

const REGRESSION_FINALS: Readonly<Record<string, string>> = {
  float8_regr_sxx: "regr_sxx",
  float8_regr_syy: "regr_syy",
  float8_regr_sxy: "regr_sxy",
  float8_regr_avgx: "regr_avgx",
  float8_regr_avgy: "regr_avgy",
  float8_regr_r2: "regr_r2",
  float8_regr_slope: "regr_slope",
  float8_regr_intercept: "regr_intercept",
  float8_covar_pop: "covar_pop",
  float8_covar_samp: "covar_samp",
  float8_corr: "corr",
};

function regressionFinals(): Record<string, Implementation> {
  const entries: Record<string, Implementation> = {};
  for (const [name, aggregate] of Object.entries(REGRESSION_FINALS)) {
    entries[name] = (context, state: ArrayValue) =>
      REGRESSION[aggregate]?.result(regressionOf(state, name), context) ?? null;
  }
  return entries;
}

const regressions: Record<string, Implementation> = {
  float8_regr_accum: (_, state: ArrayValue, y: number, x: number) => {
    const regression = regressionOf(state, "float8_regr_accum");
    addPoint(regression, y, x);
    return ofRegression(regression);
  },
  float8_regr_combine: (_, a: ArrayValue, b: ArrayValue) => {
    const name = "float8_regr_combine";
    return ofRegression(mergeRegression(regressionOf(a, name), regressionOf(b, name)));
  },
};

function countAndSum(state: ArrayValue): readonly [bigint, bigint] {
  const [count = 0n, sum = 0n] = elementsOf(state, "", 2, "int8") as bigint[];
  return [count, sum];
}

function moveIntegers(sign: bigint): Implementation {
  return (_, state: ArrayValue, value: number) => {
    const [count, sum] = countAndSum(state);
    return makeArray(INT8, [count + sign, sum + sign * BigInt(value)]);
  };
}

/** Not strict: a null counts as nothing, and a sum of nothing is null. */
const sumOfIntegers: Implementation = (_, sum: bigint | null, value: number | null) => {
  if (value === null) return sum;
  return BigInt.asIntN(64, (sum ?? 0n) + BigInt(value));
};

function counted(by: bigint): Implementation {
  return (_, count: bigint) => {
    const next = count + by;
    if (BigInt.asIntN(64, next) !== next) throw outOfRange("bigint");
    return next;
  };
}

const integers: Record<string, Implementation> = {
  int2_avg_accum: moveIntegers(1n),
  int4_avg_accum: moveIntegers(1n),
  int2_avg_accum_inv: moveIntegers(-1n),
  int4_avg_accum_inv: moveIntegers(-1n),
  int4_avg_combine: (_, a: ArrayValue, b: ArrayValue) => {
    const [[count, sum], [moreCount, moreSum]] = [countAndSum(a), countAndSum(b)];
    return makeArray(INT8, [count + moreCount, sum + moreSum]);
  },
  int8_avg: (_, state: ArrayValue) => {
    const [count, sum] = countAndSum(state);
    return count === 0n ? null : numericDivide(numericFromBigint(sum), numericFromBigint(count));
  },
  int2int4_sum: (_, state: ArrayValue) => {
    const [count, sum] = countAndSum(state);
    return count === 0n ? null : sum;
  },
  int2_sum: sumOfIntegers,
  int4_sum: sumOfIntegers,
  int8_sum: (_, sum: Numeric | null, value: bigint | null) => {
    if (value === null) return sum;
    const next = numericFromBigint(value);
    return sum === null ? next : numericAdd(sum, next);
  },
  int8inc_any: counted(1n),
  int8dec_any: counted(-1n),
  int8inc_float8_float8: counted(1n),
  any_value_transfn: (_, state: Datum) => state,
};

/** The sum, and an interval whose microseconds are the count. */
function intervalsOf(state: ArrayValue): readonly [Interval, Interval] {
  const [sum, count] = elementsOf(state, "", 2, "interval") as [Interval, Interval];
  return [sum, count];
}

function counting(count: Interval, by: bigint): Interval {
  return makeInterval(count.months, count.days, count.micros + by);
}

const intervals: Record<string, Implementation> = {
  interval_accum: (_, state: ArrayValue, value: Interval) => {
    const [sum, count] = intervalsOf(state);
    return makeArray(INTERVAL, [intervalAdd(sum, value), counting(count, 1n)]);
  },
  interval_accum_inv: (_, state: ArrayValue, value: Interval) => {
    const [sum, count] = intervalsOf(state);
    return makeArray(INTERVAL, [subtractIntervals(sum, value), counting(count, -1n)]);
  },
  interval_combine: (_, a: ArrayValue, b: ArrayValue) => {
    const [[sum, count], [moreSum, moreCount]] = [intervalsOf(a), intervalsOf(b)];
    return makeArray(INTERVAL, [intervalAdd(sum, moreSum), counting(count, moreCount.micros)]);
  },
  interval_avg: (_, state: ArrayValue) => {
    const [sum, count] = intervalsOf(state);
    return count.micros === 0n ? null : divideInterval(sum, Number(count.micros));
  },
};

/** Those of ranges are intersections. */
const INTERSECTIONS: Readonly<Record<string, string>> = {
  range_intersect_agg_transfn: "range_intersect",
  multirange_intersect_agg_transfn: "multirange_intersect",
};

function intersection(source: string): ImplementationFactory {
  return (types) => {
    const found = findImplementation(source, types);
    if (found === undefined) throw missingFunction(source);
    return found;
  };
}

export function registerAccumulators(): void {
  for (const [name, source] of Object.entries(INTERSECTIONS)) {
    registerPolymorphic({ [name]: intersection(source) });
  }
  registerFunctions(moments);
  registerFunctions(regressionFinals());
  registerFunctions(regressions);
  registerFunctions(integers);
  registerFunctions(intervals);
}
