/** variance and stddev of integers and numerics: exact sums, one division (numeric_stddev_internal). */
import type { Datum, Numeric } from "../values/datum.ts";
import { bigSqrt, divisionScale, quotientAt } from "../values/numeric-arithmetic.ts";
import {
  divideRounded,
  makeNumeric,
  NUMERIC_NAN,
  NUMERIC_ZERO,
  numericFromBigint,
  numericFromInt,
  numericSign,
  pow10,
} from "../values/numeric.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

interface Squares {
  n: number;
  sum: Numeric;
  squares: Numeric;
  /** A NaN or an infinity among the values makes the result NaN. */
  special: boolean;
}

type Measure = "variance" | "stddev";
type Population = "sample" | "population";

function asNumeric(value: Datum): Numeric {
  if (typeof value === "number") return numericFromInt(value);
  return typeof value === "bigint" ? numericFromBigint(value) : (value as Numeric);
}

function addSquare(state: Squares, value: Datum): Squares {
  if (value === null) return state;
  const numeric = asNumeric(value);
  state.n += 1;
  if (numeric.kind !== "finite") {
    state.special = true;
    return state;
  }
  state.sum = exactSum(state.sum, numeric);
  state.squares = exactSum(state.squares, exactSquare(numeric));
  return state;
}

/** Unlike numericAdd, without a bound: what overflows on the way may cancel out. */
function exactSum(a: Numeric, b: Numeric): Numeric {
  const scale = Math.max(a.scale, b.scale);
  const atScale = (value: Numeric): bigint => value.coefficient * pow10(scale - value.scale);
  return makeNumeric(atScale(a) + atScale(b), scale);
}

/** Unlike numericMultiply, never rounded. */
function exactSquare({ coefficient, scale }: Numeric): Numeric {
  return makeNumeric(coefficient * coefficient, scale * 2);
}

/** Square root at a scale, rounded half up by two guard digits. */
function sqrtAt({ coefficient, scale }: Numeric, resultScale: number): Numeric {
  const guard = 2;
  const shift = 2 * (resultScale + guard) - scale;
  const scaled = shift >= 0 ? coefficient * pow10(shift) : coefficient / pow10(-shift);
  return makeNumeric(divideRounded(bigSqrt(scaled), pow10(guard)), resultScale);
}

function statistic(state: Squares, measure: Measure, population: Population): Numeric | null {
  const { n } = state;
  if (n === 0 || (population === "sample" && n === 1)) return null;
  if (state.special) return NUMERIC_NAN;
  const weighted = makeNumeric(BigInt(n) * state.squares.coefficient, state.squares.scale);
  const { coefficient, scale } = exactSquare(state.sum);
  const numerator = exactSum(weighted, makeNumeric(-coefficient, scale));
  if (numericSign(numerator) <= 0) return NUMERIC_ZERO;
  const denominator = makeNumeric(BigInt(n) * BigInt(population === "sample" ? n - 1 : n), 0);
  const resultScale = divisionScale(numerator, denominator);
  const variance = quotientAt(numerator, denominator, resultScale);
  return measure === "variance" ? variance : sqrtAt(variance, resultScale);
}

export function numericStatistic(
  measure: Measure,
  population: Population,
): AggregateFunction<Squares> {
  return {
    init: () => ({ n: 0, sum: NUMERIC_ZERO, squares: NUMERIC_ZERO, special: false }),
    add: addSquare,
    merge: (state, other) => ({
      n: state.n + other.n,
      sum: exactSum(state.sum, other.sum),
      squares: exactSum(state.squares, other.squares),
      special: state.special || other.special,
    }),
    result: (state) => statistic(state, measure, population),
  };
}
