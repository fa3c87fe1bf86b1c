/**
 * exp, ln, log and power of Numeric. Working values are fixed-point bigints with guard digits; the
 * result scales are chosen as numeric.c chooses them.
 */
import { SqlError } from "@firstlight/common";
import type { Numeric } from "./datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_ONE,
  NUMERIC_ZERO,
  absBig,
  checkedNumeric,
  compareNumeric,
  decimalDigits,
  decimalExponent,
  divideRounded,
  makeNumeric,
  numericOverflow,
  numericSign,
  numericToNumber,
  pow10,
  rescaled,
  roundNumeric,
} from "./numeric.ts";
import {
  DISPLAY_SCALE_MAX,
  MIN_SIGNIFICANT_DIGITS,
  divisionByZero,
  numericAbs,
  numericMultiply,
  numericNegate,
  quotientAt,
  resultScale,
} from "./numeric-arithmetic.ts";

/** NUMERIC_MAX_RESULT_SCALE * 3: the largest exponent that exp takes. */
const EXPONENT_MAX = 6000;
const LOG10_E = 0.434294481903252;
const GUARD = 12;

const ln10Cache = new Map<number, bigint>();
const ln2Cache = new Map<number, bigint>();

/** 2 * atanh(1/n) * 10^digits. */
function twiceInverseAtanh(n: bigint, digits: number): bigint {
  const unit = pow10(digits + 5);
  let power = unit / n;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= n * n;
    sum += power / k;
  }
  return (2n * sum) / 100000n;
}

function ln2At(digits: number): bigint {
  const known = ln2Cache.get(digits);
  if (known !== undefined) return known;
  const value = twiceInverseAtanh(3n, digits);
  if (ln2Cache.size < 64) ln2Cache.set(digits, value);
  return value;
}

/** ln 10 = 3 ln 2 + ln 1.25, the latter as 2 atanh(1/9). */
function ln10At(digits: number): bigint {
  const known = ln10Cache.get(digits);
  if (known !== undefined) return known;
  const value = 3n * ln2At(digits) + twiceInverseAtanh(9n, digits);
  if (ln10Cache.size < 64) ln10Cache.set(digits, value);
  return value;
}

/** ln(value) * 10^scale for a positive finite value, rounded. */
function lnFixed(value: Numeric, scale: number): bigint {
  const exponent = decimalExponent(value);
  const work = Math.max(scale, 0) + GUARD + 4;
  const unit = pow10(work);
  // Near 1 the exponent must stay 0, or the leading digits would cancel.
  const near = compareNumeric(value, HALF) > 0 && compareNumeric(value, TWO) < 0;
  const shift = near ? 0 : exponent + 1;
  const places = work - value.scale - shift;
  let mantissa =
    places >= 0 ? value.coefficient * pow10(places) : value.coefficient / pow10(-places);
  let halvings = 0;
  while (mantissa * 4n < unit * 3n) {
    mantissa *= 2n;
    halvings++;
  }
  const z = ((mantissa - unit) * unit) / (mantissa + unit);
  const square = (z * z) / unit;
  let power = z;
  let sum = z;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (power * square) / unit;
    sum += power / k;
  }
  const total = 2n * sum + BigInt(shift) * ln10At(work) - BigInt(halvings) * ln2At(work);
  return divideRounded(total, pow10(work - scale));
}
const HALF = makeNumeric(5n, 1);
const TWO = makeNumeric(2n, 0);

/** exp(argument / 10^work) * 10^work. */
function expFixed(argument: bigint, work: number): bigint {
  const unit = pow10(work);
  const halvings = 8;
  let power = unit;
  let sum = unit;
  const reduced = argument >> BigInt(halvings);
  for (let k = 1n; power !== 0n && k < 100_000n; k++) {
    power = (power * reduced) / (unit * k);
    sum += power;
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) / unit;
  return sum;
}

