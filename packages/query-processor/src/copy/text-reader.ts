/**
 * The text format of COPY FROM. Lines without a backslash, which is nearly all of them, are cut by
 * searching for the delimiter only.
 */
import type { Row } from "@firstlight/sql";
import { DEFAULT_FIELD } from "./field.ts";
import type { Field } from "./field.ts";
import { RowReader } from "./row-reader.ts";
import { unescape } from "./unescape.ts";

const BACKSLASH = 0x5c;
const CARRIAGE_RETURN = 0x0d;
const POINT = 0x2e;

export class TextReader extends RowReader {
  /** Where the next backslash of the block is; at its end when there is none. */
  #nextBackslash = 0;
  /** Lines whose newline was escaped: the line goes on. */
  #unfinished = "";

  override read(block: string, rows: Row[]): void {
    const text = this.#unfinished === "" ? block : this.#unfinished + block;
    this.#unfinished = "";
    this.#seekBackslash(text, 0);
    let start = 0;
    while (start < text.length && !this.ended) {
      const end = this.#lineEndFrom(text, start);
      if (end < 0) {
        this.#unfinished = text.slice(start);
        return;
      }
      this.#readLine(text, start, end, rows);
      start = end + 1;
      if (this.#nextBackslash < start) this.#seekBackslash(text, start);
    }
  }

  override get isAmidRecord(): boolean {
    return this.#unfinished !== "";
  }

  override finish(rest: string, rows: Row[]): void {
    const text = this.#unfinished + rest;
    if (text === "" || this.ended) return;
    this.#seekBackslash(text, 0);
    this.#readLine(text, 0, text.length, rows);
  }

  #seekBackslash(text: string, from: number): void {
    const at = text.indexOf("\\", from);
    this.#nextBackslash = at < 0 ? text.length : at;
  }

  /** The newline that ends the line at `start`: one behind an odd run of backslashes does not. */
  #lineEndFrom(text: string, start: number): number {
    let end = text.indexOf("\n", start);
    while (end > start && this.#nextBackslash < end && isEscaped(text, start, end)) {
      end = text.indexOf("\n", end + 1);
    }
    return end;
  }

  #readLine(text: string, start: number, newline: number, rows: Row[]): void {
    this.line++;
    const end = this.#withoutReturn(text, start, newline);
    this.record(text, start, end, rows);
  }

  #withoutReturn(text: string, start: number, newline: number): number {
    const hasReturn = newline > start && text.charCodeAt(newline - 1) === CARRIAGE_RETURN;
    if (newline < text.length && this.lineEnd === "unknown") {
      this.lineEnd = hasReturn ? "\r\n" : "\n";
    }
    if (hasReturn && this.lineEnd === "\r\n") return newline - 1;
    if (newline < text.length && this.lineEnd === "\r\n" && !hasReturn) {
      throw this.endError("literal newline found in data", 'Use "\\n" to represent newline.');
    }
    return newline;
  }

  protected override fields(text: string, start: number, end: number): Field[] {
    return this.#nextBackslash >= end
      ? this.#plainFields(text, start, end)
      : this.#escapedFields(text, start, end);
  }

  #checkReturns(text: string, start: number, end: number): void {
    const at = text.indexOf("\r", start);
    if (at < 0 || at >= end || text.charCodeAt(at - 1) === BACKSLASH) return;
    const hint = 'Use "\\r" to represent carriage return.';
    throw this.endError("literal carriage return found in data", hint);
  }

  /** NULL and the default are recognized as they are written, before backslashes mean anything. */
  #valueOf(raw: string, escaped: boolean): Field {
    const { nullText, defaultText } = this.options;
    if (raw === nullText) return null;
    if (raw === defaultText) return DEFAULT_FIELD;
    return escaped ? unescape(raw) : raw;
  }

  #plainFields(text: string, start: number, end: number): Field[] {
    const { delimiter } = this.options;
    const fields: Field[] = [];
    let at = start;
    for (;;) {
      const found = text.indexOf(delimiter, at);
      const stop = found < 0 || found > end ? end : found;
      const field = text.slice(at, stop);
      if (field.includes("\r")) this.#checkReturns(text, start, end);
      fields.push(this.#valueOf(field, false));
      if (stop === end) return fields;
      at = stop + 1;
    }
  }

  /** The marker may stand behind a last row, at the end of its line. */
  #endOfData(text: string, start: number, end: number): number {
    let at = text.indexOf("\\", start);
    for (; at >= 0 && at + 1 < end; at = text.indexOf("\\", at + 2)) {
      if (text.charCodeAt(at + 1) !== POINT) continue;
      if (at + 2 < end) throw this.endError("end-of-copy marker corrupt");
      this.end();
      return at;
    }
    return end;
  }

  #escapedFields(text: string, start: number, lineEnd: number): Field[] {
    const { delimiter } = this.options;
    this.#checkReturns(text, start, lineEnd);
    const end = this.#endOfData(text, start, lineEnd);
    const delimiterCode = delimiter.charCodeAt(0);
    const fields: Field[] = [];
    let from = start;
    let escaped = false;
    for (let at = start; at <= end; at++) {
      const code = at === end ? delimiterCode : text.charCodeAt(at);
      if (code === BACKSLASH && at < end) {
        escaped = true;
        at++;
        if (at < end) continue;
      } else if (code !== delimiterCode) continue;
      const raw = text.slice(from, Math.min(at, end));
      fields.push(this.#valueOf(raw, escaped));
      from = at + 1;
      escaped = false;
    }
    return fields;
  }
}

function isEscaped(text: string, start: number, at: number): boolean {
  let run = 0;
  while (at - run - 1 >= start && text.charCodeAt(at - run - 1) === BACKSLASH) run++;
  return run % 2 === 1;
}
