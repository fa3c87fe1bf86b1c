/**
 * Text to array: array_in of PostgreSQL 16 with its error details. One pass over the text; the
 * shape is checked as the braces close.
 */
import { SqlError } from "@firstlight/common";
import { mapElements } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import { ARRAY_DIMENSIONS_MAX, emptyArray, makeArrayWithDims } from "./array.ts";
import type { ArrayValue, Datum } from "./datum.ts";
import { isSpaceCode } from "./numeric.ts";

type State =
  | "start"
  | "levelStarted"
  | "elementDone"
  | "elementDelimited"
  | "levelDone"
  | "levelDelimited";

/** Braces, commas and elements that one step reads. */
const TOKENS_PER_STEP = 8192;
/** Of one element. */
const CHARACTERS_PER_STEP = 1 << 18;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** An element of which a part was read. */
interface BegunElement {
  readonly quoted: boolean;
  value: string;
  /** Characters that count. */
  kept: number;
  escaped: boolean;
}

type Bounds = readonly { readonly lower: number; readonly upper: number }[] | undefined;

export class ArrayParser {
  readonly #text: string;
  readonly #elementType: number;
  readonly #input: (text: string) => Datum;
  #at = 0;
  #state: State = "start";
  #depth = 0;
  #deepest = 0;
  readonly #counts: number[] = [];
  /** Size of each level as its first complete sub-array had it. */
  readonly #sizes: (number | undefined)[] = [];
  /** Texts of the elements: read only once the whole shape is known to be right. */
  readonly #elements: (string | null)[] = [];
  #bracesAt = 0;
  #begun: BegunElement | undefined;

  constructor(text: string, elementType: number, input: (text: string) => Datum) {
    this.#text = text;
    this.#elementType = elementType;
    this.#input = input;
  }