/** exp(value) at `scale`; exp_var with its overflow rule. */
function expAt(value: Numeric, scale: number): Numeric {
  const estimate = numericToNumber(value);
  if (Math.abs(estimate) >= EXPONENT_MAX) {
    if (estimate > 0) throw numericOverflow();
    return makeNumeric(0n, scale);
  }
  const magnitude = Math.ceil(Math.abs(estimate) * LOG10_E) + 1;
  const work = scale + magnitude + GUARD + 8;
  const argument = rescaled(value, work);
  // argument = k ln 10 + rest, so that the series sees less than 2.31.
  const ln10 = ln10At(work);
  const tens = argument / ln10;
  const mantissa = expFixed(argument - tens * ln10, work);
  const down = work - scale - Number(tens);
  return down >= 0
    ? checkedNumeric(divideRounded(mantissa, pow10(down)), scale)
    : checkedNumeric(mantissa * pow10(-down), scale);
}

export function numericExp(value: Numeric): Numeric {
  if (value.kind === "nan" || value.kind === "infinity") return value;
  if (value.kind === "-infinity") return NUMERIC_ZERO;
  const weight = Math.max(Math.min(numericToNumber(value) * LOG10_E, 2000), -2000);
  return expAt(value, resultScale(MIN_SIGNIFICANT_DIGITS - Math.trunc(weight), value.scale));
}

const POINT_NINE = makeNumeric(9n, 1);
const ONE_POINT_ONE = makeNumeric(11n, 1);

/** The first base-10000 digits of |value| (at most `count`) and the exponent of the last of them. */
function leadingDigits(value: Numeric, count: number): { digits: number; exponent: number } {
  const top = Math.floor(decimalExponent(value) / 4);
  const last = lastGroup(value);
  const groups = Math.min(count, top - last + 1);
  const exponent = 4 * (top - groups + 1);
  const shift = value.scale + exponent;
  const magnitude = absBig(value.coefficient);
  const digits = shift >= 0 ? magnitude / pow10(shift) : magnitude * pow10(-shift);
  return { digits: Number(digits), exponent };
}

/** The weight of the last non-zero base-10000 digit. */
function lastGroup(value: Numeric): number {
  const text = absBig(value.coefficient).toString();
  let zeros = 0;
  while (zeros < text.length - 1 && text.charCodeAt(text.length - 1 - zeros) === 48) zeros++;
  return Math.floor((zeros - value.scale) / 4);
}

/** estimate_ln_dweight: the decimal weight of ln(value). */
function lnWeight(value: Numeric): number {
  if (numericSign(value) <= 0) return 0;
  if (compareNumeric(value, POINT_NINE) >= 0 && compareNumeric(value, ONE_POINT_ONE) <= 0) {
    const difference = makeNumeric(value.coefficient - pow10(value.scale), value.scale);
    return difference.coefficient === 0n ? 0 : decimalExponent(difference);
  }
  const { digits, exponent } = leadingDigits(value, 2);
  const estimate = Math.log(digits) + exponent * 2.302585092994046;
  return Math.trunc(Math.log10(Math.abs(estimate)));
}

function refuseLogarithm(value: Numeric): void {
  const sign = numericSign(value);
  if (sign < 0) throw new SqlError("2201E", "cannot take logarithm of a negative number");
  if (sign === 0) throw new SqlError("2201E", "cannot take logarithm of zero");
}

export function numericLn(value: Numeric): Numeric {
  if (value.kind === "nan") return value;
  refuseLogarithm(value);
  if (value.kind !== "finite") return value;
  const scale = resultScale(MIN_SIGNIFICANT_DIGITS - lnWeight(value), value.scale);
  return makeNumeric(lnFixed(value, scale), scale);
}

