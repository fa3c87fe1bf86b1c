/**
 * Where the lines of COPY FROM end, character by character as CopyReadLineText decides it: how the
 * first one ends decides for all. A line without anything special, which is nearly every one, is
 * found by searching for its newline.
 */
import { NextPlace } from "./next-place.ts";

/** The text ends within the line: what comes next goes on with it. */
export const INCOMPLETE = -1;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const POINT = 0x2e;

export type LineEnd = "unknown" | "\n" | "\r\n" | "\r";

export interface LineFormat {
  /** Undefined for the text format. */
  readonly csv: { readonly quote: string; readonly escape: string } | undefined;
  /** What is wrong with the end of the line that is read. */
  fail(message: string, hint?: string): Error;
}

interface Hints {
  readonly literal: "literal" | "unquoted";
  readonly newline: string;
  readonly return: string;
}

const TEXT_HINTS: Hints = {
  literal: "literal",
  newline: 'Use "\\n" to represent newline.',
  return: 'Use "\\r" to represent carriage return.',
};

const CSV_HINTS: Hints = {
  literal: "unquoted",
  newline: "Use quoted CSV field to represent newline.",
  return: "Use quoted CSV field to represent carriage return.",
};

export class LineFinder {
  readonly #format: LineFormat;
  readonly #hints: Hints;
  /** -1 in the text format; an escape that is the quote itself needs no looking after. */
  readonly #quote: number;
  readonly #escape: number;
  /** What may stand in a line that has to be looked at. */
  readonly #returns = new NextPlace("\r");
  readonly #marks: NextPlace;
  lineEnd: LineEnd = "unknown";
  /** 1-based number of the line that is being read, the header counted. */
  line = 0;
  /** The end marker was seen: what follows is not read. */
  ended = false;
  /** Behind the line that was found. */
  next = 0;
  #isAmid = false;
  #inQuotes = false;
  #afterEscape = false;

  constructor(format: LineFormat) {
    const { csv } = format;
    this.#format = format;
    this.#hints = csv === undefined ? TEXT_HINTS : CSV_HINTS;
    this.#quote = csv === undefined ? -1 : csv.quote.charCodeAt(0);
    this.#escape = csv === undefined || csv.escape === csv.quote ? -1 : csv.escape.charCodeAt(0);
    this.#marks = new NextPlace(csv === undefined ? "\\" : csv.quote);
  }

  /** What has been given has part of a line behind its last one. */
  get isAmid(): boolean {
    return this.#isAmid;
  }

  /** Whether text[start, end), within a text that was gone through, has no backslash or quote. */
  isPlain(text: string, start: number, end: number): boolean {
    return this.#marks.from(text, start) >= end;
  }

  /**
   * The end of the line that begins, or goes on, at `start`. A text that is not the last ends with a
   * newline, or with a return that none is behind.
   */
  find(text: string, start: number, isLast: boolean): number {
    if (!this.#isAmid) {
      this.line++;
      const end = this.#plainEnd(text, start);
      if (end !== INCOMPLETE) return end;
    }
    return this.#searched(text, start, isLast);
  }

  #plainEnd(text: string, start: number): number {
    if (this.lineEnd === "\r") return INCOMPLETE;
    const newline = text.indexOf("\n", start);
    if (newline < 0 || this.#marks.from(text, start) < newline) return INCOMPLETE;
    if (this.#quote >= 0 && text.charCodeAt(start) === BACKSLASH) return INCOMPLETE;
    const at = this.#returns.from(text, start);
    if (at < newline - 1) return INCOMPLETE;
    const lineEnd = at === newline - 1 ? "\r\n" : "\n";
    if (this.lineEnd === "unknown") this.lineEnd = lineEnd;
    if (this.lineEnd !== lineEnd) return INCOMPLETE;
    this.next = newline + 1;
    return newline + 1 - lineEnd.length;
  }

  #searched(text: string, start: number, isLast: boolean): number {
    let isFirst = !this.#isAmid;
    this.#isAmid = false;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#quote >= 0) this.#lookForQuotes(code);
      if (!this.#inQuotes && (code === RETURN || code === NEWLINE)) {
        const length = code === RETURN ? this.#returnEnds(text, at) : this.#newlineEnds();
        return this.#found(at, at + length);
      }
      if (code === BACKSLASH && (this.#quote < 0 || isFirst)) {
        if (this.#isMarker(text, at)) {
          this.ended = true;
          return this.#found(at, text.length);
        }
        if (this.#quote < 0) at++;
      }
      isFirst = false;
    }
    if (isLast) return this.#found(text.length, text.length);
    this.#isAmid = true;
    return INCOMPLETE;
  }

  #found(end: number, next: number): number {
    this.#inQuotes = false;
    this.#afterEscape = false;
    this.next = next;
    return end;
  }

  #lookForQuotes(code: number): void {
    if (this.#inQuotes && code === this.#escape) this.#afterEscape = !this.#afterEscape;
    if (code === this.#quote && !this.#afterEscape) this.#inQuotes = !this.#inQuotes;
    if (code !== this.#escape) this.#afterEscape = false;
    if (this.#inQuotes && code === (this.lineEnd === "\n" ? NEWLINE : RETURN)) this.line++;
  }

  /** How many characters the end of the line has that begins with a return. */
  #returnEnds(text: string, at: number): number {
    const { lineEnd } = this;
    const { literal, return: hint } = this.#hints;
    if (lineEnd === "\r") return 1;
    const hasNewline = text.charCodeAt(at + 1) === NEWLINE;
    if (lineEnd === "\n" || (lineEnd === "\r\n" && !hasNewline)) {
      throw this.#format.fail(`${literal} carriage return found in data`, hint);
    }
    this.lineEnd = hasNewline ? "\r\n" : "\r";
    return hasNewline ? 2 : 1;
  }

  #newlineEnds(): number {
    const { literal, newline: hint } = this.#hints;
    if (this.lineEnd === "\r" || this.lineEnd === "\r\n") {
      throw this.#format.fail(`${literal} newline found in data`, hint);
    }
    this.lineEnd = "\n";
    return 1;
  }

  /** Whether the backslash begins the end marker, behind which has to be the end of a line. */
  #isMarker(text: string, backslash: number): boolean {
    if (text.charCodeAt(backslash + 1) !== POINT) return false;
    const isCsv = this.#quote >= 0;
    let at = backslash + 2;
    if (this.lineEnd === "\r\n") {
      const code = text.charCodeAt(at);
      if (code !== RETURN) {
        if (isCsv) return false;
        throw this.#format.fail(
          code === NEWLINE
            ? "end-of-copy marker does not match previous newline style"
            : "end-of-copy marker corrupt",
        );
      }
      at++;
    }
    return this.#isMarkerEnd(text.charCodeAt(at), isCsv);
  }

  #isMarkerEnd(code: number, isCsv: boolean): boolean {
    if (code !== RETURN && code !== NEWLINE) {
      if (isCsv) return false;
      throw this.#format.fail("end-of-copy marker corrupt");
    }
    const expected = this.lineEnd === "\r" ? RETURN : NEWLINE;
    if (this.lineEnd === "unknown" || code === expected) return true;
    throw this.#format.fail("end-of-copy marker does not match previous newline style");
  }
}
