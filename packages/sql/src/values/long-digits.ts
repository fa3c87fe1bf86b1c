/**
 * Coefficients of very many digits from and to decimal text, by halves, so that each step is one
 * operation on large integers and no step is all of it.
 */
import type { Steps } from "../functions/long-call.ts";

/** Digits that are converted at one go. */
const DIRECTLY = 8_192;

/** Digits from which on a value is worth steps. */
export const LONG_DIGITS: number = 16_384;
const LONG_COEFFICIENT = 10n ** BigInt(LONG_DIGITS);

export function isLongCoefficient(value: bigint | undefined): boolean {
  return value !== undefined && (value >= LONG_COEFFICIENT || value <= -LONG_COEFFICIENT);
}

/** The largest half that is a power of two of what is converted at one go: they are few. */
function lowerHalf(digits: number): number {
  let half = DIRECTLY;
  while (half * 2 < digits) half *= 2;
  return half;
}

export function* bigFromDigits(digits: string): Steps<bigint> {
  if (digits.length <= DIRECTLY) {
    yield;
    return BigInt(digits);
  }
  const lower = lowerHalf(digits.length);
  const high = yield* bigFromDigits(digits.slice(0, -lower));
  const low = yield* bigFromDigits(digits.slice(-lower));
  const power = 10n ** BigInt(lower);
  yield;
  return high * power + low;
}

/** Of a value that is not negative and has at most `digits` digits; padded to them. */
function* paddedDigits(value: bigint, digits: number): Steps<string> {
  if (digits <= DIRECTLY) {
    yield;
    return value.toString().padStart(digits, "0");
  }
  const lower = lowerHalf(digits);
  const power = 10n ** BigInt(lower);
  yield;
  const high = value / power;
  yield;
  const low = value - high * power;
  const front = yield* paddedDigits(high, digits - lower);
  return front + (yield* paddedDigits(low, lower));
}

/** `digits`: how many it has. */
export function digitsOfBig(value: bigint, digits: number): Steps<string> {
  return paddedDigits(value, digits);
}

/** Digits that are looked at one by one. */
const FEW_DIGITS = 64;

/** Zeros at the end of a value that is not zero, at most `most` of them. */
export function trailingZeros(value: bigint, most: number): number {
  let rest = value;
  let zeros = 0;
  if (most <= FEW_DIGITS) {
    for (; zeros < most && rest % 10n === 0n; zeros++) rest /= 10n;
    return zeros;
  }
  if (value % 10n !== 0n) return 0;
  let size = 1;
  while (size * 2 <= most) size *= 2;
  for (; size >= 1; size >>= 1) {
    const power = 10n ** BigInt(size);
    if (zeros + size > most || rest % power !== 0n) continue;
    rest /= power;
    zeros += size;
  }
  return zeros;
}
