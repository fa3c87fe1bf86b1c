/**
 * Numeric values: construction, text, comparison, typmods and conversions. Scales and texts are
 * those of PostgreSQL 16's numeric.c; the coefficient is a bigint instead of base-10000 digits, so
 * where PostgreSQL's rules speak of "weight" it is derived from the decimal digits.
 */
import { SqlError } from "@firstlight/common";
import type { Steps } from "../functions/long-call.ts";
import type { Numeric } from "./datum.ts";
import { bigFromDigits, digitsOfBig, isLongCoefficient, trailingZeros } from "./long-digits.ts";

/** NUMERIC_DSCALE_MAX. */
export const NUMERIC_SCALE_MAX = 0x3fff;
/** Digits before the decimal point: (NUMERIC_WEIGHT_MAX + 1) * 4. */
const NUMERIC_INTEGER_DIGITS_MAX = 131072;

/**
 * One class for all numerics, so that code over them stays monomorphic. A coefficient that is a safe
 * integer is always `small`, any other one always `big`: equal values have equal fields.
 */
class NumericValue implements Numeric {
  readonly kind: Numeric["kind"];
  readonly small: number | undefined;
  readonly big: bigint | undefined;
  readonly scale: number;

  constructor(
    kind: Numeric["kind"],
    small: number | undefined,
    big: bigint | undefined,
    scale: number,
  ) {
    this.kind = kind;
    this.small = small;
    this.big = big;
    this.scale = scale;
  }

  get tag(): "numeric" {
    return "numeric";
  }

  get coefficient(): bigint {
    return this.big ?? BigInt(this.small ?? 0);
  }
}

export function isNumericValue(value: unknown): value is Numeric {
  return value instanceof NumericValue;
}

function special(kind: "nan" | "infinity" | "-infinity"): Numeric {
  return new NumericValue(kind, undefined, undefined, 0);
}

const SAFE_MAX = Number.MAX_SAFE_INTEGER;
const SAFE_BIG = BigInt(SAFE_MAX);

export const NUMERIC_NAN: Numeric = special("nan");
export const NUMERIC_INFINITY: Numeric = special("infinity");
export const NUMERIC_NEGATIVE_INFINITY: Numeric = special("-infinity");
export const NUMERIC_ZERO: Numeric = makeNumeric(0n, 0);
export const NUMERIC_ONE: Numeric = makeNumeric(1n, 0);

export function makeNumeric(coefficient: bigint, scale: number): Numeric {
  return coefficient <= SAFE_BIG && coefficient >= -SAFE_BIG
    ? new NumericValue("finite", Number(coefficient), undefined, scale)
    : new NumericValue("finite", undefined, coefficient, scale);
}

/** The coefficient is a safe integer and not a negative zero. */
export function makeSmallNumeric(coefficient: number, scale: number): Numeric {
  return new NumericValue("finite", coefficient, undefined, scale);
}

/** Whether a number is exact as a coefficient. */
export function isSafeCoefficient(value: number): boolean {
  return value <= SAFE_MAX && value >= -SAFE_MAX;
}

/** Powers of ten that are exact as numbers. */
const SMALL_POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** `value * 10^n`; NaN where that is not exact for certain. */
export function shiftedSmall(value: number, n: number): number {
  if (n > 15) return value === 0 ? 0 : NaN;
  const shifted = value * (SMALL_POWERS[n] as number);
  return isSafeCoefficient(shifted) ? shifted : NaN;
}

/** makeNumeric for results that may be too large for PostgreSQL's format. */
export function checkedNumeric(coefficient: bigint, scale: number): Numeric {
  const result = makeNumeric(coefficient, scale);
  if (result.small !== undefined) return result;
  // 435412 bits is about 131072 digits; cheap values skip the exact count.
  if (coefficient > -SMALL && coefficient < SMALL) return result;
  if (decimalDigits(coefficient) - scale > NUMERIC_INTEGER_DIGITS_MAX) throw numericOverflow();
  return result;
}
const SMALL = 10n ** 64n;

export function numericOverflow(): SqlError {
  return new SqlError("22003", "value overflows numeric format");
}

const POWERS: bigint[] = [1n];

