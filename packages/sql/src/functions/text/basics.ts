/**
 * Everyday functions of text: lengths, case, parts of a string, padding, trimming, replacing.
 * Positions and lengths count characters, never UTF-16 units.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import {
  LONG,
  PLAIN_STEP,
  countPieces,
  flatten,
  longCall,
  mapPieces,
  piecesOf,
  toEnd,
} from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { invalidParameter, outOfRange, tooLarge } from "../errors.ts";
import type { CharacterMeasure } from "./characters.ts";
import {
  ANY_CHARACTERS,
  bothMeasured,
  characters,
  lowerText,
  measured,
  octetCount,
  upperText,
} from "./characters.ts";
import { detached } from "./detached.ts";
import { indexOfSteps, placesOf } from "./long-search.ts";
import { BOTH, LEFT, RIGHT, trimmed } from "./trim.ts";
import { characterCount, trimBlanks } from "../../values/text-order.ts";

/** A JavaScript string cannot be longer than about 2^29 units. */
const MAX_LENGTH = 0x1fffffe8;

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw tooLarge("requested length too large");
}

function negativeLength(): SqlError {
  return new SqlError("22011", "negative substring length not allowed");
}

export function substring(
  text: string,
  start: number,
  length?: number,
  by: CharacterMeasure = ANY_CHARACTERS,
): string {
  if (length !== undefined && length < 0) throw negativeLength();
  const end = length === undefined ? Infinity : start + length;
  if (end < 1) return "";
  return by.slice(text, Math.max(start, 1) - 1, end - 1);
}

function overlay(
  text: string,
  replacement: string,
  [start, length]: readonly [number, number],
  by: CharacterMeasure = ANY_CHARACTERS,
): string {
  if (start <= 0) throw negativeLength();
  if (start + length > 2147483647) throw outOfRange("integer");
  const before = substring(text, 1, start - 1, by);
  return before + replacement + substring(text, start + length, undefined, by);
}

/** 1-based position in characters, 0 when absent. */
function position(context: EvaluationContext, text: string, search: string): number {
  if (text.length > LONG) return longCall(context, () => positionSteps(text, search));
  const at = text.indexOf(search);
  return at < 0 ? 0 : characterCount(text.slice(0, at)) + 1;
}

function* positionSteps(text: string, search: string): Steps<number> {
  yield* flatten(text, search);
  const at = yield* indexOfSteps(text, search, 0);
  return at < 0 ? 0 : (yield* countPieces(text.slice(0, at), COUNT_STEP, characterCount)) + 1;
}

function startsWith(context: EvaluationContext, text: string, prefix: string): boolean {
  if (text.length <= LONG) return text.startsWith(prefix);
  return longCall(context, function* begins() {
    yield* flatten(text, prefix);
    return text.startsWith(prefix);
  });
}

function firstCode(context: EvaluationContext, text: string): number {
  if (text.length <= LONG) return text.codePointAt(0) ?? 0;
  return longCall(context, function* first() {
    yield* flatten(text);
    return text.codePointAt(0) ?? 0;
  });
}

type Padding = readonly [body: string, pad: string];

function padding(
  text: string,
  length: number,
  fill: string,
  by: CharacterMeasure = ANY_CHARACTERS,
  byFill: CharacterMeasure = ANY_CHARACTERS,
): Padding {
  const wanted = Math.max(length, 0);
  checkLength(wanted);
  const missing = wanted - by.count(text);
  if (missing <= 0) return [by.slice(text, 0, wanted), ""];
  if (fill === "") return [text, ""];
  const fillLength = byFill.count(fill);
  const times = Math.floor(missing / fillLength);
  checkLength((times + 1) * fill.length);
  return [text, fill.repeat(times) + byFill.slice(fill, 0, missing - times * fillLength)];
}

function padded(
  context: EvaluationContext,
  text: string,
  length: number,
  fill: string,
  join: (padding: Padding) => string,
): string {
  return bothMeasured(context, [text, fill], (by, byFill) =>
    join(padding(text, length, fill, by, byFill)),
  );
}

