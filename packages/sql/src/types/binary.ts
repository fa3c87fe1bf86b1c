/**
 * PostgreSQL's binary wire forms, reading from an offset and writing whole values. Readers trust
 * their offsets: callers check lengths first (expectLength), because rows from storage are trusted
 * and messages are not.
 */
import { isAscii, isUtf8, transcode } from "node:buffer";
import { SqlError } from "@firstlight/common";
import type { Interval, Numeric, TimeTz } from "../values/datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  NUMERIC_ZERO,
  absBig,
  makeNumeric,
  makeSmallNumeric,
  pow10,
  shiftedSmall,
} from "../values/numeric.ts";

export function insufficientData(): SqlError {
  return new SqlError("08P01", "insufficient data left in message");
}

export function incorrectBinary(): SqlError {
  return new SqlError("22P03", "incorrect binary data format");
}

/** Of what is read byte by byte. */
export function expectBytes(bytes: Uint8Array, length: number): void {
  if (bytes.length < length) throw new SqlError("08P01", "no data left in message");
}

export function expectLength(bytes: Uint8Array, length: number): void {
  if (bytes.length < length) throw insufficientData();
  if (bytes.length > length) throw incorrectBinary();
}

/** A Buffer over the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A copy that owns its memory; slicing a Buffer would share it. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

export function readInt2(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
}

export function readInt4(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

export function readUint4(bytes: Uint8Array, at: number): number {
  return readInt4(bytes, at) >>> 0;
}

const MICROS_SAFE = 2 ** 53;

/** Small values avoid the two-word bigint construction. */
export function readInt8(bytes: Uint8Array, at: number): bigint {
  const high = readInt4(bytes, at);
  const low = readUint4(bytes, at + 4);
  const value = high * 4294967296 + low;
  if (value > -MICROS_SAFE && value < MICROS_SAFE) return BigInt(value);
  return (BigInt(high) << 32n) | BigInt(low);
}

/** int8 known to be a safe integer. */
export function readInt8AsNumber(bytes: Uint8Array, at: number): number {
  return readInt4(bytes, at) * 4294967296 + readUint4(bytes, at + 4);
}

const floatBytes = new Uint8Array(8);
const floatView = new DataView(floatBytes.buffer);

export function readFloat8(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i] as number;
  return floatView.getFloat64(0);
}

export function readFloat4(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 4; i++) floatBytes[i] = bytes[at + i] as number;
  return floatView.getFloat32(0);
}

export function writeInt2(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function writeInt4(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** A safe integer as int8. */
export function writeSafeInt8(bytes: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / 4294967296);
  writeInt4(bytes, at, high);
  writeInt4(bytes, at + 4, value - high * 4294967296);
}

export function writeInt8(bytes: Uint8Array, at: number, value: bigint): void {
  if (value > -9007199254740992n && value < 9007199254740992n) {
    writeSafeInt8(bytes, at, Number(value));
    return;
  }
  writeInt4(bytes, at, Number(BigInt.asIntN(32, value >> 32n)));
  writeInt4(bytes, at + 4, Number(BigInt.asIntN(32, value)));
}

export function writeFloat8(bytes: Uint8Array, at: number, value: number): void {
  floatView.setFloat64(0, value);
  for (let i = 0; i < 8; i++) bytes[at + i] = floatBytes[i] as number;
}

export function writeFloat4(bytes: Uint8Array, at: number, value: number): void {
  floatView.setFloat32(0, value);
  for (let i = 0; i < 4; i++) bytes[at + i] = floatBytes[i] as number;
}

export function int2Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  writeInt2(bytes, 0, value);
  return bytes;
}

export function int4Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  writeInt4(bytes, 0, value);
  return bytes;
}

export function int8Bytes(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  writeInt8(bytes, 0, value);
  return bytes;
}

export function float8Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  writeFloat8(bytes, 0, value);
  return bytes;
}

export function float4Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  writeFloat4(bytes, 0, value);
  return bytes;
}

export function textBytes(value: string): Buffer {
  return Buffer.from(value, "utf8");
}

/** Bytes from which on it is worth asking what they are. */
const WIDE_LENGTH = 512;
/** Bytes at the beginning that tell. */
const WIDE_LOOKED_AT = 32;
/** Begins a character that is not in Latin-1: its text has two bytes for each. */
const WIDE_LEAD = 0xc4;

function isWide(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + WIDE_LOOKED_AT; at++) {
    if ((bytes[at] as number) >= WIDE_LEAD) return true;
  }
  return false;
}

/** Four times as fast as a Buffer's own decoder, which goes character by character. */
function wideText(bytes: Uint8Array, start: number, end: number): string {
  return transcode(bytes.subarray(start, end), "utf8", "utf16le").toString("utf16le");
}

/** From which on Node keeps strings of one-byte characters outside of V8's heap, which has a limit. */
const OUTSIDE_LENGTH = 1 << 20;