/** 10^n for n >= 0. */
export function pow10(n: number): bigint {
  const known = POWERS[n];
  if (known !== undefined) return known;
  if (n > 2048) return 10n ** BigInt(n);
  for (let i = POWERS.length; i <= n; i++) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[n] as bigint;
}

export function absBig(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Decimal digits of |value|; 0 has none. */
export function decimalDigits(value: bigint): number {
  if (value === 0n) return 0;
  const magnitude = absBig(value);
  return magnitude < DIRECTLY ? magnitude.toString().length : estimatedDigits(magnitude);
}

/** Converting more than these to decimal costs more than an estimate. */
const DIRECTLY = 10n ** 300n;
const LEADING_BITS = 64;
const LOG10_2 = Math.log10(2);

/** By the logarithm, where that leaves no doubt: printing 100,000 digits takes milliseconds. */
function estimatedDigits(magnitude: bigint): number {
  const hex = magnitude.toString(16).length;
  const cut = Math.max(0, hex * 4 - LEADING_BITS);
  const leading = Number(magnitude >> BigInt(cut));
  const logarithm = Math.log10(leading) + cut * LOG10_2;
  const nearest = Math.round(logarithm);
  // The sum is exact to about 1e-10.
  if (Math.abs(logarithm - nearest) > 1e-6) return Math.floor(logarithm) + 1;
  return magnitude >= pow10(nearest) ? nearest + 1 : nearest;
}

/** Exponent of the most significant decimal digit; 0 for zero. */
export function decimalExponent(value: Numeric): number {
  return value.coefficient === 0n ? 0 : decimalDigits(value.coefficient) - 1 - value.scale;
}

/** The weight of the first base-10000 digit, as numeric.c has it; 0 for zero. */
export function weightOf(value: Numeric): number {
  return Math.floor(decimalExponent(value) / 4);
}

/** Division rounding half away from zero; `divisor` > 0. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n;
  const magnitude = negative ? -dividend : dividend;
  let quotient = magnitude / divisor;
  if ((magnitude - quotient * divisor) * 2n >= divisor) quotient += 1n;
  return negative ? -quotient : quotient;
}

/** The coefficient at another scale, rounded half away from zero. */
export function rescaled(value: Numeric, scale: number): bigint {
  if (scale === value.scale) return value.coefficient;
  if (scale > value.scale) return value.coefficient * pow10(scale - value.scale);
  return divideRounded(value.coefficient, pow10(value.scale - scale));
}

/** round(numeric, int): a negative scale rounds before the point and shows scale 0. */
export function roundNumeric(value: Numeric, scale: number): Numeric {
  if (value.kind !== "finite") return value;
  if (value.small !== undefined && scale >= value.scale && scale <= NUMERIC_SCALE_MAX) {
    const shifted = shiftedSmall(value.small, scale - value.scale);
    if (!Number.isNaN(shifted)) return makeSmallNumeric(shifted, scale);
  }
  const target = Math.min(Math.max(scale, -NUMERIC_INTEGER_DIGITS_MAX), NUMERIC_SCALE_MAX);
  if (target >= 0) return checkedNumeric(rescaled(value, target), target);
  if (decimalExponent(value) + 1 < -target) return NUMERIC_ZERO;
  const unit = pow10(-target);
  return checkedNumeric(divideRounded(value.coefficient, pow10(value.scale - target)) * unit, 0);
}

/** trunc(numeric, int). */
export function truncNumeric(value: Numeric, scale: number): Numeric {
  if (value.kind !== "finite") return value;
  const target = Math.min(Math.max(scale, -NUMERIC_INTEGER_DIGITS_MAX), NUMERIC_SCALE_MAX);
  if (target >= value.scale) return makeNumeric(rescaled(value, target), target);
  if (target >= 0) return makeNumeric(value.coefficient / pow10(value.scale - target), target);
  if (decimalExponent(value) + 1 < -target) return NUMERIC_ZERO;
  return makeNumeric((value.coefficient / pow10(value.scale - target)) * pow10(-target), 0);
}

export function ceilNumeric(value: Numeric): Numeric {
  if (value.kind !== "finite") return value;
  const unit = pow10(value.scale);
  const truncated = value.coefficient / unit;
  const up = value.coefficient > 0n && truncated * unit !== value.coefficient;
  return makeNumeric(up ? truncated + 1n : truncated, 0);
}

export function floorNumeric(value: Numeric): Numeric {
  if (value.kind !== "finite") return value;
  const unit = pow10(value.scale);
  const truncated = value.coefficient / unit;
  const down = value.coefficient < 0n && truncated * unit !== value.coefficient;
  return makeNumeric(down ? truncated - 1n : truncated, 0);
}

function rank(value: Numeric): number {
  if (value.kind === "nan") return 2;
  if (value.kind === "infinity") return 1;
  return value.kind === "-infinity" ? -1 : 0;
}

function compareSmall(a: number, scaleA: number, b: number, scaleB: number): number | undefined {
  const left = scaleA < scaleB ? shiftedSmall(a, scaleB - scaleA) : a;
  const right = scaleA > scaleB ? shiftedSmall(b, scaleA - scaleB) : b;
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : undefined;
}

/** Total order: -Infinity, finite, Infinity, NaN; NaN equals itself. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  if (a.small !== undefined && b.small !== undefined) {
    const small = compareSmall(a.small, a.scale, b.small, b.scale);
    if (small !== undefined) return small;
  }
  if (a.kind !== "finite" || b.kind !== "finite") return Math.sign(rank(a) - rank(b));
  let left = a.coefficient;
  let right = b.coefficient;
  if (a.scale < b.scale) left *= pow10(b.scale - a.scale);
  else if (a.scale > b.scale) right *= pow10(a.scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isNumericNegative(value: Numeric): boolean {
  if (value.small !== undefined) return value.small < 0;
  return value.kind === "-infinity" || value.coefficient < 0n;
}

/** -1, 0 or 1; NaN has sign 0. */
export function numericSign(value: Numeric): number {
  if (value.small !== undefined) return Math.sign(value.small);
  if (value.kind === "infinity") return 1;
  if (value.kind === "-infinity") return -1;
  return value.coefficient > 0n ? 1 : value.coefficient < 0n ? -1 : 0;
}

export function numericToString(value: Numeric): string {
  if (value.kind !== "finite") {
    if (value.kind === "nan") return "NaN";
    return value.kind === "infinity" ? "Infinity" : "-Infinity";
  }
  const { scale, small } = value;
  const digits = String(small === undefined ? absBig(value.coefficient) : Math.abs(small));
  return withPoint(digits, scale, isNumericNegative(value));
}

export function isLongNumeric(value: Numeric): boolean {
  return value.small === undefined && isLongCoefficient(value.coefficient);
}

/** Of a long one. */
export function* numericTextSteps(value: Numeric): Steps<string> {
  const magnitude = absBig(value.coefficient);
  const digits = yield* digitsOfBig(magnitude, decimalDigits(magnitude));
  return withPoint(digits, value.scale, isNumericNegative(value));
}

function withPoint(coefficient: string, scale: number, negative: boolean): string {
  let digits = coefficient;
  if (scale === 0) return negative ? "-" + digits : digits;
  if (digits.length <= scale) digits = digits.padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = digits.slice(0, point) + "." + digits.slice(point);
  return negative ? "-" + text : text;
}

/** The value without trailing zeros after the point: one form for all equal values. */
export function normalizedNumeric(value: Numeric): Numeric {
  if (value.kind !== "finite" || value.scale === 0) return value;
  if (value.small !== undefined) return normalizedSmall(value, value.small);
  const zeros = trailingZeros(value.coefficient, value.scale);
  if (zeros === 0) return value;
  return makeNumeric(value.coefficient / pow10(zeros), value.scale - zeros);
}

function normalizedSmall(value: Numeric, small: number): Numeric {
  let coefficient = small;
  let { scale } = value;
  while (scale > 0 && coefficient % 10 === 0) {
    coefficient /= 10;
    scale--;
  }
  return scale === value.scale ? value : makeSmallNumeric(coefficient + 0, scale);
}

/** Equal for equal values, whatever their display scale. */
export function numericHashKey(value: Numeric): string {
  return numericToString(normalizedNumeric(value));
}

function invalidNumeric(text: string): SqlError {
  return new SqlError("22P02", `invalid input syntax for type numeric: "${text}"`);
}

const DECIMAL = /^([+-]?)(?:(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?)(?:[eE]([+-]?)(\d+(?:_\d+)*))?$/;
const PREFIXED = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;
const SPECIALS: ReadonlyMap<string, Numeric> = new Map([
  ["nan", NUMERIC_NAN],
  ["inf", NUMERIC_INFINITY],
  ["infinity", NUMERIC_INFINITY],
  ["+inf", NUMERIC_INFINITY],
  ["+infinity", NUMERIC_INFINITY],
  ["-inf", NUMERIC_NEGATIVE_INFINITY],
  ["-infinity", NUMERIC_NEGATIVE_INFINITY],
]);

/** So many characters hold a coefficient that is a safe integer. */
const PLAIN_LENGTH_MAX = 16;

/** Plain digits with at most a sign and a point; undefined for anything else. */
function plainNumeric(text: string): Numeric | undefined {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const first = negative ? 1 : 0;
  if (length > PLAIN_LENGTH_MAX || length === first) return undefined;
  let value = 0;
  let point = -1;
  for (let i = first; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && point < 0 && length > first + 1) point = i;
    else return undefined;
  }
  const scale = point < 0 ? 0 : length - point - 1;
  if (!isSafeCoefficient(value)) return undefined;
  return makeSmallNumeric(negative ? 0 - value : value, scale);
}

/** numeric_in without the typmod. */
export function parseNumeric(text: string): Numeric {
  const plain = plainNumeric(text);
  if (plain !== undefined) return plain;
  const trimmed = trimSpaces(text);
  const decimal = decimalOf(trimmed);
  if (decimal !== undefined) return numericOf(decimal, BigInt(decimal.digits));
  return otherNumeric(text, trimmed);
}

/** The same in steps, for long texts. */
export function* parseNumericSteps(text: string): Steps<Numeric> {
  const trimmed = trimSpaces(text);
  const decimal = decimalOf(trimmed);
  if (decimal === undefined) return otherNumeric(text, trimmed);
  yield;
  const coefficient = yield* bigFromDigits(decimal.digits);
  return numericOf(decimal, coefficient);
}

function otherNumeric(text: string, trimmed: string): Numeric {
  const named = SPECIALS.get(trimmed.toLowerCase());
  if (named !== undefined) return named;
  const prefixed = PREFIXED.exec(trimmed);
  if (prefixed === null) throw invalidNumeric(text);
  const magnitude = BigInt((prefixed[2] as string).replaceAll("_", ""));
  return checkedNumeric(prefixed[1] === "-" ? -magnitude : magnitude, 0);
}

const ZERO = 0x30;

/** A decimal number that numeric can hold. */
interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros: nothing for zero. */
  readonly digits: string;
  readonly scale: number;
  /** Zeros to be appended, as an exponent says. */
  readonly zeros: number;
}

