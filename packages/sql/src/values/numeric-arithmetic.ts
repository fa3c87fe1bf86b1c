/**
 * Arithmetic on Numeric with the result scales of PostgreSQL 16's numeric.c (select_div_scale and
 * its siblings): the digits shown are part of the answer.
 */
import { SqlError } from "@firstlight/common";
import { toEnd } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import type { Numeric } from "./datum.ts";
import { trailingZeros } from "./long-digits.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  NUMERIC_SCALE_MAX,
  NUMERIC_ZERO,
  absBig,
  checkedNumeric,
  divideRounded,
  isSafeCoefficient,
  makeNumeric,
  makeSmallNumeric,
  numericSign,
  pow10,
  shiftedSmall,
  weightOf,
} from "./numeric.ts";

/** NUMERIC_MIN_SIG_DIGITS. */
export const MIN_SIGNIFICANT_DIGITS = 16;
/** NUMERIC_MAX_DISPLAY_SCALE. */
export const DISPLAY_SCALE_MAX = 1000;

export function divisionByZero(): SqlError {
  return new SqlError("22012", "division by zero");
}

/** The scale of a result: at least `wanted` and every input's, within 0..1000. */
export function resultScale(wanted: number, ...scales: readonly number[]): number {
  return Math.min(Math.max(wanted, 0, ...scales), DISPLAY_SCALE_MAX);
}

export function numericNegate(a: Numeric): Numeric {
  if (a.small !== undefined) return makeSmallNumeric(0 - a.small, a.scale);
  if (a.kind === "finite") return makeNumeric(-a.coefficient, a.scale);
  if (a.kind === "nan") return a;
  return a.kind === "infinity" ? NUMERIC_NEGATIVE_INFINITY : NUMERIC_INFINITY;
}

export function numericAbs(a: Numeric): Numeric {
  if (a.kind === "-infinity") return NUMERIC_INFINITY;
  return a.coefficient < 0n ? makeNumeric(-a.coefficient, a.scale) : a;
}

/** The sum where it is exact in numbers, else undefined. */
function addSmall(x: number, scaleX: number, y: number, scaleY: number): Numeric | undefined {
  const left = scaleX < scaleY ? shiftedSmall(x, scaleY - scaleX) : x;
  const right = scaleX > scaleY ? shiftedSmall(y, scaleX - scaleY) : y;
  const sum = left + right;
  if (!isSafeCoefficient(sum)) return undefined;
  return makeSmallNumeric(sum, scaleX > scaleY ? scaleX : scaleY);
}

export function numericAdd(a: Numeric, b: Numeric): Numeric {
  if (a.small !== undefined && b.small !== undefined) {
    const small = addSmall(a.small, a.scale, b.small, b.scale);
    if (small !== undefined) return small;
  }
  if (a.kind !== "finite" || b.kind !== "finite") return addSpecial(a, b);
  if (a.scale === b.scale) return checkedNumeric(a.coefficient + b.coefficient, a.scale);
  return a.scale > b.scale
    ? checkedNumeric(a.coefficient + b.coefficient * pow10(a.scale - b.scale), a.scale)
    : checkedNumeric(a.coefficient * pow10(b.scale - a.scale) + b.coefficient, b.scale);
}

function addSpecial(a: Numeric, b: Numeric): Numeric {
  if (a.kind === "nan" || b.kind === "nan") return NUMERIC_NAN;
  if (a.kind === "finite") return b;
  return b.kind === "finite" || a.kind === b.kind ? a : NUMERIC_NAN;
}

export function numericSubtract(a: Numeric, b: Numeric): Numeric {
  if (a.small !== undefined && b.small !== undefined) {
    const small = addSmall(a.small, a.scale, 0 - b.small, b.scale);
    if (small !== undefined) return small;
  }
  return numericAdd(a, numericNegate(b));
}

export function numericMultiply(a: Numeric, b: Numeric): Numeric {
  const scale = a.scale + b.scale;
  if (a.small !== undefined && b.small !== undefined && scale <= NUMERIC_SCALE_MAX) {
    // `+ 0`: a negative zero becomes zero.
    const small = a.small * b.small + 0;
    if (isSafeCoefficient(small)) return makeSmallNumeric(small, scale);
  }
  if (a.kind !== "finite" || b.kind !== "finite") return signedSpecial(a, b);
  const product = a.coefficient * b.coefficient;
  if (scale <= NUMERIC_SCALE_MAX) return checkedNumeric(product, scale);
  return checkedNumeric(
    divideRounded(product, pow10(scale - NUMERIC_SCALE_MAX)),
    NUMERIC_SCALE_MAX,
  );
}

/** The product of values of which one is not finite: NaN, or an infinity by the signs. */
function signedSpecial(a: Numeric, b: Numeric): Numeric {
  if (a.kind === "nan" || b.kind === "nan") return NUMERIC_NAN;
  const sign = numericSign(a) * numericSign(b);
  if (sign === 0) return NUMERIC_NAN;
  return sign > 0 ? NUMERIC_INFINITY : NUMERIC_NEGATIVE_INFINITY;
}

/** The first base-10000 digit; 0 for zero. */
function firstDigit(value: Numeric): number {
  if (value.coefficient === 0n) return 0;
  const magnitude = absBig(value.coefficient);
  const shift = value.scale + 4 * weightOf(value);
  return Number(shift >= 0 ? magnitude / pow10(shift) : magnitude * pow10(-shift));
}

