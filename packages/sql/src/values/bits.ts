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

function firstOther(text: string, allowed: RegExp): string | undefined {
  for (const character of text) if (!allowed.test(character)) return character;
  return undefined;
}

function fromHex(digits: string): string {
  const other = firstOther(digits, /[0-9a-fA-F]/);
  if (other !== undefined) throw invalidDigit(other, "hexadecimal");
  let bits = "";
  for (const digit of digits) bits += parseInt(digit, 16).toString(2).padStart(4, "0");
  return bits;
}

/** B'..' and X'..' without their quotes, or digits alone. */
export function parseBits(text: string): string {
  const head = text.charAt(0);
  if (head === "x" || head === "X") return fromHex(text.slice(1));
  const digits = head === "b" || head === "B" ? text.slice(1) : text;
  const other = firstOther(digits, /[01]/);
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

/** The bits packed into bytes from the highest on, zeros at the end. */
export function bitsToBytes(bits: string): Uint8Array {
  const bytes = new Uint8Array((bits.length + 7) >> 3);
  for (let i = 0; i < bits.length; i++) {
    if (bits.charCodeAt(i) === 49) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (0x80 >> (i & 7));
  }
  return bytes;
}

export function bitsFromBytes(bytes: Uint8Array, length: number): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return bits.slice(0, length);
}
