/**
 * Operators and functions of bytea, digests, and conversions between bytes and text.
 */
import { createHash, hash } from "node:crypto";
import { SqlError, encodingName, encodingNumber, featureNotSupported } from "@firstlight/common";
import { characterSet } from "../../character-sets/character-set.ts";
import type { CharacterSet } from "../../character-sets/character-set.ts";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, NATIVE_STEP, longCall, piecesOf, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { invalidParameter, outOfRange } from "../errors.ts";
import { characterCount, compareBytes } from "../../values/text-order.ts";
import { utf8Bytes, utf8Text } from "../text/characters.ts";
import { decode, decodeSteps, encode } from "./encoding.ts";

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

function negativeLength(): SqlError {
  return new SqlError("22011", "negative substring length not allowed");
}

function substringBytes(bytes: Uint8Array, start: number, length?: number): Uint8Array {
  if (length !== undefined && length < 0) throw negativeLength();
  const end = length === undefined ? bytes.length : start + length - 1;
  if (end < 1) return new Uint8Array(0);
  return bytes.slice(Math.max(start, 1) - 1, Math.max(end, 0));
}

function overlayBytes(
  bytes: Uint8Array,
  replacement: Uint8Array,
  start: number,
  length: number,
): Uint8Array {
  if (start <= 0) throw negativeLength();
  if (start + length > 2147483647) throw outOfRange("integer");
  const head = substringBytes(bytes, 1, start - 1);
  return concatBytes(head, replacement, substringBytes(bytes, start + length));
}

function positionBytes(bytes: Uint8Array, search: Uint8Array): number {
  for (let at = 0; at + search.length <= bytes.length; at++) {
    if (compareBytes(bytes.subarray(at, at + search.length), search) === 0) return at + 1;
  }
  return 0;
}

function indexOutOfRange(index: number | bigint, length: number): SqlError {
  return new SqlError("2202E", `index ${index} out of valid range, 0..${length - 1}`);
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw indexOutOfRange(index, bytes.length);
  return byte;
}

function setByte(bytes: Uint8Array, index: number, value: number): Uint8Array {
  byteAt(bytes, index);
  const copy = bytes.slice();
  copy[index] = value & 255;
  return copy;
}

function bitAt(bytes: Uint8Array, index: bigint): number {
  if (index < 0n || index >= BigInt(bytes.length) * 8n) {
    throw indexOutOfRange(index, bytes.length * 8);
  }
  return ((bytes[Number(index / 8n)] ?? 0) >> Number(index % 8n)) & 1;
}

function setBit(bytes: Uint8Array, index: bigint, value: number): Uint8Array {
  bitAt(bytes, index);
  if (value !== 0 && value !== 1) throw invalidParameter("new bit must be 0 or 1");
  const copy = bytes.slice();
  const at = Number(index / 8n);
  const mask = 1 << Number(index % 8n);
  copy[at] = value === 1 ? (copy[at] ?? 0) | mask : (copy[at] ?? 0) & ~mask;
  return copy;
}

function trimBytes(bytes: Uint8Array, set: Uint8Array, left: boolean, right: boolean): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (left && start < end && set.includes(bytes[start] ?? 0)) start++;
  while (right && end > start && set.includes(bytes[end - 1] ?? 0)) end--;
  return bytes.slice(start, end);
}

function countBits(bytes: Uint8Array): bigint {
  let count = 0;
  for (let byte of bytes) for (; byte !== 0; byte &= byte - 1) count++;
  return BigInt(count);
}

function digest(context: EvaluationContext, algorithm: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length <= LONG) return new Uint8Array(hash(algorithm, bytes, "buffer"));
  const steps = (): Steps<Buffer> => hashed(algorithm, slices(bytes));
  return new Uint8Array(longCall(context, steps));
}

function md5Text(context: EvaluationContext, text: string): string {
  if (text.length <= LONG) return hash("md5", text, "hex");
  return longCall(context, () => hashed("md5", piecesOf(text, NATIVE_STEP))).toString("hex");
}

function md5Bytes(context: EvaluationContext, bytes: Uint8Array): string {
  if (bytes.length <= LONG) return hash("md5", bytes, "hex");
  return longCall(context, () => hashed("md5", slices(bytes))).toString("hex");
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += NATIVE_STEP) yield bytes.subarray(at, at + NATIVE_STEP);
}

function* hashed(algorithm: string, pieces: Iterable<string | Uint8Array>): Steps<Buffer> {
  const sum = createHash(algorithm);
  for (const piece of pieces) {
    sum.update(piece);
    yield;
  }
  return sum.digest();
}

/** PostgreSQL's name of an encoding; 22023 for what is none, in the role that it is given for. */
function encodingOf(name: string, role: "source" | "destination" | undefined): string {
  const encoding = encodingName(encodingNumber(name));
  if (encoding !== undefined) return encoding;
  const what = role === undefined ? "" : `${role} `;
  throw invalidParameter(`invalid ${what}encoding name "${name}"`);
}

function requireSet(encoding: string): CharacterSet {
  const set = characterSet(encoding);
  if (set === undefined) throw featureNotSupported(`encoding "${encoding}"`);
  return set;
}

