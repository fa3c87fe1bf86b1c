/**
 * Characters as PostgreSQL counts them: code points, while JavaScript strings are UTF-16 units.
 * Strings without surrogates, nearly all of them, take the path without conversion.
 */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { NATIVE_STEP, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { characterCount } from "../../values/text-order.ts";

// oxlint-disable-next-line no-control-regex -- the whole ASCII range
const ASCII = /^[\x00-\x7f]*$/;
const SURROGATE = /[\ud800-\udfff]/;

export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

function* hasSurrogatesSteps(text: string): Steps<boolean> {
  for (let at = 0; at < text.length; at += NATIVE_STEP) {
    if (SURROGATE.test(text.slice(at, at + NATIVE_STEP))) return true;
    yield;
  }
  return false;
}

/** How characters of a text are counted and cut. */
export interface CharacterMeasure {
  count(text: string): number;
  slice(text: string, start: number, end: number): string;
}

export const ANY_CHARACTERS: CharacterMeasure = { count: characterCount, slice: sliceCharacters };

/** Every character is one unit. */
const SINGLE_UNITS: CharacterMeasure = {
  count: (text) => text.length,
  slice: (text, start, end) => text.slice(start, end),
};

/** What is to be counted or cut in a long text, once it is known whether that is simple. */
export function measured<T>(
  context: EvaluationContext,
  text: string,
  compute: (by: CharacterMeasure) => T,
): T {
  return longCall(context, function* looked() {
    return compute((yield* hasSurrogatesSteps(text)) ? ANY_CHARACTERS : SINGLE_UNITS);
  });
}

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

export function octetCount(text: string): number {
  return ASCII.test(text) ? text.length : utf8Length(text);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of the pair's four bytes.
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

/** The characters from `start` (0-based) up to and without `end`. */
export function sliceCharacters(text: string, start: number, end: number): string {
  if (!SURROGATE.test(text)) return text.slice(start, end);
  return Array.from(text).slice(start, end).join("");
}

export function characters(text: string): string[] {
  return SURROGATE.test(text) ? Array.from(text) : text.split("");
}

/** UTF-16 offset of the character at 0-based `index`; text.length when it is past the end. */
export function unitOffset(text: string, index: number): number {
  if (!SURROGATE.test(text)) return Math.min(index, text.length);
  let at = 0;
  for (let passed = 0; passed < index && at < text.length; passed++) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** The collation C maps the case of ASCII letters only. */
export function lowerText(text: string): string {
  return isAscii(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upperText(text: string): string {
  return isAscii(text)
    ? text.toUpperCase()
    : text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Undefined when the bytes are not valid UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** At most `limit` bytes of UTF-8, cut between characters. */
export function clipBytes(text: string, limit: number): string {
  if (octetCount(text) <= limit) return text;
  let bytes = 0;
  let result = "";
  for (const character of text) {
    bytes += octetCount(character);
    if (bytes > limit) break;
    result += character;
  }
  return result;
}
