/**
 * Numbers of about 106 bits as unevaluated sums of two doubles (Dekker, Knuth), as far as elementary
 * functions need them to round their results right.
 */
export type DoubleDouble = readonly [high: number, low: number];

const SPLITTER = 134217729;

function sum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const part = high - a;
  return [high, a - (high - part) + (b - part)];
}

/** Of numbers of which the first is the larger. */
function quickSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  return [high, b - (high - a)];
}

function split(a: number): DoubleDouble {
  const scaled = SPLITTER * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

/** Exact unless it overflows. */
export function product(a: number, b: number): DoubleDouble {
  const high = a * b;
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  return [high, aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = sum(a[0], b[0]);
  const [low1, low2] = sum(a[1], b[1]);
  const [next, rest] = quickSum(high, low + low1);
  return quickSum(next, rest + low2);
}

export function negate([high, low]: DoubleDouble): DoubleDouble {
  return [-high, -low];
}

export function subtract(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return add(a, negate(b));
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = product(a[0], b[0]);
  return quickSum(high, low + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a[0] / b[0];
  const rest = subtract(a, multiply(b, [first, 0]));
  const second = rest[0] / b[0];
  const last = subtract(rest, multiply(b, [second, 0]))[0] / b[0];
  return add(quickSum(first, second), [last, 0]);
}

const LN2: readonly number[] = [0.6931471805599453, 2.3190468138462996e-17, 5.707708438416212e-34];
const HALF_PI: readonly number[] = [
  1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33,
];

/** value - count * parts, where the parts of a constant go beyond 106 bits. */
function reduced(value: DoubleDouble, count: number, parts: readonly number[]): DoubleDouble {
  return parts.reduce<DoubleDouble>((rest, part) => subtract(rest, product(count, part)), value);
}

const HALVINGS = 9;
const EXP_TERMS = 10;

/** e^value as a number between 0.7 and 1.5 times 2^exponent. */
export function exponential(value: DoubleDouble): {
  readonly mantissa: DoubleDouble;
  readonly exponent: number;
} {
  const exponent = Math.round(value[0] / (LN2[0] ?? 1));
  const rest = reduced(value, exponent, LN2);
  const scale = 2 ** -HALVINGS;
  const small: DoubleDouble = [rest[0] * scale, rest[1] * scale];
  let term = small;
  let total = small;
  for (let n = 2; n <= EXP_TERMS; n++) {
    term = divide(multiply(term, small), [n, 0]);
    total = add(total, term);
  }
  // Of e^x - 1, which keeps its digits: (1 + t)^2 - 1 is 2t + t^2.
  for (let i = 0; i < HALVINGS; i++) {
    total = add([total[0] * 2, total[1] * 2], multiply(total, total));
  }
  return { mantissa: add([1, 0], total), exponent };
}

/** ln of a finite number above 0: one step of Newton's method from the double. */
export function logarithm(value: number): DoubleDouble {
  const exponent = Math.round(Math.log2(value));
  const half = Math.trunc(exponent / 2);
  const mantissa = value / 2 ** half / 2 ** (exponent - half);
  const guess = Math.log(mantissa);
  const { mantissa: inverse, exponent: shift } = exponential([-guess, 0]);
  const scale = 2 ** shift;
  const ratio = multiply([mantissa, 0], [inverse[0] * scale, inverse[1] * scale]);
  const error = subtract(ratio, [1, 0]);
  const step = subtract(error, [(error[0] * error[0]) / 2, 0]);
  const powers = LN2.reduce<DoubleDouble>(
    (total, part) => add(total, product(exponent, part)),
    [0, 0],
  );
  return add(powers, add([guess, 0], step));
}

export interface SineAndCosine {
  readonly sine: DoubleDouble;
  readonly cosine: DoubleDouble;
}

const TRIGONOMETRIC_TERMS = 30;

/** Of an angle whose magnitude is below 2^30. */
export function sineAndCosine(angle: DoubleDouble): SineAndCosine {
  const quarter = Math.round(angle[0] / (HALF_PI[0] ?? 1));
  const rest = reduced(angle, quarter, HALF_PI);
  let term: DoubleDouble = [1, 0];
  let sine: DoubleDouble = [0, 0];
  let cosine: DoubleDouble = term;
  for (let n = 1; n <= TRIGONOMETRIC_TERMS; n++) {
    term = divide(multiply(term, rest), [n, 0]);
    const signed = (n >> 1) % 2 === 0 ? term : negate(term);
    if (n % 2 === 1) sine = add(sine, signed);
    else cosine = add(cosine, signed);
  }
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { sine, cosine };
    case 1:
      return { sine: cosine, cosine: negate(sine) };
    case 2:
      return { sine: negate(sine), cosine: negate(cosine) };
    default:
      return { sine: negate(cosine), cosine: sine };
  }
}