/** log(base, value). */
export function numericLog(base: Numeric, value: Numeric): Numeric {
  if (base.kind === "nan" || value.kind === "nan") return NUMERIC_NAN;
  refuseLogarithm(base);
  refuseLogarithm(value);
  if (base.kind !== "finite") return value.kind === "finite" ? NUMERIC_ZERO : NUMERIC_NAN;
  if (value.kind !== "finite") return NUMERIC_INFINITY;
  const baseWeight = lnWeight(base);
  const valueWeight = lnWeight(value);
  const weight = valueWeight - baseWeight;
  const scale = resultScale(MIN_SIGNIFICANT_DIGITS - weight, base.scale, value.scale);
  const baseScale = Math.max(scale + weight - baseWeight + 8, 0);
  const valueScale = Math.max(scale + weight - valueWeight + 8, 0);
  const divisor = makeNumeric(lnFixed(base, baseScale), baseScale);
  if (divisor.coefficient === 0n) throw divisionByZero();
  return quotientAt(makeNumeric(lnFixed(value, valueScale), valueScale), divisor, scale);
}

function isIntegral(value: Numeric): boolean {
  return value.scale === 0 || value.coefficient % pow10(value.scale) === 0n;
}

export function numericPower(base: Numeric, exponent: Numeric): Numeric {
  if (base.kind !== "finite" || exponent.kind !== "finite") return powerSpecial(base, exponent);
  refusePower(base, exponent);
  if (isIntegral(exponent)) {
    const whole = rescaled(exponent, 0);
    if (BigInt.asIntN(32, whole) === whole) {
      return powerInteger(base, Number(whole), exponent.scale);
    }
  }
  if (base.coefficient === 0n) return makeNumeric(0n, MIN_SIGNIFICANT_DIGITS);
  const result = powerReal(numericAbs(base), exponent);
  const odd = isIntegral(exponent) && rescaled(exponent, 0) % 2n !== 0n;
  return base.coefficient < 0n && odd ? numericNegate(result) : result;
}

function refusePower(base: Numeric, exponent: Numeric): void {
  if (numericSign(base) === 0 && numericSign(exponent) < 0) {
    throw new SqlError("2201F", "zero raised to a negative power is undefined");
  }
  if (numericSign(base) < 0 && exponent.kind === "finite" && !isIntegral(exponent)) {
    throw new SqlError(
      "2201F",
      "a negative number raised to a non-integer power yields a complex result",
    );
  }
}

function powerSpecial(base: Numeric, exponent: Numeric): Numeric {
  if (base.kind === "nan") {
    return exponent.kind === "finite" && exponent.coefficient === 0n ? NUMERIC_ONE : NUMERIC_NAN;
  }
  if (exponent.kind === "nan") {
    return compareNumeric(base, NUMERIC_ONE) === 0 ? NUMERIC_ONE : NUMERIC_NAN;
  }
  refusePower(base, exponent);
  if (compareNumeric(base, NUMERIC_ONE) === 0) return NUMERIC_ONE;
  const exponentSign = numericSign(exponent);
  if (exponentSign === 0) return NUMERIC_ONE;
  if (numericSign(base) === 0) return NUMERIC_ZERO;
  if (exponent.kind !== "finite") return powerToInfinity(base, exponentSign);
  if (base.kind === "infinity") return exponentSign > 0 ? NUMERIC_INFINITY : NUMERIC_ZERO;
  if (exponentSign < 0) return NUMERIC_ZERO;
  return rescaled(exponent, 0) % 2n === 0n ? NUMERIC_INFINITY : base;
}

function powerToInfinity(base: Numeric, exponentSign: number): Numeric {
  const size = base.kind === "finite" ? compareNumeric(numericAbs(base), NUMERIC_ONE) : 1;
  if (size === 0) return NUMERIC_ONE;
  return size > 0 === exponentSign > 0 ? NUMERIC_INFINITY : NUMERIC_ZERO;
}

/** power_var_int. */
/** Digits before the point of a power, about. */
function powerWeight(base: Numeric, exponent: number): number {
  if (base.coefficient === 0n) return 0;
  const leading = leadingDigits(base, 4);
  return exponent * (Math.log10(leading.digits) + leading.exponent);
}

