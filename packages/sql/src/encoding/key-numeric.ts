/**
 * Numeric in keys, so that byte order is numeric order and equal values have equal bytes:
 *
 * | value      | bytes                                                                          |
 * |------------|--------------------------------------------------------------------------------|
 * | -Infinity  | 10                                                                             |
 * | negative   | 20, then the complement of the positive form                                   |
 * | 0          | 30                                                                             |
 * | positive   | 40, exponent + 2^23 in 3 bytes, pairs of digits + 1 without trailing zeros, 00 |
 * | Infinity   | 50                                                                             |
 * | NaN        | 60                                                                             |
 *
 * The exponent is that of the first decimal digit. The display scale is not kept.
 */
import type { Numeric } from "../values/datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  NUMERIC_ZERO,
  makeNumeric,
  pow10,
} from "../values/numeric.ts";
import type { KeyCursor } from "./key-cursor.ts";

const EXPONENT_BIAS = 1 << 23;

export function encodeNumeric(value: Numeric): string {
  if (value.kind === "nan") return "\x60";
  if (value.kind === "infinity") return "\x50";
  if (value.kind === "-infinity") return "\x10";
  if (value.coefficient === 0n) return "\x30";
  const negative = value.coefficient < 0n;
  const digits = (negative ? -value.coefficient : value.coefficient).toString();
  let used = digits.length;
  while (digits.charCodeAt(used - 1) === 48) used--;
  const exponent = digits.length - 1 - value.scale + EXPONENT_BIAS;
  const flip = negative ? 0xff : 0;
  let text = String.fromCharCode(
    negative ? 0x20 : 0x40,
    ((exponent >>> 16) & 0xff) ^ flip,
    ((exponent >>> 8) & 0xff) ^ flip,
    (exponent & 0xff) ^ flip,
  );
  for (let i = 0; i < used; i += 2) {
    const second = i + 1 < used ? digits.charCodeAt(i + 1) - 48 : 0;
    const pair = (digits.charCodeAt(i) - 48) * 10 + second + 1;
    text += String.fromCharCode(pair ^ flip);
  }
  return text + String.fromCharCode(flip);
}

export function decodeNumeric(cursor: KeyCursor): Numeric {
  const head = cursor.byte();
  if (head === 0x60) return NUMERIC_NAN;
  if (head === 0x50) return NUMERIC_INFINITY;
  if (head === 0x10) return NUMERIC_NEGATIVE_INFINITY;
  if (head === 0x30) return NUMERIC_ZERO;
  const flip = head === 0x20 ? 0xff : 0;
  let exponent = 0;
  for (let i = 0; i < 3; i++) exponent = exponent * 256 + (cursor.byte() ^ flip);
  let digits = "";
  for (;;) {
    const pair = cursor.byte() ^ flip;
    if (pair === 0) break;
    digits += String(pair - 1).padStart(2, "0");
  }
  if (digits.endsWith("0")) digits = digits.slice(0, -1);
  const scale = digits.length - 1 - (exponent - EXPONENT_BIAS);
  const magnitude = BigInt(digits) * (scale < 0 ? pow10(-scale) : 1n);
  return makeNumeric(flip === 0 ? magnitude : -magnitude, Math.max(scale, 0));
}
