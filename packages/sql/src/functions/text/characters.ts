/**
 * Characters as PostgreSQL counts them: code points, while JavaScript strings are UTF-16 units.
 * Strings without surrogates, nearly all of them, take the path without conversion.
 */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, flatten, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { characterCount } from "../../values/text-order.ts";
import { detached } from "./detached.ts";

// oxlint-disable-next-line no-control-regex -- the whole ASCII range
const ASCII = /^[\x00-\x7f]*$/;
const SURROGATE = /[\ud800-\udfff]/;

export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

/** How characters of a text are counted and cut. */
export interface CharacterMeasure {
  count(text: string): number;
  slice(text: string, start: number, end: number): string;
}

export const ANY_CHARACTERS: CharacterMeasure = { count: characterCount, slice: sliceCharacters };

/** Units of a piece whose characters are counted at one go. */
const PIECE = 1 << 16;

/** A long text, of which it is known how many characters are before each piece. */
class PiecedCharacters implements CharacterMeasure {
  readonly #text: string;
  /** Of pieces of PIECE units. */
  readonly #before: readonly number[];
  readonly #all: number;

  constructor(text: string, before: readonly number[], all: number) {
    this.#text = text;
    this.#before = before;
    this.#all = all;
  }

  count(): number {
    return this.#all;
  }

  slice(_text: string, start: number, end: number): string {
    return detached(this.#text.slice(this.#unitOf(start), this.#unitOf(end)), this.#text);
  }

  /** Where a character begins; the second half of a pair may begin the piece behind it. */
  #unitOf(character: number): number {
    if (character >= this.#all) return this.#text.length;
    if (this.#all === this.#text.length) return character;
    const piece = this.#pieceOf(character);
    const start = piece * PIECE;
    const from = isSecondHalf(this.#text.charCodeAt(start)) ? start + 1 : start;
    const units = this.#text.slice(from, start + PIECE);
    return from + unitOffset(units, character - this.#beforeOf(piece));
  }

  #beforeOf(piece: number): number {
    return this.#before[piece] as number;
  }

  /** The last one with no more characters before it. */
  #pieceOf(character: number): number {
    let low = 0;
    let high = this.#before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#beforeOf(middle) <= character) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Characters are counted where their first unit is. */
function beginnings(piece: string): number {
  if (!SURROGATE.test(piece)) return piece.length;
  let count = 0;
  for (let at = 0; at < piece.length; at++) {
    if (!isSecondHalf(piece.charCodeAt(at))) count++;
  }
  return count;
}

/** How characters of a long text are counted and cut; one that is not long is no work. */
function* measureSteps(text: string): Steps<CharacterMeasure> {
  if (text.length <= LONG) return ANY_CHARACTERS;
  yield* flatten(text);
  const before: number[] = [];
  let all = 0;
  for (let at = 0; at < text.length; at += PIECE) {
    before.push(all);
    all += beginnings(text.slice(at, at + PIECE));
    if (before.length % PIECES_PER_STEP === 0) yield;
  }
  return new PiecedCharacters(text, before, all);
}

const PIECES_PER_STEP = 4;

/** What is to be counted or cut in a long text, once it is known whether that is simple. */
export function measured<T>(
  context: EvaluationContext,
  text: string,
  compute: (by: CharacterMeasure) => T,
): T {
  return longCall(context, function* looked() {
    return compute(yield* measureSteps(text));
  });
}

/** The same for what is made of two texts. */
export function bothMeasured<T>(
  context: EvaluationContext,
  [a, b]: readonly [string, string],
  compute: (byA: CharacterMeasure, byB: CharacterMeasure) => T,
): T {
  return longCall(context, function* looked() {
    return compute(yield* measureSteps(a), yield* measureSteps(b));
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
  if (!SURROGATE.test(text)) return detached(text.slice(start, end), text);
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
  if (text.length <= limit && octetCount(text) <= limit) return text;
  let bytes = 0;
  let result = "";
  for (const character of text.slice(0, limit + 1)) {
    bytes += octetCount(character);
    if (bytes > limit) break;
    result += character;
  }
  return result;
}