function textIn(bytes: Uint8Array, encoding: string): string {
  if (encoding === "UTF8") return textOfBytes(bytes);
  return requireSet(encoding).decode(bytes);
}

function bytesIn(context: EvaluationContext, text: string, encoding: string): Uint8Array {
  if (encoding === "UTF8") {
    return text.length <= LONG ? utf8Bytes(text) : longCall(context, () => utf8Steps(text));
  }
  return requireSet(encoding).encode(text);
}

function* utf8Steps(text: string): Steps<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  let at = 0;
  for (const piece of piecesOf(text, NATIVE_STEP)) {
    at += bytes.write(piece, at);
    yield;
  }
  return new Uint8Array(bytes.buffer);
}

function textOfBytes(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text !== undefined && !text.includes("\0")) return text;
  throw new SqlError("22021", `invalid byte sequence for encoding "UTF8": ${badSequence(bytes)}`);
}

/** PostgreSQL prints the bytes that the first byte of the bad character announces. */
function badSequence(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const length = announcedLength(bytes[at] ?? 0);
    const part = bytes.subarray(at, at + length);
    if (bytes[at] === 0 || part.length < length || utf8Text(part) === undefined) {
      return Array.from(part, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
    }
    at += length;
  }
  return "";
}

function announcedLength(byte: number): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
}

const comparison: Record<string, Implementation> = {
  byteaeq: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) === 0,
  byteane: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) !== 0,
  bytealt: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) < 0,
  byteale: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) <= 0,
  byteagt: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) > 0,
  byteage: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b) >= 0,
  byteacmp: (_, a: Uint8Array, b: Uint8Array) => compareBytes(a, b),
};

const operators: Record<string, Implementation> = {
  byteacat: (_, a: Uint8Array, b: Uint8Array) => concatBytes(a, b),
  byteaoctetlen: (_, a: Uint8Array) => a.length,
  "bit_length(bytea)": (_, a: Uint8Array) => a.length * 8,
  bytea_substr: (_, a: Uint8Array, start: number, length: number) =>
    substringBytes(a, start, length),
  bytea_substr_no_len: (_, a: Uint8Array, start: number) => substringBytes(a, start),
  byteaoverlay: (_, a: Uint8Array, b: Uint8Array, start: number, length: number) =>
    overlayBytes(a, b, start, length),
  byteaoverlay_no_len: (_, a: Uint8Array, b: Uint8Array, start: number) =>
    overlayBytes(a, b, start, b.length),
  byteapos: (_, a: Uint8Array, b: Uint8Array) => positionBytes(a, b),
  byteaGetByte: (_, a: Uint8Array, index: number) => byteAt(a, index),
  byteaSetByte: (_, a: Uint8Array, index: number, value: number) => setByte(a, index, value),
  byteaGetBit: (_, a: Uint8Array, index: bigint) => bitAt(a, index),
  byteaSetBit: (_, a: Uint8Array, index: bigint, value: number) => setBit(a, index, value),
  byteatrim: (_, a: Uint8Array, set: Uint8Array) => trimBytes(a, set, true, true),
  bytealtrim: (_, a: Uint8Array, set: Uint8Array) => trimBytes(a, set, true, false),
  byteartrim: (_, a: Uint8Array, set: Uint8Array) => trimBytes(a, set, false, true),
  bytea_bit_count: (_, a: Uint8Array) => countBits(a),
};

const conversions: Record<string, Implementation> = {
  binary_encode: (context, a: Uint8Array, format: string) => {
    const steps = (): Steps<string> => encode(a, format);
    return a.length > LONG ? longCall(context, steps) : toEnd(steps());
  },
  binary_decode: (context, a: string, format: string) =>
    a.length > LONG ? longCall(context, () => decodeSteps(a, format)) : decode(a, format),
  md5_text: (context, a: string) => md5Text(context, a),
  md5_bytea: (context, a: Uint8Array) => md5Bytes(context, a),
  sha224_bytea: (context, a: Uint8Array) => digest(context, "sha224", a),
  sha256_bytea: (context, a: Uint8Array) => digest(context, "sha256", a),
  sha384_bytea: (context, a: Uint8Array) => digest(context, "sha384", a),
  sha512_bytea: (context, a: Uint8Array) => digest(context, "sha512", a),
  pg_convert_from: (_, a: Uint8Array, encoding: string) =>
    textIn(a, encodingOf(encoding, "source")),
  pg_convert_to: (context, a: string, encoding: string) =>
    bytesIn(context, a, encodingOf(encoding, "destination")),
  pg_convert: (context, a: Uint8Array, from: string, to: string) => {
    const [source, destination] = [encodingOf(from, "source"), encodingOf(to, "destination")];
    return bytesIn(context, textIn(a, source), destination);
  },
  length_in_encoding: (_, a: Uint8Array, encoding: string) =>
    characterCount(textIn(a, encodingOf(encoding, undefined))),
};

export function registerBytea(): void {
  registerFunctions(comparison);
  registerFunctions(operators);
  registerFunctions(conversions);
}