function encodingOf(bytes: Uint8Array, start: number, end: number): "utf8" | "latin1" {
  return end - start >= OUTSIDE_LENGTH && isAscii(bytes.subarray(start, end)) ? "latin1" : "utf8";
}

/** UTF-8 that is known to be valid. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length >= WIDE_LENGTH && isWide(bytes, start)) return wideText(bytes, start, end);
  if (length > 12) return asBuffer(bytes).toString(encodingOf(bytes, start, end), start, end);
  let text = "";
  for (let i = start; i < end; i++) {
    const code = bytes[i] as number;
    if (code >= 0x80) return asBuffer(bytes).toString("utf8", start, end);
    text += String.fromCharCode(code);
  }
  return text;
}

/** UTF-8 from outside: refused when it is not valid or holds a zero byte. */
export function readForeignText(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw invalidUtf8(bytes, zero, 1);
  if (!isUtf8(bytes)) throw invalidUtf8(bytes, firstInvalid(bytes), undefined);
  return readText(bytes, 0, bytes.length);
}

function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] as number);
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return at;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 1;
}

/** report_invalid_encoding: up to the bytes that the lead byte announces. */
function invalidUtf8(bytes: Uint8Array, at: number, length: number | undefined): SqlError {
  const end = at + (length ?? sequenceLength(bytes[at] as number));
  const shown = [...bytes.subarray(at, end)].map(
    (byte) => "0x" + byte.toString(16).padStart(2, "0"),
  );
  return new SqlError("22021", `invalid byte sequence for encoding "UTF8": ${shown.join(" ")}`);
}

const NUMERIC_NEGATIVE = 0x4000;
const NUMERIC_NAN_SIGN = 0xc000;
const NUMERIC_INFINITY_SIGN = 0xd000;
const NUMERIC_NEGATIVE_INFINITY_SIGN = 0xf000;

function numericHeader(groups: number, weight: number, sign: number, scale: number): Buffer {
  const bytes = Buffer.allocUnsafe(8 + groups * 2);
  writeInt2(bytes, 0, groups);
  writeInt2(bytes, 2, weight);
  writeInt2(bytes, 4, sign);
  writeInt2(bytes, 6, scale);
  return bytes;
}

export function numericBytes(value: Numeric): Buffer {
  if (value.kind === "nan") return numericHeader(0, 0, NUMERIC_NAN_SIGN, 0);
  if (value.kind === "infinity") return numericHeader(0, 0, NUMERIC_INFINITY_SIGN, 32);
  if (value.kind === "-infinity") return numericHeader(0, 0, NUMERIC_NEGATIVE_INFINITY_SIGN, 32);
  const { coefficient, scale } = value;
  if (coefficient === 0n) return numericHeader(0, 0, 0, scale);
  const pad = (4 - (scale % 4)) % 4;
  let digits = absBig(coefficient).toString() + "0".repeat(pad);
  digits = digits.padStart(Math.ceil(digits.length / 4) * 4, "0");
  const total = digits.length / 4;
  const weight = total - 1 - (scale + pad) / 4;
  let used = total;
  while (used > 0 && digits.startsWith("0000", (used - 1) * 4)) used--;
  const bytes = numericHeader(used, weight, coefficient < 0n ? NUMERIC_NEGATIVE : 0, scale);
  for (let i = 0; i < used; i++) {
    writeInt2(bytes, 8 + i * 2, Number(digits.slice(i * 4, i * 4 + 4)));
  }
  return bytes;
}

/** With three places of padding it is still four groups, and exact: a multiple of 8 below 2^54. */
const SMALL_COEFFICIENT = 10_000_000_000_000;
const groups = new Uint16Array(4);

/**
 * Writes a numeric of at most four base-10000 digits and returns its length; -1, and nothing
 * written, when it has more.
 */
export function writeSmallNumeric(bytes: Uint8Array, at: number, value: Numeric): number {
  return value.small === undefined ? -1 : writeSmallDecimal(bytes, at, value.small, value.scale);
}

/** The same of a coefficient and its scale. */
export function writeSmallDecimal(
  bytes: Uint8Array,
  at: number,
  signed: number,
  scale: number,
): number {
  if (signed >= SMALL_COEFFICIENT || signed <= -SMALL_COEFFICIENT) return -1;
  const pad = (4 - (scale & 3)) & 3;
  let rest = Math.abs(signed) * (pad === 0 ? 1 : 10 ** pad);
  let count = 0;
  let last = 0;
  for (; rest > 0; count++) {
    const next = Math.floor(rest / 10000);
    groups[count] = rest - next * 10000;
    if (groups[count] === 0 && last === count) last++;
    rest = next;
  }
  const used = count - last;
  writeInt2(bytes, at, used);
  writeInt2(bytes, at + 2, used === 0 ? 0 : count - 1 - (scale + pad) / 4);
  writeInt2(bytes, at + 4, signed < 0 ? NUMERIC_NEGATIVE : 0);
  writeInt2(bytes, at + 6, scale);
  for (let i = 0; i < used; i++) writeInt2(bytes, at + 8 + 2 * i, groups[count - 1 - i] as number);
  return 8 + 2 * used;
}

