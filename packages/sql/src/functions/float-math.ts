/** Mathematical functions of float8 with PostgreSQL's domain and range errors. */
import { SqlError } from "@firstlight/common";
import * as elementary from "../values/elementary.ts";
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import { outOfRange, overflow, underflow } from "./errors.ts";
import { divideFloats, multiplyFloats, roundHalfEven } from "./float.ts";

function sqrt(value: number): number {
  if (value < 0) throw new SqlError("2201F", "cannot take square root of a negative number");
  return Math.sqrt(value);
}

function checkPowerDomain(base: number, exponent: number): void {
  if (base === 0 && exponent < 0) {
    throw new SqlError("2201F", "zero raised to a negative power is undefined");
  }
  if (base < 0 && Math.floor(exponent) !== exponent) {
    throw new SqlError(
      "2201F",
      "a negative number raised to a non-integer power yields a complex result",
    );
  }
}

export function powerFloats(base: number, exponent: number): number {
  if (base !== base) return exponent === 0 ? 1 : NaN;
  if (exponent !== exponent) return base === 1 ? 1 : NaN;
  checkPowerDomain(base, exponent);
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) {
    return Math.abs(base) === 1 ? 1 : elementary.pow(base, exponent);
  }
  const result = elementary.pow(base, exponent);
  if (!Number.isFinite(result)) throw overflow();
  if (result === 0 && base !== 0) throw underflow();
  return result;
}

function exp(value: number): number {
  const result = elementary.exp(value);
  if (result === Infinity && value !== Infinity) throw overflow();
  if (result === 0 && value !== -Infinity) throw underflow();
  return result;
}

function checkLogarithmDomain(value: number): void {
  if (value === 0) throw new SqlError("2201E", "cannot take logarithm of zero");
  if (value < 0) throw new SqlError("2201E", "cannot take logarithm of a negative number");
}

function ln(value: number): number {
  checkLogarithmDomain(value);
  return elementary.log(value);
}

function log10(value: number): number {
  checkLogarithmDomain(value);
  return elementary.log10(value);
}

function inDomain(value: number, inside: boolean): number {
  if (value === value && !inside) throw new SqlError("22003", "input is out of range");
  return value;
}

const finite = (value: number): number => inDomain(value, Number.isFinite(value));
const unit = (value: number): number => inDomain(value, value >= -1 && value <= 1);

/** pi / 180, the nearest double. */
const RADIANS_PER_DEGREE = 0.017453292519943295;
const SIN_30 = elementary.sin(30 * RADIANS_PER_DEGREE);
const ONE_MINUS_COS_60 = 1 - elementary.cos(60 * RADIANS_PER_DEGREE);
const ASIN_0_5 = elementary.asin(0.5);
const ACOS_0_5 = elementary.acos(0.5);
const ATAN_1 = elementary.atan(1);

const sind0to30 = (x: number): number => elementary.sin(x * RADIANS_PER_DEGREE) / SIN_30 / 2;
const cosd0to60 = (x: number): number =>
  1 - (1 - elementary.cos(x * RADIANS_PER_DEGREE)) / ONE_MINUS_COS_60 / 2;
const sindQ1 = (x: number): number => (x <= 30 ? sind0to30(x) : cosd0to60(90 - x));
const cosdQ1 = (x: number): number => (x <= 60 ? cosd0to60(x) : sind0to30(90 - x));
const TAN_45 = sindQ1(45) / cosdQ1(45);
const COT_45 = cosdQ1(45) / sindQ1(45);

/** The angle folded into the first quadrant with the signs that sine and cosine take there. */
function fold(degrees: number): { angle: number; sine: number; cosine: number } {
  let angle = degrees % 360;
  let sine = 1;
  let cosine = 1;
  if (angle < 0) [angle, sine] = [-angle, -sine];
  if (angle > 180) [angle, sine] = [360 - angle, -sine];
  if (angle > 90) [angle, cosine] = [180 - angle, -cosine];
  return { angle, sine, cosine };
}

function sind(value: number): number {
  if (value !== value) return value;
  const { angle, sine } = fold(finite(value));
  return sine * sindQ1(angle);
}

function cosd(value: number): number {
  if (value !== value) return value;
  const { angle, cosine } = fold(finite(value));
  return cosine * cosdQ1(angle);
}

function tand(value: number): number {
  if (value !== value) return value;
  const { angle, sine, cosine } = fold(finite(value));
  const result = sine * cosine * (sindQ1(angle) / cosdQ1(angle) / TAN_45);
  return result === 0 ? 0 : result;
}

function cotd(value: number): number {
  if (value !== value) return value;
  const { angle, sine, cosine } = fold(finite(value));
  const result = sine * cosine * (cosdQ1(angle) / sindQ1(angle) / COT_45);
  return result === 0 ? 0 : result;
}

