/**
 * encode() and decode(): hex, base64 with PostgreSQL's line length of 76, and escape.
 */
import { SqlError } from "@firstlight/common";
import { utf8Bytes } from "../text/characters.ts";
import { invalidParameter } from "../errors.ts";
import { LONG, NATIVE_STEP, PLAIN_STEP, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { joinSteps, utf8Steps } from "./long-bytes.ts";

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

function hexDigit(text: string, at: number): number {
  const digit = "0123456789abcdef".indexOf((text[at] ?? " ").toLowerCase());
  if (digit >= 0) return digit;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw invalidParameter(`invalid hexadecimal digit: "${character}"`);
}

const NO_HEX = /[^0-9a-fA-F]/;

export function decodeHex(text: string): Uint8Array {
  if (text.length % 2 === 0 && !NO_HEX.test(text)) return new Uint8Array(Buffer.from(text, "hex"));
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 2) {
    if (/[ \n\t\r]/.test(text[at] ?? "")) {
      at--;
      continue;
    }
    const high = hexDigit(text, at);
    if (at + 1 >= text.length) {
      throw invalidParameter("invalid hexadecimal data: odd number of digits");
    }
    bytes.push(high * 16 + hexDigit(text, at + 1));
  }
  return Uint8Array.from(bytes);
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

export function decodeBase64(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let digits = 0;
  let end = 0;
  for (const character of text) {
    if (/[ \t\n\r]/.test(character)) continue;
    let value = BASE64.indexOf(character);
    if (character === "=") {
      end ||= paddingLength(digits);
      value = 0;
    } else if (value < 0) {
      throw base64Error(`invalid symbol "${character}" found while decoding base64 sequence`);
    }
    bits = (bits << 6) | value;
    if (++digits < 4) continue;
    bytes.push((bits >> 16) & 255);
    if (end === 0 || end > 1) bytes.push((bits >> 8) & 255);
    if (end === 0 || end > 2) bytes.push(bits & 255);
    bits = 0;
    digits = 0;
  }
  if (digits === 0) return Uint8Array.from(bytes);
  throw base64Error(
    "invalid base64 end sequence",
    "Input data is missing padding, is truncated, or is otherwise corrupted.",
  );
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

function* decodeEscapeSteps(text: string): Steps<Uint8Array> {
  const source = text.length > LONG ? yield* utf8Steps(text) : utf8Bytes(text);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    if (byte !== 92) bytes[length++] = byte;
    else if (source[at + 1] === 92) bytes[length++] = source[++at] ?? 0;
    else {
      const octal = /^[0-3][0-7][0-7]$/.exec(
        String.fromCharCode(...source.subarray(at + 1, at + 4)),
      );
      if (octal === null) throw new SqlError("22P02", "invalid input syntax for type bytea");
      bytes[length++] = parseInt(octal[0], 8);
      at += 3;
    }
    if (length % PLAIN_STEP === 0) yield;
  }
  return length === bytes.length ? bytes : yield* joinSteps([bytes.subarray(0, length)]);
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

/** What is made of a text of which pieces of these lengths can be treated one by one. */
function* decodePieces(
  text: string,
  length: number,
  each: (piece: string) => Uint8Array,
): Steps<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += length) {
    parts.push(each(text.slice(at, at + length)));
    yield;
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Long texts in steps where they are plain, which they are nearly always; errors name the whole. */
export function* decodeSteps(text: string, format: string): Steps<Uint8Array> {
  const name = format.toLowerCase();
  if (name === "escape") return yield* decodeEscapeSteps(text);
  try {
    if (name === "hex") return yield* decodePieces(text, NATIVE_STEP, decodeHex);
    if (name === "base64" && isPlainBase64(text)) {
      return yield* decodePieces(text, STEP_DIGITS, decodeBase64);
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  return decode(text, format);
}

/** Whether it is lines as `encode` makes them: then pieces of whole lines are texts of their own. */
function isPlainBase64(text: string): boolean {
  const padding = text.indexOf("=");
  return text[LINE_LENGTH] === "\n" && (padding < 0 || padding >= text.length - 3);
}

/** Whole lines with their ends. */
const STEP_DIGITS = (LINE_LENGTH + 1) * 256;

export function decode(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case "hex":
      return decodeHex(text);
    case "base64":
      return decodeBase64(text);
    case "escape":
      return toEnd(decodeEscapeSteps(text));
    default:
      throw unrecognized(format);
  }
}