/** Whether it is known without computing the power that there is none. */
export function powerOverflows(base: Numeric, exponent: number): boolean {
  return powerWeight(base, exponent) > 32768 * 4;
}

function powerInteger(base: Numeric, exponent: number, exponentScale: number): Numeric {
  if (powerOverflows(base, exponent)) throw numericOverflow();
  const weight = powerWeight(base, exponent);
  if (weight + 1 < -DISPLAY_SCALE_MAX) return makeNumeric(0n, DISPLAY_SCALE_MAX);
  const scale = resultScale(MIN_SIGNIFICANT_DIGITS - Math.trunc(weight), base.scale, exponentScale);
  if (exponent === 0) return makeNumeric(pow10(scale), scale);
  if (exponent === 1) return roundNumeric(base, scale);
  if (exponent === 2) return roundNumeric(numericMultiply(base, base), scale);
  if (base.coefficient === 0n) return makeNumeric(0n, scale);
  const power = bigPower(base, Math.abs(exponent), scale + Math.ceil(Math.abs(weight)));
  return exponent > 0 ? roundNumeric(power, scale) : quotientAt(NUMERIC_ONE, power, scale);
}

/** base^exponent, exact while small, else to at least `digits` + 20 significant digits. */
function bigPower(base: Numeric, exponent: number, digits: number): Numeric {
  const keep = digits + 20 + 2 * Math.ceil(Math.log2(exponent + 1));
  let square = scientific(base, keep);
  let result: Scientific = { mantissa: 1n, exponent: 0 };
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = trimmed(product(result, square), keep);
    if (rest > 1) square = trimmed(product(square, square), keep);
  }
  return result.exponent >= 0
    ? checkedNumeric(result.mantissa * pow10(result.exponent), 0)
    : makeNumeric(result.mantissa, -result.exponent);
}

interface Scientific {
  readonly mantissa: bigint;
  readonly exponent: number;
}

function scientific(value: Numeric, keep: number): Scientific {
  return trimmed({ mantissa: value.coefficient, exponent: -value.scale }, keep);
}

function product(a: Scientific, b: Scientific): Scientific {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

function trimmed(value: Scientific, keep: number): Scientific {
  const excess = decimalDigits(value.mantissa) - keep;
  if (excess <= 0) return value;
  return {
    mantissa: divideRounded(value.mantissa, pow10(excess)),
    exponent: value.exponent + excess,
  };
}

/** power_var for exponents that are no int4. */
function powerReal(base: Numeric, exponent: Numeric): Numeric {
  const weightOfLn = lnWeight(base);
  const roughScale = Math.max(8 - weightOfLn, 0);
  const rough = multiplyAt(lnNumeric(base, roughScale), exponent, roughScale);
  const estimate = numericToNumber(rough);
  if (Math.abs(estimate) > EXPONENT_MAX * (3.01 / 3)) {
    if (estimate > 0) throw numericOverflow();
    return makeNumeric(0n, DISPLAY_SCALE_MAX);
  }
  const weight = Math.trunc(estimate * LOG10_E);
  if (weight + 1 < -DISPLAY_SCALE_MAX) return makeNumeric(0n, DISPLAY_SCALE_MAX);
  const scale = resultScale(MIN_SIGNIFICANT_DIGITS - weight, base.scale, exponent.scale);
  const localScale = Math.max(scale + weight - weightOfLn + 8, 0);
  return expAt(multiplyAt(lnNumeric(base, localScale), exponent, localScale), scale);
}

function lnNumeric(value: Numeric, scale: number): Numeric {
  return makeNumeric(lnFixed(value, scale), scale);
}

function multiplyAt(a: Numeric, b: Numeric, scale: number): Numeric {
  const exact = makeNumeric(a.coefficient * b.coefficient, a.scale + b.scale);
  return makeNumeric(rescaled(exact, scale), scale);
}