  parse(): ArrayValue {
    const bounds = this.#bounds();
    this.#bracesAt = this.#at;
    while (!this.#levels(TOKENS_PER_STEP));
    const dims = this.#dimensions(bounds);
    const elements = this.#elements.map((part) => this.#read(part));
    return this.#made(bounds, dims, elements);
  }

  /** The same in steps. */
  *steps(): Steps<ArrayValue> {
    const bounds = this.#bounds();
    this.#bracesAt = this.#at;
    while (!this.#levels(TOKENS_PER_STEP)) yield;
    const dims = this.#dimensions(bounds);
    const elements = yield* mapElements(this.#elements, (part) => this.#read(part));
    return this.#made(bounds, dims, elements);
  }

  #read(part: string | null): Datum {
    return part === null ? null : this.#input(part);
  }

  #dimensions(bounds: Bounds): readonly number[] {
    this.#skipSpaces();
    if (this.#at < this.#text.length) throw this.#malformed("Junk after closing right brace.");
    const dims = this.#sizes.slice(0, this.#deepest).map((size) => size ?? 0);
    const empty = this.#elements.length === 0;
    if (bounds !== undefined) this.#checkBounds(bounds, empty ? [] : dims);
    return dims;
  }

  #made(bounds: Bounds, dims: readonly number[], elements: readonly Datum[]): ArrayValue {
    if (elements.length === 0) return emptyArray(this.#elementType);
    const lower = bounds?.map((bound) => bound.lower) ?? dims.map(() => 1);
    return makeArrayWithDims(this.#elementType, dims, lower, elements);
  }

  #malformed(detail: string): SqlError {
    return new SqlError("22P02", `malformed array literal: "${this.#text.slice(this.#bracesAt)}"`, {
      detail,
    });
  }

  #skipSpaces(): void {
    while (isSpaceCode(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** "[1:2][0:3]=" before the braces. */
  #bounds(): readonly { lower: number; upper: number }[] | undefined {
    const bounds: { lower: number; upper: number }[] = [];
    for (;;) {
      this.#skipSpaces();
      if (this.#text.charAt(this.#at) !== "[") break;
      this.#at++;
      if (bounds.length >= ARRAY_DIMENSIONS_MAX) throw tooManyDimensions(bounds.length + 1);
      bounds.push(this.#bound());
    }
    if (bounds.length === 0) {
      if (this.#text.charAt(this.#at) !== "{") {
        throw this.#malformed('Array value must start with "{" or dimension information.');
      }
      return undefined;
    }
    if (this.#text.charAt(this.#at) !== "=") {
      throw this.#malformed('Missing "=" after array dimensions.');
    }
    this.#at++;
    this.#skipSpaces();
    if (this.#text.charAt(this.#at) !== "{") {
      throw this.#malformed('Array contents must start with "{".');
    }
    return bounds;
  }

  #bound(): { lower: number; upper: number } {
    let lower = 1;
    let upper = this.#boundNumber('"[" must introduce explicitly-specified array dimensions.');
    if (this.#text.charAt(this.#at) === ":") {
      this.#at++;
      lower = upper;
      upper = this.#boundNumber("Missing array dimension value.");
    }
    if (this.#text.charAt(this.#at) !== "]") {
      throw this.#malformed('Missing "]" after array dimensions.');
    }
    this.#at++;
    if (upper < lower) {
      throw new SqlError("2202E", "upper bound cannot be less than lower bound");
    }
    return { lower, upper };
  }

  #boundNumber(missing: string): number {
    const digits = /^[+-]?\d+/.exec(this.#text.slice(this.#at, this.#at + 24))?.[0];
    if (digits === undefined) throw this.#malformed(missing);
    this.#at += digits.length;
    const value = Number(digits);
    if (value > 2147483647 || value < -2147483648) {
      throw new SqlError("22003", "array bound is out of integer range");
    }
    return value;
  }

  #checkBounds(bounds: readonly { lower: number; upper: number }[], dims: readonly number[]): void {
    const matches =
      bounds.length === dims.length &&
      bounds.every((bound, i) => bound.upper - bound.lower + 1 === dims[i]);
    if (!matches) {
      this.#bracesAt = 0;
      throw this.#malformed("Specified array dimensions do not match array contents.");
    }
  }

  /** So many braces, commas and elements; true at the end of the outermost level. */
  #levels(tokens: number): boolean {
    if (this.#begun !== undefined && !this.#readOn(this.#begun)) return false;
    let state = this.#state;
    for (let left = tokens; left > 0 && this.#begun === undefined; left--) {
      this.#skipSpaces();
      const character = this.#text.charAt(this.#at);
      switch (character) {
        case "":
          throw this.#malformed("Unexpected end of input.");
        case "{":
          state = this.#open(state);
          break;
        case "}":
          state = this.#close(state);
          break;
        case ",":
          state = this.#delimit(state);
          break;
        default:
          state = this.#element(state, character);
      }
      if (this.#depth === 0) return true;
    }
    this.#state = state;
    return false;
  }

  #unexpected(character: string): SqlError {
    return this.#malformed(`Unexpected "${character}" character.`);
  }

  #open(state: State): State {
    if (state !== "start" && state !== "levelStarted" && state !== "levelDelimited") {
      throw this.#unexpected("{");
    }
    if (this.#depth >= ARRAY_DIMENSIONS_MAX) throw tooManyDimensions(this.#depth + 1);
    this.#at++;
    this.#counts[this.#depth] = 0;
    this.#depth++;
    if (this.#depth > this.#deepest && this.#elements.length > 0) throw this.#ragged();
    this.#deepest = Math.max(this.#deepest, this.#depth);
    return "levelStarted";
  }

  #close(state: State): State {
    const empty = state === "levelStarted" && this.#depth === 1;
    if (state !== "elementDone" && state !== "levelDone" && !empty) throw this.#unexpected("}");
    this.#at++;
    this.#depth--;
    const count = this.#counts[this.#depth] as number;
    const expected = this.#sizes[this.#depth];
    if (expected !== undefined && expected !== count) throw this.#ragged();
    this.#sizes[this.#depth] = count;
    if (this.#depth > 0) this.#counts[this.#depth - 1] = (this.#counts[this.#depth - 1] ?? 0) + 1;
    return "levelDone";
  }

  #ragged(): SqlError {
    return this.#malformed(
      "Multidimensional arrays must have sub-arrays with matching dimensions.",
    );
  }

  #delimit(state: State): State {
    if (state !== "elementDone" && state !== "levelDone") throw this.#unexpected(",");
    this.#at++;
    return state === "elementDone" ? "elementDelimited" : "levelDelimited";
  }

  #element(state: State, first: string): State {
    if (state !== "levelStarted" && state !== "elementDelimited") {
      throw first === "\\" ? this.#unexpected("\\") : this.#malformed("Unexpected array element.");
    }
    if (this.#sizes[this.#depth] !== undefined || this.#depth < this.#deepest) throw this.#ragged();
    const quoted = first === '"';
    if (quoted) this.#at++;
    const element = { quoted, value: "", kept: 0, escaped: false };
    if (!this.#readOn(element)) this.#begun = element;
    return "elementDone";
  }

  /** Goes on with the element that was begun; whether it is complete. */
  #readOn(element: BegunElement): boolean {
    const end = Math.min(this.#text.length, this.#at + CHARACTERS_PER_STEP);
    if (!(element.quoted ? this.#quoted(element, end) : this.#bare(element, end))) {
      if (this.#at >= this.#text.length) throw this.#malformed("Unexpected end of input.");
      return false;
    }
    this.#begun = undefined;
    this.#elements.push(valueOf(element));
    this.#counts[this.#depth - 1] = (this.#counts[this.#depth - 1] ?? 0) + 1;
    return true;
  }

  #quoted(element: BegunElement, end: number): boolean {
    const text = this.#text;
    let from = this.#at;
    let at = from;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code !== QUOTE && code !== BACKSLASH) continue;
      element.value += text.slice(from, at);
      this.#at = at + 1;
      if (code === QUOTE) return true;
      element.value += text.charAt(++at);
      from = at + 1;
    }
    element.value += text.slice(from, at);
    this.#at = at;
    return false;
  }

  /** Up to the delimiter; blanks at its end do not count unless escaped. */
  #bare(element: BegunElement, end: number): boolean {
    const text = this.#text;
    let from = this.#at;
    let kept = from;
    let at = from;
    const keep = (): void => {
      if (kept > from) element.kept = element.value.length + kept - from;
      element.value += text.slice(from, at);
    };
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === COMMA || code === CLOSE) break;
      if (code === OPEN) throw this.#unexpected("{");
      if (code === QUOTE) throw this.#malformed("Unexpected array element.");
      if (code === BACKSLASH) {
        keep();
        element.escaped = true;
        element.value += text.charAt(++at);
        element.kept = element.value.length;
        from = at + 1;
        kept = from;
      } else if (!isSpaceCode(code)) kept = at + 1;
    }
    keep();
    this.#at = at;
    return at < end;
  }
}

/** Of quoted ones all is kept. */
function valueOf({ quoted, value, kept, escaped }: BegunElement): string | null {
  if (quoted) return value;
  const text = kept === value.length ? value : value.slice(0, kept);
  const isNull = !escaped && text.length === 4 && text.toUpperCase() === "NULL";
  return isNull ? null : text;
}

function tooManyDimensions(count: number): SqlError {
  return new SqlError(
    "54000",
    `number of array dimensions (${count}) exceeds the maximum allowed (${ARRAY_DIMENSIONS_MAX})`,
  );
}
