/**
 * avg, variance, stddev of floats and the regression family, by Youngs and Cramer's update as in
 * PostgreSQL's float8_accum and float8_regr_accum: N, the sums and the sums of squared deviations.
 */
import { overflow } from "../functions/errors.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

const FLOAT8 = 701;

export interface Moments {
  n: number;
  sum: number;
  /** Sum of squared deviations from the mean. */
  deviation: number;
}

export function addMoment(state: Moments, value: number): void {
  const before = state.n;
  const previousSum = state.sum;
  state.n += 1;
  state.sum += value;
  if (before === 0) {
    if (!Number.isFinite(value)) state.deviation = Number.NaN;
    return;
  }
  const difference = value * state.n - state.sum;
  state.deviation += (difference * difference) / (state.n * before);
  if (Math.abs(state.sum) === Infinity || Math.abs(state.deviation) === Infinity) {
    if (Number.isFinite(previousSum) && Number.isFinite(value)) throw overflow();
    state.deviation = Number.NaN;
  }
}

export function mergeMoments(state: Moments, other: Moments): Moments {
  if (other.n === 0) return state;
  if (state.n === 0) return other;
  const n = state.n + other.n;
  const difference = state.sum / state.n - other.sum / other.n;
  state.deviation += other.deviation + (state.n * other.n * difference * difference) / n;
  state.sum += other.sum;
  state.n = n;
  if (state.sum === Infinity || state.deviation === Infinity) throw overflow();
  return state;
}

function ofMoments(result: (state: Moments) => number | null): AggregateFunction<Moments> {
  return {
    partialTypes: [FLOAT8, FLOAT8, FLOAT8],
    init: () => ({ n: 0, sum: 0, deviation: 0 }),
    add: (state, value) => {
      if (value !== null) addMoment(state, value as number);
      return state;
    },
    merge: mergeMoments,
    result,
    toPartial: ({ n, sum, deviation }) => [n, sum, deviation],
    fromPartial: ([n, sum, deviation]) => ({
      n: Number(n),
      sum: Number(sum),
      deviation: Number(deviation),
    }),
  };
}

export const varPop = ({ n, deviation }: Moments): number | null =>
  n === 0 ? null : deviation / n;
export const varSamp = ({ n, deviation }: Moments): number | null =>
  n <= 1 ? null : deviation / (n - 1);
export const rooted =
  (of: (state: Moments) => number | null) =>
  (state: Moments): number | null => {
    const variance = of(state);
    return variance === null ? null : Math.sqrt(variance);
  };

export const averageOfFloats: AggregateFunction<Moments> = ofMoments(({ n, sum }) =>
  n === 0 ? null : sum / n,
);
export const floatVarPop: AggregateFunction<Moments> = ofMoments(varPop);
export const floatVarSamp: AggregateFunction<Moments> = ofMoments(varSamp);
export const floatStddevPop: AggregateFunction<Moments> = ofMoments(rooted(varPop));
export const floatStddevSamp: AggregateFunction<Moments> = ofMoments(rooted(varSamp));

export interface Regression {
  n: number;
  sumX: number;
  sumY: number;
  xx: number;
  yy: number;
  xy: number;
}

export function addPoint(state: Regression, y: number, x: number): void {
  const before = state.n;
  state.n += 1;
  state.sumX += x;
  state.sumY += y;
  if (before === 0) {
    if (!Number.isFinite(x)) state.xx = state.xy = Number.NaN;
    if (!Number.isFinite(y)) state.yy = state.xy = Number.NaN;
    return;
  }
  const dx = x * state.n - state.sumX;
  const dy = y * state.n - state.sumY;
  const scale = 1 / (state.n * before);
  state.xx += dx * dx * scale;
  state.yy += dy * dy * scale;
  state.xy += dx * dy * scale;
  if (
    [state.sumX, state.sumY, state.xx, state.yy, state.xy].some(
      (each) => Math.abs(each) === Infinity,
    )
  ) {
    if (Number.isFinite(x) && Number.isFinite(y)) throw overflow();
    if (Math.abs(state.xx) === Infinity) state.xx = Number.NaN;
    if (Math.abs(state.yy) === Infinity) state.yy = Number.NaN;
    if (Math.abs(state.xy) === Infinity) state.xy = Number.NaN;
  }
}

export function mergeRegression(a: Regression, b: Regression): Regression {
  if (b.n === 0) return a;
  if (a.n === 0) return b;
  const n = a.n + b.n;
  const dx = a.sumX / a.n - b.sumX / b.n;
  const dy = a.sumY / a.n - b.sumY / b.n;
  const weight = (a.n * b.n) / n;
  return {
    n,
    sumX: a.sumX + b.sumX,
    sumY: a.sumY + b.sumY,
    xx: a.xx + b.xx + weight * dx * dx,
    yy: a.yy + b.yy + weight * dy * dy,
    xy: a.xy + b.xy + weight * dx * dy,
  };
}

function regression(result: (state: Regression) => Datum): AggregateFunction<Regression> {
  return {
    init: () => ({ n: 0, sumX: 0, sumY: 0, xx: 0, yy: 0, xy: 0 }),
    add: (state, y, x) => {
      if (y !== null && x !== null) addPoint(state, y as number, x as number);
      return state;
    },
    merge: mergeRegression,
    result: (state) => (state.n === 0 ? null : result(state)),
  };
}

/** By pg_proc.proname; regr_count differs in that it counts zero. */
export const REGRESSION: Readonly<Record<string, AggregateFunction<Regression>>> = {
  regr_count: { ...regression(() => null), result: ({ n }) => BigInt(n) },
  regr_sxx: regression(({ xx }) => xx),
  regr_syy: regression(({ yy }) => yy),
  regr_sxy: regression(({ xy }) => xy),
  regr_avgx: regression(({ sumX, n }) => sumX / n),
  regr_avgy: regression(({ sumY, n }) => sumY / n),
  covar_pop: regression(({ xy, n }) => xy / n),
  covar_samp: regression(({ xy, n }) => (n < 2 ? null : xy / (n - 1))),
  corr: regression(({ xx, yy, xy }) => (xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy))),
  regr_r2: regression(({ xx, yy, xy }) => {
    if (xx === 0) return null;
    return yy === 0 ? 1 : (xy * xy) / (xx * yy);
  }),
  regr_slope: regression(({ xx, xy }) => (xx === 0 ? null : xy / xx)),
  regr_intercept: regression(({ xx, xy, sumX, sumY, n }) =>
    xx === 0 ? null : (sumY - (sumX * xy) / xx) / n,
  ),
};
