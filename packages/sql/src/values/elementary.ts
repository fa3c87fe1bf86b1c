/**
 * Elementary functions of doubles rounded to the nearest double. The C library that PostgreSQL uses
 * does so for nearly all arguments, but not in cbrt; JavaScript's own functions are off in the last
 * place far more often. What the C library makes of other functions is made of them here as well.
 */
import {
  divide,
  type DoubleDouble,
  exponential,
  logarithm,
  multiply,
  product,
  sineAndCosine,
  subtract,
} from "./double-double.ts";

/** Outside of it results may be subnormal or overflow, where rounding is another matter. */
const EXPONENT_MAX = 700;
/** The reduction of larger angles would need more digits of pi. */
const ANGLE_MAX = 2 ** 30;
const TINY = 2 ** -27;

function scaled({ mantissa, exponent }: { mantissa: DoubleDouble; exponent: number }): number {
  const half = Math.trunc(exponent / 2);
  return (mantissa[0] + mantissa[1]) * 2 ** half * 2 ** (exponent - half);
}

export function exp(x: number): number {
  if (!(Math.abs(x) < EXPONENT_MAX) || Math.abs(x) < TINY) return Math.exp(x);
  return scaled(exponential([x, 0]));
}

export function log(x: number): number {
  if (!(x > 0 && x < Infinity) || x === 1) return Math.log(x);
  return logarithm(x)[0];
}

/** The mantissa in [0.5, 1) and its exponent. */
function parts(x: number): readonly [number, number] {
  let exponent = Math.max(-1074, Math.floor(Math.log2(x)) + 1);
  let mantissa = x / 2 ** Math.trunc(exponent / 2) / 2 ** (exponent - Math.trunc(exponent / 2));
  for (; mantissa >= 1; mantissa /= 2) exponent++;
  for (; mantissa < 0.5; mantissa *= 2) exponent--;
  return [mantissa, exponent];
}

const LOG10_2_HIGH = 0.30102999566361177;
const LOG10_2_LOW = 3.694239077158931e-13;
const LOG10_E = 0.4342944819032518;

/** By the binary logarithm's whole part and ln of the rest, as the C library does it. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return Math.log10(x);
  const [half, above] = parts(x);
  const exponent = above - 1;
  const whole = exponent < 0 ? exponent + 1 : exponent;
  const rest = exponent < 0 ? half : half * 2;
  return whole * LOG10_2_LOW + LOG10_E * log(rest) + whole * LOG10_2_HIGH;
}

export function pow(x: number, y: number): number {
  if (!(Number.isFinite(x) && Number.isFinite(y)) || x === 0 || y === 0) return Math.pow(x, y);
  const magnitude = Math.abs(x);
  if (magnitude === 1) return Math.pow(x, y);
  const power = multiply(logarithm(magnitude), [y, 0]);
  if (!(Math.abs(power[0]) < EXPONENT_MAX)) return Math.pow(x, y);
  const result = scaled(exponential(power));
  return x < 0 && Math.abs(y % 2) === 1 ? -result : result;
}

function isReducible(x: number): boolean {
  return Math.abs(x) < ANGLE_MAX && Math.abs(x) >= TINY;
}

export function sin(x: number): number {
  return isReducible(x) ? sineAndCosine([x, 0]).sine[0] : Math.sin(x);
}

export function cos(x: number): number {
  return isReducible(x) ? sineAndCosine([x, 0]).cosine[0] : Math.cos(x);
}

export function tan(x: number): number {
  if (!isReducible(x)) return Math.tan(x);
  const { sine, cosine } = sineAndCosine([x, 0]);
  return divide(sine, cosine)[0];
}

/** `guess` and what a step of Newton's method adds to it. */
function refined(guess: number, numerator: DoubleDouble, denominator: DoubleDouble): number {
  return guess + divide(numerator, denominator)[0];
}

export function asin(x: number): number {
  if (!(Math.abs(x) < 1) || Math.abs(x) < TINY) return Math.asin(x);
  const guess = Math.asin(x);
  const { sine, cosine } = sineAndCosine([guess, 0]);
  return refined(guess, subtract([x, 0], sine), cosine);
}

export function acos(x: number): number {
  if (!(Math.abs(x) < 1)) return Math.acos(x);
  const guess = Math.acos(x);
  const { sine, cosine } = sineAndCosine([guess, 0]);
  return refined(guess, subtract(cosine, [x, 0]), sine);
}

export function atan(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) < TINY || Math.abs(x) > ANGLE_MAX) return Math.atan(x);
  return atan2(x, 1);
}

export function atan2(y: number, x: number): number {
  const guess = Math.atan2(y, x);
  const [small, large] = [Math.min(Math.abs(x), Math.abs(y)), Math.max(Math.abs(x), Math.abs(y))];
  if (!(large < 1e150) || small < 1e-150 || small / large < TINY) return guess;
  const { sine, cosine } = sineAndCosine([guess, 0]);
  const across = subtract(multiply(cosine, [y, 0]), multiply(sine, [x, 0]));
  const along = cosine[0] * x + sine[0] * y;
  return refined(guess, across, [along, 0]);
}

const HALF_LN2 = Math.LN2 / 2;
const COSH_PLAIN_MAX = 22;

export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < EXPONENT_MAX)) return Math.cosh(x);
  if (magnitude < HALF_LN2) {
    const less = Math.expm1(magnitude);
    const more = 1 + less;
    return magnitude < 2 ** -55 ? more : 1 + (less * less) / (more + more);
  }
  const power = exp(magnitude);
  return magnitude < COSH_PLAIN_MAX ? 0.5 * power + 0.5 / power : 0.5 * power;
}

export function asinh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude > 2 && magnitude < Infinity)) return Math.asinh(x);
  const root = Math.sqrt(magnitude * magnitude + 1);
  const result =
    magnitude > 2 ** 28 ? log(magnitude) + Math.LN2 : log(2 * magnitude + 1 / (root + magnitude));
  return x > 0 ? result : -result;
}

export function acosh(x: number): number {
  if (!(x > 2 && x < Infinity)) return Math.acosh(x);
  if (x > 2 ** 28) return log(x) + Math.LN2;
  return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
}

/** One step of Newton's method. PostgreSQL's C library is off in the last place half of the time. */
export function cbrt(x: number): number {
  const guess = Math.cbrt(x);
  if (!(Math.abs(guess) > 1e-90 && Math.abs(guess) < 1e90)) return guess;
  const cube = multiply(product(guess, guess), [guess, 0]);
  return guess + subtract([x, 0], cube)[0] / (3 * guess * guess);
}