/** What is too large is refused BEFORE its digits are converted, which takes long. */
function decimalOf(trimmed: string): Decimal | undefined {
  const match = DECIMAL.exec(trimmed);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return undefined;
  const whole = (match[2] ?? "").replaceAll("_", "");
  const fraction = (match[3] ?? "").replaceAll("_", "");
  const all = whole + fraction;
  const digits = all.charCodeAt(0) === ZERO ? all.replace(/^0+/, "") : all;
  let scale = fraction.length;
  if (match[5] !== undefined) {
    const magnitude = Number(match[5].replaceAll("_", ""));
    if (magnitude >= 0x3fffffff) throw numericOverflow();
    scale -= match[4] === "-" ? -magnitude : magnitude;
  }
  const isTooLarge = digits !== "" && digits.length - scale > NUMERIC_INTEGER_DIGITS_MAX;
  if (isTooLarge || scale > NUMERIC_SCALE_MAX) throw numericOverflow();
  const zeros = digits === "" ? 0 : Math.max(0, -scale);
  return { negative: match[1] === "-", digits, scale: Math.max(0, scale), zeros };
}

function numericOf({ negative, scale, zeros }: Decimal, digits: bigint): Numeric {
  const magnitude = zeros === 0 ? digits : digits * pow10(zeros);
  return checkedNumeric(negative ? -magnitude : magnitude, scale);
}