const padLeft = ([body, pad]: Padding): string => pad + body;
const padRight = ([body, pad]: Padding): string => body + pad;

const lpad: Implementation = (context, text: string, length: number, fill: string) =>
  text.length > LONG || fill.length > LONG
    ? padded(context, text, length, fill, padLeft)
    : padLeft(padding(text, length, fill));
const rpad: Implementation = (context, text: string, length: number, fill: string) =>
  text.length > LONG || fill.length > LONG
    ? padded(context, text, length, fill, padRight)
    : padRight(padding(text, length, fill));

/** The first target of a character counts. */
function* translationTable(from: string, to: string): Steps<ReadonlyMap<string, string>> {
  const map = new Map<string, string>();
  const targets = to[Symbol.iterator]();
  let count = 0;
  for (const character of from) {
    const target = targets.next().value ?? "";
    if (!map.has(character)) map.set(character, target);
    if (++count % PLAIN_STEP === 0) yield;
  }
  return map;
}

function translate(context: EvaluationContext, text: string, from: string, to: string): string {
  if (text.length <= LONG && from.length <= LONG) {
    return translation(toEnd(translationTable(from, to)), false)(text);
  }
  return longCall(context, function* translated() {
    yield* flatten(text, from, to);
    const map = yield* translationTable(from, to);
    return yield* mapPieces(text, PLAIN_STEP, translation(map, true));
  });
}

function translation(map: ReadonlyMap<string, string>, isLong: boolean): (text: string) => string {
  // Joined at once: what is added one by one is kept as so many parts until it is looked at.
  const byCharacter = (text: string): string =>
    Array.from(text, (character) => map.get(character) ?? character).join("");
  return isLong ? (byteTranslation(map) ?? byCharacter) : byCharacter;
}

/** By way of bytes where all are of Latin-1, which a table of them translates. */
function byteTranslation(map: ReadonlyMap<string, string>): ((text: string) => string) | undefined {
  const table = new Int16Array(256).map((_, code) => code);
  for (const [from, to] of map) {
    if (!isLatin1(from) || !isLatin1(to)) return undefined;
    table[from.charCodeAt(0)] = to === "" ? -1 : to.charCodeAt(0);
  }
  const each = (character: string): string => map.get(character) ?? character;
  return (text) => {
    if (!isLatin1(text)) return characters(text).map(each).join("");
    const bytes = Buffer.from(text, "latin1");
    let length = 0;
    for (let at = 0; at < bytes.length; at++) {
      const code = table[bytes[at] ?? 0] ?? -1;
      if (code >= 0) bytes[length++] = code;
    }
    return bytes.toString("latin1", 0, length);
  };
}

const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

function isLatin1(text: string): boolean {
  return !BEYOND_LATIN_1.test(text);
}

function replaceAll(context: EvaluationContext, text: string, from: string, to: string): string {
  if (text === "" || from === "") return text;
  if (text.length <= LONG) return text.split(from).join(to);
  return longCall(context, function* replaced() {
    const done: string[] = [];
    const parts: string[] = [];
    let copied = 0;
    yield* flatten(text);
    for (const at of placesOf(text, from)) {
      if (at !== undefined) {
        parts.push(text.slice(copied, at), to);
        copied = at + from.length;
        if (parts.length < PLAIN_STEP) continue;
        done.push(parts.splice(0).join(""));
      }
      yield;
    }
    done.push(...parts, text.slice(copied));
    return done.join("");
  });
}

function reversed(context: EvaluationContext, text: string): string {
  const reverse = (piece: string): string => characters(piece).reverse().join("");
  if (text.length <= LONG) return reverse(text);
  return longCall(context, function* pieces() {
    const parts: string[] = [];
    for (const piece of piecesOf(text, PLAIN_STEP)) {
      parts.push(reverse(piece));
      yield;
    }
    return parts.reverse().join("");
  });
}

