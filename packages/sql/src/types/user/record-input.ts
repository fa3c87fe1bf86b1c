/** The text of a composite value taken apart: the quoting rules of record_in. */
import type { SqlError } from "@firstlight/common";
import { isSpaceCode } from "../../values/numeric.ts";

type Refuse = (detail: string) => SqlError;

const QUOTE = 34;
const OPEN = 40;
const CLOSE = 41;
const COMMA = 44;
const BACKSLASH = 92;

interface Field {
  /** Null for nothing at all between two commas. */
  readonly text: string | null;
  readonly end: number;
}

/** One field from `start` up to its comma or parenthesis; quotes may begin and end anywhere in it. */
/** Where the characters end that mean themselves. */
function endOfRun(text: string, from: number, quoted: boolean): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH || code === QUOTE) break;
    if (!quoted && (code === COMMA || code === CLOSE)) break;
  }
  return at;
}

function readField(text: string, start: number, refuse: Refuse): Field {
  const first = text.charCodeAt(start);
  if (first === COMMA || first === CLOSE) return { text: null, end: start };
  let result = "";
  let quoted = false;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (!quoted && (code === COMMA || code === CLOSE)) return { text: result, end: at };
    if (at >= text.length) throw refuse("Unexpected end of input.");
    at++;
    if (code === BACKSLASH) {
      if (at >= text.length) throw refuse("Unexpected end of input.");
      result += text.charAt(at++);
    } else if (code !== QUOTE) {
      const from = at - 1;
      at = endOfRun(text, at, quoted);
      result += text.slice(from, at);
    } else if (!quoted) {
      quoted = true;
    } else if (text.charCodeAt(at) === QUOTE) {
      result += '"';
      at++;
    } else {
      quoted = false;
    }
  }
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (isSpaceCode(text.charCodeAt(at))) at++;
  return at;
}

/** The texts of exactly `count` fields, null for NULL. */
export function splitRecord(
  text: string,
  count: number,
  refuse: Refuse,
): readonly (string | null)[] {
  let at = skipSpaces(text, 0);
  if (text.charCodeAt(at) !== OPEN) throw refuse("Missing left parenthesis.");
  at++;
  const fields: (string | null)[] = [];
  while (fields.length < count) {
    if (fields.length > 0) {
      if (text.charCodeAt(at) !== COMMA) throw refuse("Too few columns.");
      at++;
    }
    const field = readField(text, at, refuse);
    fields.push(field.text);
    at = field.end;
  }
  if (text.charCodeAt(at) !== CLOSE) throw refuse("Too many columns.");
  at = skipSpaces(text, at + 1);
  if (at < text.length) throw refuse("Junk after right parenthesis.");
  return fields;
}