const asindQ1 = (x: number): number =>
  x <= 0.5 ? (elementary.asin(x) / ASIN_0_5) * 30 : 90 - (elementary.acos(x) / ACOS_0_5) * 60;
const acosdQ1 = (x: number): number =>
  x <= 0.5 ? 90 - (elementary.asin(x) / ASIN_0_5) * 30 : (elementary.acos(x) / ACOS_0_5) * 60;

function asind(value: number): number {
  unit(value);
  return value >= 0 ? asindQ1(value) : -asindQ1(-value);
}

function acosd(value: number): number {
  unit(value);
  return value >= 0 ? acosdQ1(value) : 90 + asindQ1(-value);
}

function invalidBucket(message: string): SqlError {
  return new SqlError("2201G", message);
}

function widthBucket(operand: number, low: number, high: number, count: number): number {
  if (count <= 0) throw invalidBucket("count must be greater than zero");
  if (operand !== operand || low !== low || high !== high) {
    throw invalidBucket("operand, lower bound, and upper bound cannot be NaN");
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw invalidBucket("lower and upper bounds must be finite");
  }
  if (low === high) throw invalidBucket("lower bound cannot equal upper bound");
  return bucketOf(operand, low, high, count);
}

/** Halves when the width itself overflows; a rounding up to `count` is brought back. */
function bucketOf(operand: number, low: number, high: number, count: number): number {
  const ascending = low < high;
  if (ascending ? operand < low : operand > low) return 0;
  if (ascending ? operand >= high : operand <= high) {
    if (count + 1 > 2147483647) throw outOfRange("integer");
    return count + 1;
  }
  const width = high - low;
  const share = Number.isFinite(width)
    ? (operand - low) / width
    : (operand / 2 - low / 2) / (high / 2 - low / 2);
  const bucket = Math.floor(count * share);
  return (bucket >= count ? count - 1 : bucket) + 1;
}

const trigonometry: Record<string, Implementation> = {
  dsin: (_, a: number) => elementary.sin(finite(a)),
  dcos: (_, a: number) => elementary.cos(finite(a)),
  dtan: (_, a: number) => elementary.tan(finite(a)),
  dcot: (_, a: number) => 1 / elementary.tan(finite(a)),
  dasin: (_, a: number) => elementary.asin(unit(a)),
  dacos: (_, a: number) => elementary.acos(unit(a)),
  datan: (_, a: number) => elementary.atan(a),
  datan2: (_, a: number, b: number) => elementary.atan2(a, b),
  dsind: (_, a: number) => sind(a),
  dcosd: (_, a: number) => cosd(a),
  dtand: (_, a: number) => tand(a),
  dcotd: (_, a: number) => cotd(a),
  dasind: (_, a: number) => asind(a),
  dacosd: (_, a: number) => acosd(a),
  datand: (_, a: number) => (elementary.atan(a) / ATAN_1) * 45,
  datan2d: (_, a: number, b: number) => (elementary.atan2(a, b) / ATAN_1) * 45,
  dsinh: (_, a: number) => Math.sinh(a),
  dcosh: (_, a: number) => elementary.cosh(a),
  dtanh: (_, a: number) => Math.tanh(a),
  dasinh: (_, a: number) => elementary.asinh(a),
  dacosh: (_, a: number) => elementary.acosh(inDomain(a, a >= 1)),
  datanh: (_, a: number) => Math.atanh(unit(a)),
  degrees: (_, a: number) => divideFloats(a, RADIANS_PER_DEGREE),
  radians: (_, a: number) => multiplyFloats(a, RADIANS_PER_DEGREE),
  dpi: () => Math.PI,
};

const general: Record<string, Implementation> = {
  dsqrt: (_, a: number) => sqrt(a),
  dcbrt: (_, a: number) => elementary.cbrt(a),
  dpow: (_, a: number, b: number) => powerFloats(a, b),
  dexp: (_, a: number) => exp(a),
  dlog1: (_, a: number) => ln(a),
  dlog10: (_, a: number) => log10(a),
  dround: (_, a: number) => roundHalfEven(a),
  dtrunc: (_, a: number) => Math.trunc(a),
  dceil: (_, a: number) => Math.ceil(a),
  dfloor: (_, a: number) => Math.floor(a),
  dsign: (_, a: number) => (a > 0 ? 1 : a < 0 ? -1 : 0),
  width_bucket_float8: (_, operand: number, low: number, high: number, count: number) =>
    widthBucket(operand, low, high, count),
  drandom: (context) => context.random(),
};

export function registerFloatMath(): void {
  registerFunctions(trigonometry);
  registerFunctions(general);
}