/** By pieces where the text is long. */
function mapText(context: EvaluationContext, text: string, map: (piece: string) => string): string {
  return text.length <= LONG
    ? map(text)
    : longCall(context, () => mapPieces(text, PLAIN_STEP, map));
}

function countText(
  context: EvaluationContext,
  text: string,
  count: (piece: string) => number,
): number {
  if (text.length <= LONG) return count(text);
  return longCall(context, () => countPieces(text, COUNT_STEP, count));
}

/** Characters counted in one step. */
const COUNT_STEP = 1 << 19;

function splitPart(
  context: EvaluationContext,
  text: string,
  separator: string,
  field: number,
): string {
  if (field === 0) throw invalidParameter("field position must not be zero");
  if (text === "") return "";
  if (separator === "") return field === 1 || field === -1 ? text : "";
  if (text.length <= LONG) return partOfShort(text, separator, field);
  return longCall(context, () =>
    field > 0 ? partFromStart(text, separator, field) : partFromEnd(text, separator, -field),
  );
}

function partOfShort(text: string, separator: string, field: number): string {
  if (field < 0) return text.split(separator).at(field) ?? "";
  let start = 0;
  for (let part = 1; part < field; part++) {
    const end = text.indexOf(separator, start);
    if (end < 0) return "";
    start = end + separator.length;
  }
  const end = text.indexOf(separator, start);
  return detached(text.slice(start, end < 0 ? text.length : end), text);
}

function* partFromStart(text: string, separator: string, field: number): Steps<string> {
  yield* flatten(text);
  let start = 0;
  let part = 1;
  for (const at of placesOf(text, separator)) {
    if (at === undefined) yield;
    else if (part === field) return detached(text.slice(start, at), text);
    else {
      start = at + separator.length;
      if (part++ % PARTS_PER_STEP === 0) yield;
    }
  }
  return part === field ? detached(text.slice(start), text) : "";
}

/** Separators may overlap, and are those that a search from the start finds. */
function* partFromEnd(text: string, separator: string, field: number): Steps<string> {
  yield* flatten(text);
  const starts: number[] = [0];
  for (const at of placesOf(text, separator)) {
    if (at !== undefined) starts.push(at + separator.length);
    if (at === undefined || starts.length % PARTS_PER_STEP === 0) yield;
  }
  const part = starts.length - field;
  const start = starts[part];
  if (start === undefined) return "";
  const next = starts[part + 1];
  const end = next === undefined ? text.length : next - separator.length;
  return detached(text.slice(start, end), text);
}

const PARTS_PER_STEP = 16_384;

function left(text: string, count: number, by: CharacterMeasure = ANY_CHARACTERS): string {
  const end = count >= 0 ? count : Math.max(by.count(text) + count, 0);
  return by.slice(text, 0, end);
}

function right(text: string, count: number, by: CharacterMeasure = ANY_CHARACTERS): string {
  const start = count >= 0 ? Math.max(by.count(text) - count, 0) : -count;
  return by.slice(text, start, Infinity);
}

function repeat(text: string, count: number): string {
  const times = Math.max(count, 0);
  checkLength(text.length * times);
  return text.repeat(times);
}

/** `goesOn`: the text begins within a word. */
function initcap(text: string, goesOn: boolean): string {
  return lowerText(text).replace(/[0-9a-z]+/g, (word, at: number) =>
    goesOn && at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1),
  );
}

function* initcapSteps(text: string): Steps<string> {
  const parts: string[] = [];
  let goesOn = false;
  for (const piece of piecesOf(text, PLAIN_STEP)) {
    const part = initcap(piece, goesOn);
    parts.push(part);
    goesOn = /[0-9A-Za-z]/.test(part.slice(-1));
    yield;
  }
  return parts.join("");
}

