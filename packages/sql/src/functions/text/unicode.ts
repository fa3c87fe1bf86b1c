/**
 * unistr(), normalize() and IS NORMALIZED.
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, flatten, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";
import { invalidParameter } from "../errors.ts";

const FORMS = new Set(["NFC", "NFD", "NFKC", "NFKD"]);

function form(name: string): string {
  const upper = name.toUpperCase();
  if (FORMS.has(upper)) return upper;
  throw invalidParameter(`invalid normalization form: ${name}`);
}

function syntaxError(message: string, hint?: string): SqlError {
  return new SqlError("42601", message, { hint });
}

const ESCAPE = /^\\(?:\\|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))/;

/** Surrogate halves must come as a pair and are joined. */
function* unistrSteps(text: string): Steps<string> {
  const parts: string[] = [];
  let result = "";
  let high = 0;
  let escapes = 0;
  for (let at = 0; at < text.length;) {
    const backslash = text.indexOf("\\", at);
    if (backslash !== at) {
      if (high !== 0) throw syntaxError("invalid Unicode surrogate pair");
      const end = backslash < 0 ? text.length : backslash;
      result += text.slice(at, end);
      at = end;
      continue;
    }
    const match = ESCAPE.exec(text.slice(at, at + 10));
    if (match === null) throw invalidEscape();
    const digits = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (digits === undefined) {
      if (high !== 0) throw syntaxError("invalid Unicode surrogate pair");
      result += "\\";
    } else {
      const code = codePoint(digits);
      high = joinSurrogate(high, code);
      if (high === 0) result += String.fromCodePoint(pendingOr(code, text, at));
    }
    at += match[0].length;
    if (++escapes % ESCAPES_PER_STEP > 0) continue;
    yield* flatten(result);
    parts.push(result);
    result = "";
    yield;
  }
  if (high !== 0) throw syntaxError("invalid Unicode surrogate pair");
  parts.push(result);
  return parts.join("");
}

const ESCAPES_PER_STEP = 8192;

function invalidEscape(): SqlError {
  return syntaxError(
    "invalid Unicode escape",
    "Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.",
  );
}

function unistr(context: EvaluationContext, text: string): string {
  return text.length <= LONG
    ? toEnd(unistrSteps(text))
    : longCall(context, () => unistrSteps(text));
}

function codePoint(digits: string): number {
  const code = parseInt(digits, 16);
  if (code >= 1 && code <= 0x10ffff) return code;
  const shown = code.toString(16).toUpperCase().padStart(4, "0");
  throw new SqlError("22023", `invalid Unicode code point: ${shown}`);
}

/** The first half while it waits for the second, else 0. */
function joinSurrogate(high: number, code: number): number {
  const isHigh = code >= 0xd800 && code <= 0xdbff;
  const isLow = code >= 0xdc00 && code <= 0xdfff;
  if (high !== 0 ? !isLow : isLow) throw syntaxError("invalid Unicode surrogate pair");
  return isHigh ? code : 0;
}

/** A low half closes the pair whose high half ended just before it. */
function pendingOr(code: number, text: string, at: number): number {
  if (code < 0xdc00 || code > 0xdfff) return code;
  const before = /([0-9A-Fa-f]{4})$/.exec(text.slice(Math.max(0, at - 4), at))?.[1] ?? "d800";
  return ((parseInt(before, 16) - 0xd800) << 10) + (code - 0xdc00) + 0x10000;
}

/**
 * In front of these a text can be cut: they combine with nothing before them, in any form. There are
 * more; where a text has none of them within a piece, the piece is longer.
 */
// oxlint-disable-next-line no-control-regex -- the whole ASCII range
const BEGINNING = /[\0-\u02ff\u0400-\u0482\u4e00-\u9fff\uac00-\ud7a3]/g;

/** Pieces that are normalized by themselves. */
function* normalizablePieces(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    BEGINNING.lastIndex = Math.min(text.length, at + NORMALIZED_PER_STEP);
    const end = BEGINNING.exec(text)?.index ?? text.length;
    yield text.slice(at, end);
    at = end;
  }
}

const NORMALIZED_PER_STEP = 1 << 17;

function normalize(context: EvaluationContext, text: string, name: string): string {
  const wanted = form(name);
  if (text.length <= LONG) return text.normalize(wanted);
  return longCall(context, function* normalized() {
    yield* flatten(text);
    let result = "";
    for (const piece of normalizablePieces(text)) {
      result += piece.normalize(wanted);
      yield;
    }
    return result;
  });
}

function isNormalized(context: EvaluationContext, text: string, name: string): boolean {
  const wanted = form(name);
  if (text.length <= LONG) return text.normalize(wanted) === text;
  return longCall(context, function* compared() {
    yield* flatten(text);
    for (const piece of normalizablePieces(text)) {
      if (piece.normalize(wanted) !== piece) return false;
      yield;
    }
    return true;
  });
}

export function registerUnicode(): void {
  registerFunctions({
    unistr,
    unicode_normalize_func: normalize,
    unicode_is_normalized: isNormalized,
  });
}
