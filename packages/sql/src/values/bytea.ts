/**
 * Text forms of bytea: hex (`\x0aff`) and the historical escape format.
 */
import { SqlError } from "@firstlight/common";
import {
  LONG as LONG_TEXT,
  NATIVE_STEP,
  PLAIN_STEP,
  flatten,
  piecesOf,
  toEnd,
} from "../functions/long-call.ts";
import type { LongCalls, Steps } from "../functions/long-call.ts";
import type { LongText } from "../types/long-text.ts";

/** Digits from which on native code is asked first. */
const LONG = 1024;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Short ones share memory with others, which would be kept with them. */
function bytesOf(buffer: Buffer): Uint8Array {
  if (buffer.length < LONG) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Native code looks at the lower byte of a character only. */
const NO_HEX = /[^0-9a-fA-F]/;

/** decode(text, 'hex'): blanks between pairs are skipped. */
export function decodeHex(text: string, from: number): Uint8Array {
  const digits = from === 0 ? text : text.slice(from);
  if (text.length > LONG && digits.length % 2 === 0 && !NO_HEX.test(digits)) {
    return bytesOf(Buffer.from(digits, "hex"));
  }
  return toEnd(pairSteps(text, from));
}

function* pairSteps(text: string, from: number): Steps<Uint8Array> {
  const bytes = new Uint8Array((text.length - from) >> 1);
  let length = 0;
  let pause = from + PLAIN_STEP;
  for (let i = from; i < text.length; i++) {
    if (i >= pause) {
      pause = i + PLAIN_STEP;
      yield;
    }
    if (isBlank(text.charCodeAt(i))) continue;
    const high = requiredHexDigit(text, i);
    if (++i >= text.length) {
      throw new SqlError("22023", "invalid hexadecimal data: odd number of digits");
    }
    bytes[length++] = high * 16 + requiredHexDigit(text, i);
  }
  return firstOf(bytes, length);
}

/** Copied where the others would be kept for little. */
export function firstOf(bytes: Uint8Array, length: number): Uint8Array {
  if (length === bytes.length) return bytes;
  return length < LONG || length * 2 < bytes.length
    ? bytes.slice(0, length)
    : bytes.subarray(0, length);
}

function requiredHexDigit(text: string, index: number): number {
  const digit = hexDigit(text.charCodeAt(index));
  if (digit >= 0) return digit;
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  throw new SqlError("22023", `invalid hexadecimal digit: "${character}"`);
}

function octalDigit(code: number | undefined): number {
  return code !== undefined && code >= 48 && code <= 55 ? code - 48 : -1;
}

/** What stands behind backslashes, of a text as bytes. */
function* escapeSteps(source: Uint8Array): Steps<Uint8Array> {
  const bytes = new Uint8Array(source.length);
  let length = 0;
  let pause = PLAIN_STEP;
  for (let i = 0; i < source.length; i++) {
    if (i >= pause) {
      pause = i + PLAIN_STEP;
      yield;
    }
    const code = source[i] as number;
    if (code !== 92) {
      bytes[length++] = code;
    } else if (source[i + 1] === 92) {
      bytes[length++] = 92;
      i++;
    } else {
      bytes[length++] = octalEscape(source, i);
      i += 3;
    }
  }
  return firstOf(bytes, length);
}

/** decode(text, 'escape'), and the older input of bytea. */
export function decodeEscape(text: string): Uint8Array {
  const source = bytesOf(Buffer.from(text, "utf8"));
  return text.includes("\\") ? toEnd(escapeSteps(source)) : source;
}

function octalEscape(source: Uint8Array, at: number): number {
  const a = octalDigit(source[at + 1]);
  const b = octalDigit(source[at + 2]);
  const c = octalDigit(source[at + 3]);
  if (a < 0 || a > 3 || b < 0 || c < 0) {
    throw new SqlError("22P02", "invalid input syntax for type bytea");
  }
  return a * 64 + b * 8 + c;
}

function isHex(text: string): boolean {
  return text.charCodeAt(0) === 92 && text.charCodeAt(1) === 120;
}

export function parseBytea(text: string, longCalls?: LongCalls): Uint8Array {
  if (text.length > LONG_TEXT && longCalls !== undefined) {
    return longCalls.run(() => parseSteps(text));
  }
  return isHex(text) ? decodeHex(text, 2) : decodeEscape(text);
}

function* parseSteps(text: string): Steps<Uint8Array> {
  yield* flatten(text);
  return isHex(text) ? yield* hexSteps(text, 2) : yield* escapedSteps(text);
}

/** Of a flat text. Pairs of digits are read by native code until there is anything else. */
export function* hexSteps(text: string, from: number): Steps<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow((text.length - from) >> 1);
  let length = 0;
  for (let at = from; at < text.length; at += NATIVE_STEP) {
    const end = Math.min(text.length, at + NATIVE_STEP);
    const piece = text.slice(at, end);
    if (piece.length % 2 === 1 || NO_HEX.test(piece)) return yield* pairSteps(text, from);
    length += bytes.write(piece, length, "hex");
    yield;
  }
  return bytesOf(bytes);
}

/** Of a flat text. Those without a backslash are their bytes. */
export function* escapedSteps(text: string): Steps<Uint8Array> {
  const source = yield* flatUtf8Steps(text);
  for (const piece of piecesOf(text, NATIVE_STEP)) {
    if (piece.includes("\\")) return yield* escapeSteps(source);
    yield;
  }
  return source;
}

/** Of a text that `flatten` has been through. */
export function* flatUtf8Steps(text: string): Steps<Uint8Array> {
  let length = 0;
  for (const piece of piecesOf(text, NATIVE_STEP)) {
    length += Buffer.byteLength(piece);
    yield;
  }
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of piecesOf(text, NATIVE_STEP)) {
    at += bytes.write(piece, at);
    yield;
  }
  return bytesOf(bytes);
}

export function byteaToString(value: Uint8Array, style: "hex" | "escape"): string {
  if (style === "hex") return "\\x" + hexOf(value);
  return escaped(value);
}

const PIECE_BYTES = 1 << 16;

/** Each piece is made anew whenever it is asked for. */
export function byteaLongText(value: Uint8Array, style: "hex" | "escape"): LongText {
  if (style === "escape") return { pieces: () => pieces(value, escaped) };
  return {
    byteLength: 2 + value.length * 2,
    *pieces() {
      yield "\\x";
      yield* pieces(value, hexOf);
    },
  };
}

function* pieces(value: Uint8Array, print: (part: Uint8Array) => string): Generator<string> {
  for (let at = 0; at < value.length; at += PIECE_BYTES) {
    yield print(value.subarray(at, at + PIECE_BYTES));
  }
}

function hexOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex");
}

function escaped(value: Uint8Array): string {
  let text = "";
  for (const byte of value) {
    if (byte === 92) text += "\\\\";
    else if (byte >= 32 && byte <= 126) text += String.fromCharCode(byte);
    else text += "\\" + byte.toString(8).padStart(3, "0");
  }
  return text;
}