/** select_div_scale. */
export function divisionScale(a: Numeric, b: Numeric): number {
  let weight = weightOf(a) - weightOf(b);
  if (firstDigit(a) <= firstDigit(b)) weight--;
  return resultScale(MIN_SIGNIFICANT_DIGITS - weight * 4, a.scale, b.scale);
}

/** a / b at `scale`, rounded half away from zero; both finite, b not zero. */
export function quotientAt(a: Numeric, b: Numeric, scale: number): Numeric {
  const negative = b.coefficient < 0n;
  const divisor = negative ? -b.coefficient : b.coefficient;
  const shift = scale + b.scale - a.scale;
  const dividend = negative ? -a.coefficient : a.coefficient;
  return checkedNumeric(
    shift >= 0
      ? divideRounded(dividend * pow10(shift), divisor)
      : divideRounded(dividend, divisor * pow10(-shift)),
    scale,
  );
}

export function numericDivide(a: Numeric, b: Numeric): Numeric {
  if (a.kind !== "finite" || b.kind !== "finite") return divideSpecial(a, b);
  if (b.coefficient === 0n) throw divisionByZero();
  return quotientAt(a, b, divisionScale(a, b));
}

function divideSpecial(a: Numeric, b: Numeric): Numeric {
  if (a.kind === "nan" || b.kind === "nan") return NUMERIC_NAN;
  if (a.kind === "finite") return NUMERIC_ZERO;
  if (b.kind !== "finite") return NUMERIC_NAN;
  const sign = numericSign(b);
  if (sign === 0) throw divisionByZero();
  return sign > 0 ? a : numericNegate(a);
}

/** div(a, b): the quotient truncated to an integer. */
export function numericDivideTruncated(a: Numeric, b: Numeric): Numeric {
  if (a.kind !== "finite" || b.kind !== "finite") return divideSpecial(a, b);
  if (b.coefficient === 0n) throw divisionByZero();
  const shift = b.scale - a.scale;
  return checkedNumeric(
    shift >= 0
      ? (a.coefficient * pow10(shift)) / b.coefficient
      : a.coefficient / (b.coefficient * pow10(-shift)),
    0,
  );
}

/** a % b: the sign follows a. */
export function numericModulo(a: Numeric, b: Numeric): Numeric {
  if (a.kind === "nan" || b.kind === "nan") return NUMERIC_NAN;
  if (b.kind === "finite" && b.coefficient === 0n) throw divisionByZero();
  if (a.kind !== "finite") return NUMERIC_NAN;
  if (b.kind !== "finite") return a;
  const scale = Math.max(a.scale, b.scale);
  const left = a.coefficient * pow10(scale - a.scale);
  const right = b.coefficient * pow10(scale - b.scale);
  return makeNumeric(left % right, scale);
}

/** Bits of which a root is found at one go. */
const ROOT_BITS = 1024;

function bitsOf(value: bigint): number {
  return value.toString(16).length * 4;
}

/** The integer square root, rounded down. */
export function bigSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  const bits = bitsOf(value);
  if (bits > ROOT_BITS) return toEnd(bigSqrtSteps(value));
  let guess = 1n << BigInt((bits + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** From above and close to it: the root of the leading half, recursively. */
function* bigSqrtSteps(value: bigint): Steps<bigint> {
  const bits = bitsOf(value);
  if (bits <= ROOT_BITS) return bigSqrt(value);
  const cut = BigInt((bits >> 2) << 1);
  let guess = ((yield* bigSqrtSteps(value >> cut)) + 1n) << (cut / 2n);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
    yield;
  }
}

export function numericSqrt(a: Numeric): Numeric {
  const root = rootOf(a);
  return root === undefined ? a : rootAt(bigSqrt(root.scaled), root.scale);
}

export function* numericSqrtSteps(a: Numeric): Steps<Numeric> {
  const root = rootOf(a);
  if (root === undefined) return a;
  yield;
  return rootAt(yield* bigSqrtSteps(root.scaled), root.scale);
}

const GUARD_DIGITS = 2;

interface RootOf {
  /** Of which the integer root is the result's coefficient, with guard digits. */
  readonly scaled: bigint;
  readonly scale: number;
}

/** Undefined for what is its own root. */
function rootOf(a: Numeric): RootOf | undefined {
  if (a.kind === "nan" || a.kind === "infinity") return undefined;
  if (numericSign(a) < 0) {
    throw new SqlError("2201F", "cannot take square root of a negative number");
  }
  const scale = resultScale(MIN_SIGNIFICANT_DIGITS - (weightOf(a) * 2 + 1), a.scale);
  const shift = 2 * (scale + GUARD_DIGITS) - a.scale;
  const scaled = shift >= 0 ? a.coefficient * pow10(shift) : a.coefficient / pow10(-shift);
  return { scaled, scale };
}

function rootAt(root: bigint, scale: number): Numeric {
  return makeNumeric(divideRounded(root, pow10(GUARD_DIGITS)), scale);
}

/** Number of decimal places worth keeping: min_scale(). */
export function numericMinScale(a: Numeric): number {
  if (a.coefficient === 0n) return 0;
  return a.scale - trailingZeros(a.coefficient, a.scale);
}
