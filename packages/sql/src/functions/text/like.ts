/**
 * LIKE, ILIKE and the escape functions: the matching algorithm of PostgreSQL's like_match.c, so that
 * its errors appear for exactly the same inputs.
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { danglingEscape } from "../errors.ts";
import { LONG, PLAIN_STEP, longCall, mapPieces } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { characterCount } from "../../values/text-order.ts";
import { characters, lowerText } from "./characters.ts";
import { likeSteps } from "./long-like.ts";
import type { SearchedText } from "./long-search.ts";
import { similarToEscape } from "./similar.ts";

const PERCENT = 37;
const UNDERSCORE = 95;
const BACKSLASH = 92;

/** What LIKE needs of a text: its units, and how far one character reaches. */
interface Units {
  readonly length: number;
  at(index: number): number;
  next(index: number): number;
}

class StringUnits implements Units {
  readonly #text: string;
  readonly length: number;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
  }

  at(index: number): number {
    return this.#text.charCodeAt(index);
  }

  next(index: number): number {
    const unit = this.#text.charCodeAt(index);
    return unit >= 0xd800 && unit < 0xdc00 ? index + 2 : index + 1;
  }
}

class ByteUnits implements Units {
  readonly #bytes: Uint8Array;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  at(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  next(index: number): number {
    return index + 1;
  }
}

/** Abort means that no longer text can match either, which stops the search of an outer percent. */
type Verdict = "match" | "mismatch" | "abort";

function matchFrom(text: Units, textStart: number, pattern: Units, patternStart: number): Verdict {
  let t = textStart;
  let p = patternStart;
  while (t < text.length && p < pattern.length) {
    const unit = pattern.at(p);
    if (unit === PERCENT) return matchPercent(text, t, pattern, p + 1);
    if (unit === UNDERSCORE) {
      t = text.next(t);
      p++;
      continue;
    }
    if (unit === BACKSLASH) p++;
    if (p >= pattern.length) throw danglingEscape();
    if (pattern.at(p) !== text.at(t)) return "mismatch";
    t++;
    p++;
  }
  if (t < text.length) return "mismatch";
  while (p < pattern.length && pattern.at(p) === PERCENT) p++;
  return p >= pattern.length ? "match" : "abort";
}

function matchPercent(text: Units, textAt: number, pattern: Units, patternAt: number): Verdict {
  let t = textAt;
  let p = patternAt;
  for (; p < pattern.length; p++) {
    const unit = pattern.at(p);
    if (unit === UNDERSCORE) {
      if (t >= text.length) return "abort";
      t = text.next(t);
    } else if (unit !== PERCENT) break;
  }
  if (p >= pattern.length) return "match";
  return searchLiteral(text, t, pattern, p);
}

function searchLiteral(text: Units, textAt: number, pattern: Units, p: number): Verdict {
  const escaped = pattern.at(p) === BACKSLASH;
  if (escaped && p + 1 >= pattern.length) throw danglingEscape();
  const first = pattern.at(escaped ? p + 1 : p);
  for (let t = textAt; t < text.length; t = text.next(t)) {
    if (text.at(t) !== first) continue;
    const verdict = matchFrom(text, t, pattern, p);
    if (verdict !== "mismatch") return verdict;
  }
  return "abort";
}

export function like(text: string, pattern: string): boolean {
  if (pattern === "%") return true;
  return matchFrom(new StringUnits(text), 0, new StringUnits(pattern), 0) === "match";
}

function likeBytes(text: Uint8Array, pattern: Uint8Array): boolean {
  return matchFrom(new ByteUnits(text), 0, new ByteUnits(pattern), 0) === "match";
}

function isShort(text: string, pattern: string): boolean {
  return text === "" || (text.length <= LONG && pattern.length <= LONG);
}

function isLike(context: EvaluationContext, text: string, pattern: string): boolean {
  if (isShort(text, pattern)) return like(text, pattern);
  return longCall(context, () => likeSteps(text, pattern));
}

/** The cases of a long text are those of its pieces. */
function isLikeIgnoringCase(context: EvaluationContext, text: string, pattern: string): boolean {
  if (isShort(text, pattern)) return like(lowerText(text), lowerText(pattern));
  return longCall(context, () => likeLowerSteps(text, pattern));
}

function* likeLowerSteps(text: string, pattern: string): Steps<boolean> {
  return yield* likeSteps(inLowerCase(text), yield* mapPieces(pattern, PLAIN_STEP, lowerText));
}

function inLowerCase(text: string): SearchedText {
  return { length: text.length, slice: (from, to) => lowerText(text.slice(from, to)) };
}

function isLikeBytes(context: EvaluationContext, text: Uint8Array, pattern: Uint8Array): boolean {
  if (text.length <= LONG) return likeBytes(text, pattern);
  const searched = Buffer.from(text.buffer, text.byteOffset, text.length);
  const slice = (from: number, to: number): string => searched.toString("latin1", from, to);
  return longCall(context, () =>
    likeSteps({ length: text.length, slice }, Buffer.from(pattern).toString("latin1")),
  );
}

function invalidEscape(): SqlError {
  return new SqlError("22025", "invalid escape string", {
    hint: "Escape string must be empty or one character.",
  });
}

/** Rewrites a pattern from its own escape character to the backslash. */
function likeEscape(pattern: string, escape: string): string {
  if (escape === "") return pattern.replaceAll("\\", "\\\\");
  if (characterCount(escape) !== 1) throw invalidEscape();
  if (escape === "\\") return pattern;
  let result = "";
  let afterEscape = false;
  for (const character of characters(pattern)) {
    if (character === escape && !afterEscape) {
      result += "\\";
      afterEscape = true;
    } else {
      result += character === "\\" && !afterEscape ? "\\\\" : character;
      afterEscape = false;
    }
  }
  return result;
}

function likeEscapeBytes(pattern: Uint8Array, escape: Uint8Array): Uint8Array {
  const source = Buffer.from(pattern).toString("latin1");
  const rewritten = likeEscape(source, Buffer.from(escape).toString("latin1"));
  return Uint8Array.from(rewritten, (unit) => unit.charCodeAt(0));
}

const operators: Record<string, Implementation> = {
  textlike: isLike,
  textnlike: (context, a: string, b: string) => !isLike(context, a, b),
  namelike: isLike,
  namenlike: (context, a: string, b: string) => !isLike(context, a, b),
  texticlike: isLikeIgnoringCase,
  texticnlike: (context, a: string, b: string) => !isLikeIgnoringCase(context, a, b),
  nameiclike: isLikeIgnoringCase,
  nameicnlike: (context, a: string, b: string) => !isLikeIgnoringCase(context, a, b),
  bytealike: isLikeBytes,
  byteanlike: (context, a: Uint8Array, b: Uint8Array) => !isLikeBytes(context, a, b),
  like_escape: (_, pattern: string, escape: string) => likeEscape(pattern, escape),
  like_escape_bytea: (_, pattern: Uint8Array, escape: Uint8Array) =>
    likeEscapeBytes(pattern, escape),
  similar_to_escape_1: (_, pattern: string) => similarToEscape(pattern, "\\"),
  similar_to_escape_2: (_, pattern: string, escape: string) => similarToEscape(pattern, escape),
  similar_escape: (_, pattern: string | null, escape: string | null) =>
    pattern === null ? null : similarToEscape(pattern, escape ?? "\\"),
};

export function registerLike(): void {
  registerFunctions(operators);
}