/** Trims what C's isspace() takes for blank. */
export function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceCode(text.charCodeAt(start))) start++;
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

export function isSpaceCode(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

export function numericTypmodPrecision(typmod: number): number {
  return ((typmod - 4) >> 16) & 0xffff;
}

export function numericTypmodScale(typmod: number): number {
  return (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
}

/** apply_typmod: rounds to the declared scale, refuses what does not fit the precision. */
export function applyNumericTypmod(value: Numeric, typmod: number): Numeric {
  if (typmod < 4 || value.kind === "nan") return value;
  const precision = numericTypmodPrecision(typmod);
  const scale = numericTypmodScale(typmod);
  const field = `A field with precision ${precision}, scale ${scale}`;
  if (value.kind !== "finite") {
    throw new SqlError("22003", "numeric field overflow", {
      detail: `${field} cannot hold an infinite value.`,
    });
  }
  const rounded = value.scale === scale ? value : roundNumeric(value, scale);
  if (rounded.small !== undefined && precision <= 15) {
    if (Math.abs(rounded.small) < (SMALL_POWERS[precision] as number)) return rounded;
  }
  const digitsMax = precision - scale;
  if (rounded.coefficient !== 0n && decimalExponent(rounded) >= digitsMax) {
    throw new SqlError("22003", "numeric field overflow", {
      detail: `${field} must round to an absolute value less than ${digitsMax === 0 ? "1" : `10^${digitsMax}`}.`,
    });
  }
  return rounded;
}

export function numericFromInt(value: number): Numeric {
  return isSafeCoefficient(value) ? makeSmallNumeric(value, 0) : makeNumeric(BigInt(value), 0);
}

export function numericFromBigint(value: bigint): Numeric {
  return makeNumeric(value, 0);
}

/** float8_numeric (15 significant digits) and float4_numeric (6). */
export function numericFromFloat(value: number, significantDigits: 15 | 6): Numeric {
  if (Number.isNaN(value)) return NUMERIC_NAN;
  if (value === Infinity) return NUMERIC_INFINITY;
  if (value === -Infinity) return NUMERIC_NEGATIVE_INFINITY;
  const [mantissa, exponent] = value.toExponential(significantDigits - 1).split("e");
  const digits = (mantissa as string).replace(".", "").replace(/0+$/, "");
  const coefficient = BigInt(digits === "" || digits === "-" ? "0" : digits);
  if (coefficient === 0n) return NUMERIC_ZERO;
  const scale = decimalDigits(coefficient) - 1 - Number(exponent);
  return scale >= 0 ? makeNumeric(coefficient, scale) : makeNumeric(coefficient * pow10(-scale), 0);
}

export function numericToFloat8(value: Numeric): number {
  if (value.kind !== "finite") return Number(numericToString(value));
  const text = numericToString(value);
  const result = Number(text);
  const isTooSmall = result === 0 && /[1-9]/u.test(text);
  if (Number.isFinite(result) && !isTooSmall) return result;
  throw new SqlError("22003", `"${text}" is out of range for type double precision`);
}

/** float8 without complaint about overflow, for estimates. */
export function numericToNumber(value: Numeric): number {
  return Number(numericToString(value));
}

export function numericToFloat4(value: Numeric): number {
  const text = numericToString(value);
  const result = Math.fround(Number(text));
  const isTooSmall = result === 0 && /[1-9]/u.test(text);
  if (value.kind === "finite" && (!Number.isFinite(result) || isTooSmall)) {
    throw new SqlError("22003", `"${text}" is out of range for type real`);
  }
  return result;
}

function integerPart(value: Numeric, typeName: string): bigint {
  if (value.kind === "nan") throw new SqlError("0A000", `cannot convert NaN to ${typeName}`);
  if (value.kind !== "finite") {
    throw new SqlError("0A000", `cannot convert infinity to ${typeName}`);
  }
  return rescaled(value, 0);
}

export function numericToInt8(value: Numeric): bigint {
  const whole = integerPart(value, "bigint");
  if (BigInt.asIntN(64, whole) !== whole) throw new SqlError("22003", "bigint out of range");
  return whole;
}

export function numericToInt4(value: Numeric): number {
  const whole = integerPart(value, "integer");
  if (BigInt.asIntN(32, whole) !== whole) throw new SqlError("22003", "integer out of range");
  return Number(whole);
}

export function numericToInt2(value: Numeric): number {
  const whole = integerPart(value, "smallint");
  if (BigInt.asIntN(16, whole) !== whole) throw new SqlError("22003", "smallint out of range");
  return Number(whole);
}