function chr(code: number): string {
  if (code < 0) throw invalidParameter("character number must be positive");
  if (code === 0) throw new SqlError("54000", "null character not permitted");
  if (code > 0x10ffff) {
    throw new SqlError("54000", `requested character too large for encoding: ${code}`);
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    throw new SqlError("54000", `requested character not valid for encoding: ${code}`);
  }
  return String.fromCodePoint(code);
}

const lengths: Record<string, Implementation> = {
  textlen: (context, a: string) => countText(context, a, characterCount),
  textoctetlen: (context, a: string) => countText(context, a, octetCount),
  bpcharlen: (context, a: string) => countText(context, trimBlanks(a), characterCount),
  bpcharoctetlen: (context, a: string) => countText(context, a, octetCount),
  "bit_length(text)": (context, a: string) => countText(context, a, octetCount) * 8,
};

const parts: Record<string, Implementation> = {
  text_substr: (context, a: string, start: number, length: number) =>
    a.length > LONG
      ? measured(context, a, (by) => substring(a, start, length, by))
      : substring(a, start, length),
  text_substr_no_len: (context, a: string, start: number) =>
    a.length > LONG
      ? measured(context, a, (by) => substring(a, start, undefined, by))
      : substring(a, start),
  text_left: (context, a: string, count: number) =>
    a.length > LONG ? measured(context, a, (by) => left(a, count, by)) : left(a, count),
  text_right: (context, a: string, count: number) => {
    // The smallest integer has no negative: PostgreSQL then cuts nothing off.
    if (count === -2147483648) return a;
    return a.length > LONG ? measured(context, a, (by) => right(a, count, by)) : right(a, count);
  },
  split_part: (context, a: string, separator: string, n: number) =>
    splitPart(context, a, separator, n),
  textpos: (context, a: string, search: string) => position(context, a, search),
  text_starts_with: startsWith,
  ascii: firstCode,
};

const changes: Record<string, Implementation> = {
  textcat: (_, a: string, b: string) => a + b,
  lower: (context, a: string) => mapText(context, a, lowerText),
  upper: (context, a: string) => mapText(context, a, upperText),
  initcap: (context, a: string) =>
    a.length > LONG ? longCall(context, () => initcapSteps(a)) : initcap(a, false),
  lpad,
  rpad,
  "lpad(text,int4)": (context, a: string, length: number) => lpad(context, a, length, " "),
  "rpad(text,int4)": (context, a: string, length: number) => rpad(context, a, length, " "),
  btrim: (context, a: string, set: string) => trimmed(context, a, set, BOTH),
  ltrim: (context, a: string, set: string) => trimmed(context, a, set, LEFT),
  rtrim: (context, a: string, set: string) => trimmed(context, a, set, RIGHT),
  btrim1: (context, a: string) => trimmed(context, a, " ", BOTH),
  ltrim1: (context, a: string) => trimmed(context, a, " ", LEFT),
  rtrim1: (context, a: string) =>
    a.length > LONG ? trimmed(context, a, " ", RIGHT) : trimBlanks(a),
  translate,
  replace_text: (context, a: string, from: string, to: string) => replaceAll(context, a, from, to),
  repeat: (_, a: string, count: number) => repeat(a, count),
  text_reverse: (context, a: string) => reversed(context, a),
  textoverlay: (context, a: string, b: string, start: number, length: number) =>
    a.length > LONG
      ? measured(context, a, (by) => overlay(a, b, [start, length], by))
      : overlay(a, b, [start, length]),
  textoverlay_no_len: (context, a: string, b: string, start: number) => {
    const cut = [start, characterCount(b)] as const;
    return a.length > LONG
      ? measured(context, a, (by) => overlay(a, b, cut, by))
      : overlay(a, b, cut);
  },
  chr: (_, code: number) => chr(code),
  to_hex32: (_, a: number) => (a >>> 0).toString(16),
  to_hex64: (_, a: bigint) => BigInt.asUintN(64, a).toString(16),
};

export function registerTextBasics(): void {
  registerFunctions(lengths);
  registerFunctions(parts);
  registerFunctions(changes);
}
