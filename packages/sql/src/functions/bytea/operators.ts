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
import { LONG, NATIVE_STEP, PLAIN_STEP, longCall, piecesOf, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { invalidParameter, outOfRange } from "../errors.ts";
import { characterCount } from "../../values/text-order.ts";
import { utf8Bytes, utf8Text } from "../text/characters.ts";
import { indexOfSteps } from "../text/long-search.ts";
import { BOTH, LEFT, RIGHT } from "../text/trim.ts";
import type { Sides } from "../text/trim.ts";
import { decode, decodeSteps, encode } from "./encoding.ts";
import {
  asBuffer,
  decodedPieces,
  joinSteps,
  joinedBytes,
  orderedBytes,
  slices,
  utf8Slices,
  utf8Steps,
} from "./long-bytes.ts";

function negativeLength(): SqlError {
  return new SqlError("22011", "negative substring length not allowed");
}

/** A view of what is asked for. */
function partOf(bytes: Uint8Array, start: number, length?: number): Uint8Array {
  if (length !== undefined && length < 0) throw negativeLength();
  const end = length === undefined ? bytes.length : start + length - 1;
  if (end < 1) return new Uint8Array(0);
  return bytes.subarray(Math.max(start, 1) - 1, Math.max(end, 0));
}

function overlayBytes(
  context: EvaluationContext,
  bytes: Uint8Array,
  replacement: Uint8Array,
  [start, length]: readonly [number, number],
): Uint8Array {
  if (start <= 0) throw negativeLength();
  if (start + length > 2147483647) throw outOfRange("integer");
  const head = partOf(bytes, 1, start - 1);
  return joinedBytes(context, [head, replacement, partOf(bytes, start + length)]);
}

function positionBytes(context: EvaluationContext, bytes: Uint8Array, search: Uint8Array): number {
  const searched = asBuffer(bytes);
  if (bytes.length <= LONG) return searched.indexOf(search) + 1;
  const slice = (from: number, to: number): string => searched.toString("latin1", from, to);
  return longCall(context, function* position() {
    const text = asBuffer(search).toString("latin1");
    return (yield* indexOfSteps({ length: bytes.length, slice }, text, 0)) + 1;
  });
}

function indexOutOfRange(index: number | bigint, length: number): SqlError {
  return new SqlError("2202E", `index ${index} out of valid range, 0..${length - 1}`);
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw indexOutOfRange(index, bytes.length);
  return byte;
}

/** A copy with another byte at a place. */
function withByte(
  context: EvaluationContext,
  bytes: Uint8Array,
  index: number,
  byte: number,
): Uint8Array {
  const parts = [bytes.subarray(0, index), Uint8Array.of(byte), bytes.subarray(index + 1)];
  return joinedBytes(context, parts);
}

function setByte(
  context: EvaluationContext,
  bytes: Uint8Array,
  index: number,
  value: number,
): Uint8Array {
  byteAt(bytes, index);
  return withByte(context, bytes, index, value & 255);
}

function bitAt(bytes: Uint8Array, index: bigint): number {
  if (index < 0n || index >= BigInt(bytes.length) * 8n) {
    throw indexOutOfRange(index, bytes.length * 8);
  }
  return ((bytes[Number(index / 8n)] ?? 0) >> Number(index % 8n)) & 1;
}

function setBit(
  context: EvaluationContext,
  bytes: Uint8Array,
  index: bigint,
  value: number,
): Uint8Array {
  bitAt(bytes, index);
  if (value !== 0 && value !== 1) throw invalidParameter("new bit must be 0 or 1");
  const at = Number(index / 8n);
  const mask = 1 << Number(index % 8n);
  const byte = bytes[at] ?? 0;
  return withByte(context, bytes, at, value === 1 ? byte | mask : byte & ~mask);
}

function trimBytes(
  context: EvaluationContext,
  bytes: Uint8Array,
  set: Uint8Array,
  sides: Sides,
): Uint8Array {
  const trimmed = function* steps(): Steps<Uint8Array> {
    let start = 0;
    let end = bytes.length;
    while (sides.left && start < end && set.includes(bytes[start] ?? 0)) {
      if (++start % PLAIN_STEP === 0) yield;
    }
    while (sides.right && end > start && set.includes(bytes[end - 1] ?? 0)) {
      if (--end % PLAIN_STEP === 0) yield;
    }
    return yield* joinSteps([bytes.subarray(start, end)]);
  };
  return bytes.length <= LONG ? toEnd(trimmed()) : longCall(context, trimmed);
}

function countBits(context: EvaluationContext, bytes: Uint8Array): bigint {
  const counted = function* steps(): Steps<bigint> {
    let count = 0;
    for (const piece of slices(bytes)) {
      for (let byte of piece) for (; byte !== 0; byte &= byte - 1) count++;
      yield;
    }
    return BigInt(count);
  };
  return bytes.length <= LONG ? toEnd(counted()) : longCall(context, counted);
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

/** Encodings of which each byte is a character. */
const SINGLE_BYTE = /^(?:LATIN|ISO_8859|KOI8|WIN)/;

function textIn(context: EvaluationContext, bytes: Uint8Array, encoding: string): string {
  if (encoding === "UTF8") {
    if (bytes.length <= LONG) return textOfBytes(bytes);
    return longCall(context, () => decodedPieces(bytes, utf8Slices(bytes), textOfBytes));
  }
  const set = requireSet(encoding);
  const decodeIn = (piece: Uint8Array): string => set.decode(piece);
  if (bytes.length <= LONG || !SINGLE_BYTE.test(encoding)) return decodeIn(bytes);
  return longCall(context, () => decodedPieces(bytes, slices(bytes), decodeIn));
}

function bytesIn(context: EvaluationContext, text: string, encoding: string): Uint8Array {
  if (encoding === "UTF8") {
    return text.length <= LONG ? utf8Bytes(text) : longCall(context, () => utf8Steps(text));
  }
  const set = requireSet(encoding);
  if (text.length <= LONG || !SINGLE_BYTE.test(encoding)) return set.encode(text);
  return longCall(context, function* encoded() {
    const parts: Uint8Array[] = [];
    for (const piece of piecesOf(text, ENCODED_STEP)) {
      parts.push(set.encode(piece));
      yield;
    }
    return yield* joinSteps(parts);
  });
}

/** Characters that are encoded at one go. */
const ENCODED_STEP = 1 << 17;

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

const ordered = orderedBytes;

const comparison: Record<string, Implementation> = {
  byteaeq: (context, a: Uint8Array, b: Uint8Array) =>
    a.length === b.length && ordered(context, a, b) === 0,
  byteane: (context, a: Uint8Array, b: Uint8Array) =>
    a.length !== b.length || ordered(context, a, b) !== 0,
  bytealt: (context, a: Uint8Array, b: Uint8Array) => ordered(context, a, b) < 0,
  byteale: (context, a: Uint8Array, b: Uint8Array) => ordered(context, a, b) <= 0,
  byteagt: (context, a: Uint8Array, b: Uint8Array) => ordered(context, a, b) > 0,
  byteage: (context, a: Uint8Array, b: Uint8Array) => ordered(context, a, b) >= 0,
  byteacmp: ordered,
};

const operators: Record<string, Implementation> = {
  byteacat: (context, a: Uint8Array, b: Uint8Array) => joinedBytes(context, [a, b]),
  byteaoctetlen: (_, a: Uint8Array) => a.length,
  "bit_length(bytea)": (_, a: Uint8Array) => a.length * 8,
  bytea_substr: (context, a: Uint8Array, start: number, length: number) =>
    joinedBytes(context, [partOf(a, start, length)]),
  bytea_substr_no_len: (context, a: Uint8Array, start: number) =>
    joinedBytes(context, [partOf(a, start)]),
  byteaoverlay: (context, a: Uint8Array, b: Uint8Array, start: number, length: number) =>
    overlayBytes(context, a, b, [start, length]),
  byteaoverlay_no_len: (context, a: Uint8Array, b: Uint8Array, start: number) =>
    overlayBytes(context, a, b, [start, b.length]),
  byteapos: positionBytes,
  byteaGetByte: (_, a: Uint8Array, index: number) => byteAt(a, index),
  byteaSetByte: setByte,
  byteaGetBit: (_, a: Uint8Array, index: bigint) => bitAt(a, index),
  byteaSetBit: setBit,
  byteatrim: (context, a: Uint8Array, set: Uint8Array) => trimBytes(context, a, set, BOTH),
  bytealtrim: (context, a: Uint8Array, set: Uint8Array) => trimBytes(context, a, set, LEFT),
  byteartrim: (context, a: Uint8Array, set: Uint8Array) => trimBytes(context, a, set, RIGHT),
  bytea_bit_count: countBits,
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
  pg_convert_from: (context, a: Uint8Array, encoding: string) =>
    textIn(context, a, encodingOf(encoding, "source")),
  pg_convert_to: (context, a: string, encoding: string) =>
    bytesIn(context, a, encodingOf(encoding, "destination")),
  pg_convert: (context, a: Uint8Array, from: string, to: string) => {
    const [source, destination] = [encodingOf(from, "source"), encodingOf(to, "destination")];
    return bytesIn(context, textIn(context, a, source), destination);
  },
  length_in_encoding: (context, a: Uint8Array, encoding: string) =>
    characterCount(textIn(context, a, encodingOf(encoding, undefined))),
};

export function registerBytea(): void {
  registerFunctions(comparison);
  registerFunctions(operators);
  registerFunctions(conversions);
}
