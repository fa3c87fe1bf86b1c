/** Ranges and multiranges as text: range_in, range_out, multirange_in and multirange_out. */
import { SqlError } from "@firstlight/common";
import type { Steps } from "../functions/long-call.ts";
import { isSpaceCode } from "./numeric.ts";

/** A bound that is undefined is infinite. */
export interface RangeText {
  readonly empty: boolean;
  readonly lower: string | undefined;
  readonly upper: string | undefined;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

function malformed(what: string, text: string, detail: string): SqlError {
  return new SqlError("22P02", `malformed ${what} literal: "${text}"`, { detail });
}

const EMPTY: RangeText = {
  empty: true,
  lower: undefined,
  upper: undefined,
  lowerInclusive: false,
  upperInclusive: false,
};

class RangeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(detail: string): SqlError {
    return malformed("range", this.#text, detail);
  }

  #spaces(): void {
    while (isSpaceCode(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #end(detail: string): void {
    this.#spaces();
    if (this.#at < this.#text.length) throw this.#fail(detail);
  }

  /** Consumes the next character if it is one of `characters`. */
  #take(characters: string): string | undefined {
    const next = this.#text[this.#at];
    if (next === undefined || !characters.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  read(): RangeText {
    this.#spaces();
    if (this.#text.slice(this.#at, this.#at + 5).toLowerCase() === "empty") {
      this.#at += 5;
      this.#end('Junk after "empty" keyword.');
      return EMPTY;
    }
    const open = this.#take("[(");
    if (open === undefined) throw this.#fail("Missing left parenthesis or bracket.");
    const lower = this.#bound();
    if (this.#take(",") === undefined) throw this.#fail("Missing comma after lower bound.");
    const upper = this.#bound();
    const close = this.#take("])");
    if (close === undefined) throw this.#fail("Too many commas.");
    this.#end("Junk after right parenthesis or bracket.");
    return {
      empty: false,
      lower,
      upper,
      lowerInclusive: open === "[",
      upperInclusive: close === "]",
    };
  }

  #bound(): string | undefined {
    const { length } = this.#text;
    if (this.#at < length && ",)]".includes(this.#text[this.#at] ?? "")) return undefined;
    let bound = "";
    let quoted = false;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) throw this.#fail("Unexpected end of input.");
      if (!quoted && ",)]".includes(next)) return bound;
      this.#at++;
      if (next === "\\") {
        if (this.#at === length) throw this.#fail("Unexpected end of input.");
        bound += this.#text[this.#at++];
      } else if (next !== '"') {
        bound += next;
      } else if (quoted && this.#text[this.#at] === '"') {
        bound += '"';
        this.#at++;
      } else {
        quoted = !quoted;
      }
    }
  }
}

export function readRange(text: string): RangeText {
  return new RangeReader(text).read();
}

const SPECIAL = /["\\()[\],\s]/;

function boundText(bound: string | undefined): string {
  if (bound === undefined) return "";
  if (bound !== "" && !SPECIAL.test(bound)) return bound;
  return `"${bound.replace(/["\\]/g, "$&$&")}"`;
}

export function writeRange(range: RangeText): string {
  if (range.empty) return "empty";
  const open = range.lowerInclusive ? "[" : "(";
  const close = range.upperInclusive ? "]" : ")";
  return `${open}${boundText(range.lower)},${boundText(range.upper)}${close}`;
}

/** The end of the range that starts at `from`, -1 when the text ends first. */
function rangeEnd(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "]" || character === ")")) return at + 1;
  }
  return -1;
}

/** Ranges read between two looks at the clock. */
const RANGES_PER_STEP = 512;

/** Reads the ranges between the braces with `read` as they come; empty ones are left out. */
export function* readMultirange<T>(text: string, read: (part: string) => T): Steps<readonly T[]> {
  const fail = (detail: string): SqlError => malformed("multirange", text, detail);
  const parts: T[] = [];
  let at = 0;
  const spaces = (): void => {
    while (isSpaceCode(text.charCodeAt(at))) at++;
  };
  const finish = (): readonly T[] => {
    at++;
    spaces();
    if (at < text.length) throw fail("Junk after closing right brace.");
    return parts;
  };
  spaces();
  if (text[at++] !== "{") throw fail("Missing left brace.");
  spaces();
  if (text[at] === "}") return finish();
  for (;;) {
    spaces();
    if (at >= text.length) throw fail("Unexpected end of input.");
    if (text[at] === "[" || text[at] === "(") {
      const end = rangeEnd(text, at);
      if (end < 0) throw fail("Unexpected end of input.");
      parts.push(read(text.slice(at, end)));
      at = end;
      if (parts.length % RANGES_PER_STEP === RANGES_PER_STEP - 1) yield;
    } else if (text.slice(at, at + 5).toLowerCase() === "empty") at += 5;
    else throw fail("Expected range start.");
    spaces();
    if (at >= text.length) throw fail("Unexpected end of input.");
    if (text[at] === "}") return finish();
    if (text[at] !== ",") throw fail("Expected comma or end of multirange.");
    at++;
  }
}
