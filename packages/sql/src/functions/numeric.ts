/**
 * Functions of numeric by their pg_proc names; the arithmetic itself is in values/numeric*.ts.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import { invalidParameter, outOfRange } from "./errors.ts";
import type { Numeric } from "../values/datum.ts";
import {
  NUMERIC_NAN,
  applyNumericTypmod,
  absBig,
  ceilNumeric,
  checkedNumeric,
  compareNumeric,
  floorNumeric,
  isLongNumeric,
  makeNumeric,
  normalizedNumeric,
  numericFromBigint,
  numericFromFloat,
  numericFromInt,
  numericOverflow,
  numericSign,
  numericToFloat4,
  numericToFloat8,
  numericToInt2,
  numericToInt4,
  numericToInt8,
  numericTypmodPrecision,
  pow10,
  roundNumeric,
  truncNumeric,
} from "../values/numeric.ts";
import {
  numericAbs,
  numericAdd,
  numericDivide,
  numericDivideTruncated,
  numericMinScale,
  numericModulo,
  numericMultiply,
  numericNegate,
  numericSqrt,
  numericSqrtSteps,
  numericSubtract,
} from "../values/numeric-arithmetic.ts";
import {
  numericExp,
  numericLn,
  numericLog,
  numericPower,
  powerOverflows,
} from "../values/numeric-transcendental.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { longCall, toEnd } from "./long-call.ts";
import type { Steps } from "./long-call.ts";

const TEN = makeNumeric(10n, 0);
const ONE = makeNumeric(1n, 0);

/** 32177! is the largest that numeric holds. */
const FACTORIAL_MAX = 32177n;

function factorial(context: EvaluationContext, n: bigint): Numeric {
  if (n < 0n) throw new SqlError("22003", "factorial of a negative number is undefined");
  if (n > FACTORIAL_MAX) throw numericOverflow();
  const steps = (): Steps<bigint> => productOf(2, Number(n));
  return makeNumeric(n > FEW_FACTORS ? longCall(context, steps) : toEnd(steps()), 0);
}

/** Factors multiplied one by one; more of them by halves, which are of one length. */
const FEW_FACTORS = 32;

function* productOf(from: number, to: number): Steps<bigint> {
  if (to - from < FEW_FACTORS) {
    let product = 1n;
    for (let factor = from; factor <= to; factor++) product *= BigInt(factor);
    return product;
  }
  const middle = (from + to) >> 1;
  const left = yield* productOf(from, middle);
  const right = yield* productOf(middle + 1, to);
  yield;
  return left * right;
}

/** Both coefficients at the larger of the two scales. */
function aligned(a: Numeric, b: Numeric): { left: bigint; right: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return {
    left: a.coefficient * pow10(scale - a.scale),
    right: b.coefficient * pow10(scale - b.scale),
    scale,
  };
}

/** Divisions between two looks at the clock: of 100,000 digits each takes some ten microseconds. */
const DIVISIONS_PER_STEP = 64;

function* gcdSteps(a: bigint, b: bigint): Steps<bigint> {
  let [x, y] = [absBig(a), absBig(b)];
  for (let n = 1; y !== 0n; n++) {
    [x, y] = [y, x % y];
    if (n % DIVISIONS_PER_STEP === 0) yield;
  }
  return x;
}

function* gcd(a: Numeric, b: Numeric): Steps<Numeric> {
  if (a.kind !== "finite" || b.kind !== "finite") return NUMERIC_NAN;
  const { left, right, scale } = aligned(a, b);
  return makeNumeric(yield* gcdSteps(left, right), scale);
}

function* lcm(a: Numeric, b: Numeric): Steps<Numeric> {
  if (a.kind !== "finite" || b.kind !== "finite") return NUMERIC_NAN;
  const { left, right, scale } = aligned(a, b);
  if (left === 0n || right === 0n) return makeNumeric(0n, scale);
  const divisor = yield* gcdSteps(left, right);
  return checkedNumeric(absBig((left / divisor) * right), scale);
}

function sign(a: Numeric): Numeric {
  return a.kind === "nan" ? a : makeNumeric(BigInt(numericSign(a)), 0);
}

function invalidBucket(message: string): SqlError {
  return new SqlError("2201G", message);
}

function widthBucket(operand: Numeric, low: Numeric, high: Numeric, count: number): number {
  if (count <= 0) throw invalidBucket("count must be greater than zero");
  if ([operand, low, high].some((value) => value.kind === "nan")) {
    throw invalidBucket("operand, lower bound, and upper bound cannot be NaN");
  }
  if (low.kind !== "finite" || high.kind !== "finite") {
    throw invalidBucket("lower and upper bounds must be finite");
  }
  const direction = compareNumeric(low, high);
  if (direction === 0) throw invalidBucket("lower bound cannot equal upper bound");
  const before = compareNumeric(operand, low);
  if (direction < 0 ? before < 0 : before > 0) return 0;
  const after = compareNumeric(operand, high);
  if (direction < 0 ? after >= 0 : after <= 0) return checkedBucket(count + 1);
  return bucketInside(operand, low, high, count);
}

function checkedBucket(bucket: number): number {
  if (bucket > 2147483647) throw outOfRange("integer");
  return bucket;
}

function bucketInside(operand: Numeric, low: Numeric, high: Numeric, count: number): number {
  const distance = numericSubtract(operand, low);
  const width = numericSubtract(high, low);
  const { left, right } = aligned(distance, width);
  return Number((left * BigInt(count)) / right) + 1;
}

/** The typmod's scale is applied to infinities by refusing them, as numeric(p,s) does. */
function coerce(value: Numeric, typmod: number): Numeric {
  if (typmod >= 4 && numericTypmodPrecision(typmod) <= 0) {
    throw invalidParameter("invalid NUMERIC type modifier");
  }
  return applyNumericTypmod(value, typmod);
}

