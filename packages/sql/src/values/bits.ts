/**
 * bit and varbit: a Datum is the text of its digits, "0101", whose order as text is the order of
 * bit strings. Conversions from and to text, bytes and lengths.
 */
import { SqlError } from "@firstlight/common";

/** Bits that one value may hold (VARBITMAXLEN). */
export const BITS_MAX = 2147483640;

function invalidDigit(digit: string, base: string): SqlError {
  return new SqlError("22P02", `"${digit}" is not a valid ${base} digit`);
}

function fromHex(digits: string): string {
  const other = /[^0-9a-fA-F]/u.exec(digits)?.[0];
  if (other !== undefined) throw invalidDigit(other, "hexadecimal");
  const odd = digits.length % 2;
  const bytes = Buffer.from(odd === 0 ? digits : `${digits}0`, "hex");
  return bitsFromBytes(bytes, digits.length * 4);
}

/** B'..' and X'..' without their quotes, or digits alone. */
export function parseBits(text: string): string {
  const head = text.charAt(0);
  if (head === "x" || head === "X") return fromHex(text.slice(1));
  const digits = head === "b" || head === "B" ? text.slice(1) : text;
  const other = /[^01]/u.exec(digits)?.[0];
  if (other !== undefined) throw invalidDigit(other, "binary");
  return digits;
}

function lengthMismatch(length: number, wanted: number): SqlError {
  return new SqlError("22026", `bit string length ${length} does not match type bit(${wanted})`);
}

/** A value of bit(typmod) must have exactly that length; an explicit cast cuts or pads it. */
export function fitBit(bits: string, typmod: number, explicit: boolean): string {
  if (typmod <= 0 || typmod > BITS_MAX || bits.length === typmod) return bits;
  if (!explicit) throw lengthMismatch(bits.length, typmod);
  return bits.length > typmod ? bits.slice(0, typmod) : bits.padEnd(typmod, "0");
}

export function fitVarbit(bits: string, typmod: number, explicit: boolean): string {
  if (typmod <= 0 || bits.length <= typmod) return bits;
  if (explicit) return bits.slice(0, typmod);
  throw new SqlError("22001", `bit string too long for type bit varying(${typmod})`);
}

const ONE = 0x31;

/** The digits of each byte. */
const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(2).padStart(8, "0"),
);

/** The bits packed into bytes from the highest on, zeros at the end. */
export function bitsToBytes(bits: string): Uint8Array {
  const bytes = new Uint8Array((bits.length + 7) >> 3);
  const digits = Buffer.from(bits, "latin1");
  for (let at = 0; at < digits.length; at++) {
    if (digits[at] === ONE) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  }
  return bytes;
}

export function bitsFromBytes(bytes: Uint8Array, length: number): string {
  return Array.from(bytes, (byte) => DIGITS[byte])
    .join("")
    .slice(0, length);
}