const DASH = 45;

function hexValue(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}

/** The 16 bytes of a canonical uuid. */
export function writeUuid(bytes: Uint8Array, at: number, uuid: string): void {
  let next = at;
  for (let i = 0; i < 36; i += 2) {
    if (uuid.charCodeAt(i) === DASH) i++;
    bytes[next++] = hexValue(uuid.charCodeAt(i)) * 16 + hexValue(uuid.charCodeAt(i + 1));
  }
}

function readUint2(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function readNumeric(bytes: Uint8Array, at: number): Numeric {
  const groups = readUint2(bytes, at);
  const weight = readInt2(bytes, at + 2);
  const sign = readUint2(bytes, at + 4);
  const scale = readUint2(bytes, at + 6) & 0x3fff;
  if (sign === NUMERIC_NAN_SIGN) return NUMERIC_NAN;
  if (sign === NUMERIC_INFINITY_SIGN) return NUMERIC_INFINITY;
  if (sign === NUMERIC_NEGATIVE_INFINITY_SIGN) return NUMERIC_NEGATIVE_INFINITY;
  if (groups === 0) return scale === 0 ? NUMERIC_ZERO : makeNumeric(0n, scale);
  // The digits end 4 * (groups - weight - 1) places after the point.
  const places = scale - 4 * (groups - weight - 1);
  if (groups <= 3) {
    const small = smallCoefficient(bytes, at + 8, groups, places);
    if (!Number.isNaN(small)) return makeSmallNumeric(sign === 0 ? small : 0 - small, scale);
  }
  const magnitude = longCoefficient(bytes, at + 8, groups);
  const coefficient = places >= 0 ? magnitude * pow10(places) : magnitude / pow10(-places);
  return makeNumeric(sign === NUMERIC_NEGATIVE ? -coefficient : coefficient, scale);
}

/** NaN where it is none. Places below the scale are zeros: the division has no remainder. */
function smallCoefficient(bytes: Uint8Array, at: number, groups: number, places: number): number {
  let value = 0;
  for (let i = 0; i < groups; i++) value = value * 10000 + readUint2(bytes, at + i * 2);
  return places >= 0 ? shiftedSmall(value, places) : Math.floor(value / 10 ** -places);
}

function longCoefficient(bytes: Uint8Array, at: number, groups: number): bigint {
  let digits = "";
  for (let i = 0; i < groups; i++) {
    digits += String(readUint2(bytes, at + i * 2)).padStart(4, "0");
  }
  return BigInt(digits);
}

/** numeric_recv's checks on bytes from outside. */
export function receiveNumeric(bytes: Uint8Array): Numeric {
  if (bytes.length < 8) throw insufficientData();
  const groups = readUint2(bytes, 0);
  expectLength(bytes, 8 + groups * 2);
  const sign = readUint2(bytes, 4);
  const known =
    sign === 0 ||
    sign === NUMERIC_NEGATIVE ||
    sign === NUMERIC_NAN_SIGN ||
    sign === NUMERIC_INFINITY_SIGN ||
    sign === NUMERIC_NEGATIVE_INFINITY_SIGN;
  if (!known) throw new SqlError("22P03", 'invalid sign in external "numeric" value');
  if ((readUint2(bytes, 6) & 0x3fff) !== readUint2(bytes, 6)) {
    throw new SqlError("22P03", 'invalid scale in external "numeric" value');
  }
  for (let i = 0; i < groups; i++) {
    if (readUint2(bytes, 8 + i * 2) >= 10000) {
      throw new SqlError("22P03", 'invalid digit in external "numeric" value');
    }
  }
  return readNumeric(bytes, 0);
}

export function intervalBytes(value: Interval): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  writeInt8(bytes, 0, value.micros);
  writeInt4(bytes, 8, value.days);
  writeInt4(bytes, 12, value.months);
  return bytes;
}

export function readInterval(bytes: Uint8Array, at: number): Interval {
  const micros = readInt8(bytes, at);
  return {
    tag: "interval",
    months: readInt4(bytes, at + 12),
    days: readInt4(bytes, at + 8),
    micros,
  };
}

export function timeTzBytes(value: TimeTz): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  writeInt8(bytes, 0, BigInt(value.micros));
  writeInt4(bytes, 8, value.zone);
  return bytes;
}

export function readTimeTz(bytes: Uint8Array, at: number): TimeTz {
  return { tag: "timetz", micros: readInt8AsNumber(bytes, at), zone: readInt4(bytes, at + 8) };
}

const DATE_INFINITY = 2147483647;
const DATE_NEGATIVE_INFINITY = -2147483648;

export function dateToInt4(date: number): number {
  if (date === Infinity) return DATE_INFINITY;
  return date === -Infinity ? DATE_NEGATIVE_INFINITY : date;
}

export function dateFromInt4(value: number): number {
  if (value === DATE_INFINITY) return Infinity;
  return value === DATE_NEGATIVE_INFINITY ? -Infinity : value;
}
