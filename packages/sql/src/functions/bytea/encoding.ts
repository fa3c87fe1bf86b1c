/**
 * encode() and decode(): hex, base64 with PostgreSQL's line length of 76, and escape.
 */
import { SqlError } from "@firstlight/common";
import { decodeEscape, decodeHex, escapedSteps, firstOf, hexSteps } from "../../values/bytea.ts";
import { invalidParameter } from "../errors.ts";
import { NATIVE_STEP, PLAIN_STEP, flatten, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LINE_LENGTH = 76;

export function encodeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

function* encodeHexSteps(bytes: Uint8Array): Steps<string> {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += NATIVE_STEP) {
    parts.push(encodeHex(bytes.subarray(at, at + NATIVE_STEP)));
    yield;
  }
  return parts.join("");
}

/** Bytes of one line, and of as many lines as one step makes. */
const LINE_BYTES = (LINE_LENGTH / 4) * 3;
const STEP_BYTES = LINE_BYTES * 2_048;

function* encodeBase64(bytes: Uint8Array): Steps<string> {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const lines: string[] = [];
    const piece = bytes.subarray(at, at + STEP_BYTES);
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("base64");
    for (let line = 0; line < text.length; line += LINE_LENGTH) {
      lines.push(text.slice(line, line + LINE_LENGTH));
    }
    parts.push(lines.join("\n"));
    yield;
  }
  return parts.join("\n");
}

function base64Error(message: string, hint?: string): SqlError {
  return invalidParameter(message, hint);
}

/** By character codes; blanks are BLANK, all others OTHER. */
const BLANK = 64;
const OTHER = 65;
const DIGITS: Uint8Array = digitTable();

function digitTable(): Uint8Array {
  const table = new Uint8Array(128).fill(OTHER);
  for (let value = 0; value < BASE64.length; value++) table[BASE64.charCodeAt(value)] = value;
  for (const blank of " \t\n\r") table[blank.charCodeAt(0)] = BLANK;
  return table;
}

function* base64Steps(text: string): Steps<Uint8Array> {
  const bytes = new Uint8Array(Math.floor((text.length / 4) * 3));
  let [length, bits, digits, end] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    if (at % PLAIN_STEP === PLAIN_STEP - 1) yield;
    const code = text.charCodeAt(at);
    let value = DIGITS[code] ?? OTHER;
    if (value === BLANK) continue;
    if (code === PADDING) {
      end ||= paddingLength(digits);
      value = 0;
    } else if (value === OTHER) throw invalidSymbol(text, at);
    bits = (bits << 6) | value;
    if (++digits < 4) continue;
    bytes[length++] = bits >> 16;
    if (end === 0 || end > 1) bytes[length++] = bits >> 8;
    if (end === 0 || end > 2) bytes[length++] = bits;
    bits = 0;
    digits = 0;
  }
  if (digits === 0) return firstOf(bytes, length);
  throw base64Error(
    "invalid base64 end sequence",
    "Input data is missing padding, is truncated, or is otherwise corrupted.",
  );
}

const PADDING = 0x3d;

function invalidSymbol(text: string, at: number): SqlError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return base64Error(`invalid symbol "${character}" found while decoding base64 sequence`);
}

export function decodeBase64(text: string): Uint8Array {
  return toEnd(base64Steps(text));
}

/** How many bytes the group carries, plus the marker that the end was seen: 1 or 2. */
function paddingLength(digits: number): number {
  if (digits === 2) return 1;
  if (digits === 3) return 2;
  throw base64Error('unexpected "=" while decoding base64 sequence');
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0 || byte > 127) text += `\\${byte.toString(8).padStart(3, "0")}`;
    else text += byte === 92 ? "\\\\" : String.fromCharCode(byte);
  }
  return text;
}

function* encodeEscape(bytes: Uint8Array): Steps<string> {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += PLAIN_STEP) {
    // Made flat piece by piece: making the whole flat would be one long step.
    parts.push(
      Buffer.from(escaped(bytes.subarray(at, at + PLAIN_STEP)), "latin1").toString("latin1"),
    );
    yield;
  }
  return parts.join("");
}

function unrecognized(format: string): SqlError {
  return invalidParameter(`unrecognized encoding: "${format}"`);
}

export function* encode(bytes: Uint8Array, format: string): Steps<string> {
  switch (format.toLowerCase()) {
    case "hex":
      return yield* encodeHexSteps(bytes);
    case "base64":
      return yield* encodeBase64(bytes);
    case "escape":
      return yield* encodeEscape(bytes);
    default:
      throw unrecognized(format);
  }
}

export function* decodeSteps(text: string, format: string): Steps<Uint8Array> {
  yield* flatten(text);
  switch (format.toLowerCase()) {
    case "hex":
      return yield* hexSteps(text, 0);
    case "base64":
      return yield* base64Steps(text);
    case "escape":
      return yield* escapedSteps(text);
    default:
      throw unrecognized(format);
  }
}

export function decode(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case "hex":
      return decodeHex(text, 0);
    case "base64":
      return decodeBase64(text);
    case "escape":
      return decodeEscape(text);
    default:
      throw unrecognized(format);
  }
}