type N = Numeric;

/** One operation, BEFORE which others may have their turn. */
function* alone(compute: () => Numeric): Steps<Numeric> {
  yield;
  return compute();
}

function inSteps(
  context: EvaluationContext,
  a: N,
  b: N,
  compute: (a: N, b: N) => Steps<N>,
): Numeric {
  const steps = (): Steps<N> => compute(a, b);
  return isLongNumeric(a) || isLongNumeric(b) ? longCall(context, steps) : toEnd(steps());
}

/** What takes milliseconds where there are very many digits. */
function binary(compute: (a: N, b: N) => N): Implementation {
  return (context, a: N, b: N) =>
    isLongNumeric(a) || isLongNumeric(b)
      ? longCall(context, () => alone(() => compute(a, b)))
      : compute(a, b);
}

const arithmetic: Record<string, Implementation> = {
  numeric_add: (_, a: N, b: N) => numericAdd(a, b),
  numeric_sub: (_, a: N, b: N) => numericSubtract(a, b),
  numeric_mul: binary(numericMultiply),
  numeric_div: binary(numericDivide),
  numeric_div_trunc: binary(numericDivideTruncated),
  numeric_mod: binary(numericModulo),
  numeric_inc: (_, a: N) => numericAdd(a, ONE),
  numeric_uminus: (_, a: N) => numericNegate(a),
  numeric_uplus: (_, a: N) => a,
  numeric_abs: (_, a: N) => numericAbs(a),
  numeric_sign: (_, a: N) => sign(a),
  numeric_larger: (_, a: N, b: N) => (compareNumeric(a, b) >= 0 ? a : b),
  numeric_smaller: (_, a: N, b: N) => (compareNumeric(a, b) <= 0 ? a : b),
};

const comparison: Record<string, Implementation> = {
  numeric_eq: (_, a: N, b: N) => compareNumeric(a, b) === 0,
  numeric_ne: (_, a: N, b: N) => compareNumeric(a, b) !== 0,
  numeric_lt: (_, a: N, b: N) => compareNumeric(a, b) < 0,
  numeric_le: (_, a: N, b: N) => compareNumeric(a, b) <= 0,
  numeric_gt: (_, a: N, b: N) => compareNumeric(a, b) > 0,
  numeric_ge: (_, a: N, b: N) => compareNumeric(a, b) >= 0,
  numeric_cmp: (_, a: N, b: N) => compareNumeric(a, b),
};

/** A power of that many digits, by the exponent. */
function mayBeLong(base: N, exponent: N): boolean {
  const { small } = exponent;
  if (isLongNumeric(base) || small === undefined) return true;
  const isKnown = base.kind === "finite" && exponent.scale === 0;
  if (isKnown && powerOverflows(base, small)) return false;
  return Math.abs(small) > FEW_FACTORS;
}

const mathematics: Record<string, Implementation> = {
  numeric_round: (_, a: N, scale: number) => roundNumeric(a, scale),
  numeric_trunc: (_, a: N, scale: number) => truncNumeric(a, scale),
  "round(numeric)": (_, a: N) => roundNumeric(a, 0),
  "trunc(numeric)": (_, a: N) => truncNumeric(a, 0),
  numeric_ceil: (_, a: N) => ceilNumeric(a),
  numeric_floor: (_, a: N) => floorNumeric(a),
  numeric_sqrt: (context, a: N) =>
    isLongNumeric(a) ? longCall(context, () => numericSqrtSteps(a)) : numericSqrt(a),
  numeric_exp: (_, a: N) => numericExp(a),
  numeric_ln: (_, a: N) => numericLn(a),
  numeric_log: (_, base: N, a: N) => numericLog(base, a),
  "log(numeric)": (_, a: N) => numericLog(TEN, a),
  "log10(numeric)": (_, a: N) => numericLog(TEN, a),
  numeric_power: (context, a: N, b: N) =>
    mayBeLong(a, b) ? longCall(context, () => alone(() => numericPower(a, b))) : numericPower(a, b),
  numeric_fac: (context, n: bigint) => factorial(context, n),
  numeric_gcd: (context, a: N, b: N) => inSteps(context, a, b, gcd),
  numeric_lcm: (context, a: N, b: N) => inSteps(context, a, b, lcm),
  numeric_scale: (_, a: N) => (a.kind === "finite" ? a.scale : null),
  numeric_min_scale: (_, a: N) => (a.kind === "finite" ? numericMinScale(a) : null),
  numeric_trim_scale: (_, a: N) => normalizedNumeric(a),
  width_bucket_numeric: (_, operand: N, low: N, high: N, count: number) =>
    widthBucket(operand, low, high, count),
};

const casts: Record<string, Implementation> = {
  numeric: (_, a: N, typmod: number) => coerce(a, typmod),
  int2_numeric: (_, a: number) => numericFromInt(a),
  int4_numeric: (_, a: number) => numericFromInt(a),
  int8_numeric: (_, a: bigint) => numericFromBigint(a),
  float4_numeric: (_, a: number) => numericFromFloat(a, 6),
  float8_numeric: (_, a: number) => numericFromFloat(a, 15),
  numeric_int2: (_, a: N) => numericToInt2(a),
  numeric_int4: (_, a: N) => numericToInt4(a),
  numeric_int8: (_, a: N) => numericToInt8(a),
  numeric_float4: (_, a: N) => numericToFloat4(a),
  numeric_float8: (_, a: N) => numericToFloat8(a),
};

export function registerNumeric(): void {
  registerFunctions(arithmetic);
  registerFunctions(comparison);
  registerFunctions(mathematics);
  registerFunctions(casts);
}
