/**
 * The CSV format of COPY FROM. A record ends at a newline outside quotes; whether one is open is
 * carried from block to block, so that a long quoted field is scanned once.
 */
import type { Row } from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import type { CopyTarget } from "../engine/engine.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";
import { chosenColumns } from "./copy-options.ts";
import type { ColumnChoice, CopyOptions } from "./copy-options.ts";
import { DEFAULT_FIELD } from "./field.ts";
import type { Field } from "./field.ts";
import { RowReader } from "./row-reader.ts";
import type { DefaultedFields } from "./row-reader.ts";

/** I11: one record. */
const RECORD_CHARS_MAX = 256 * 1024 * 1024;

export class CsvReader extends RowReader {
  readonly #forceNull: readonly boolean[];
  readonly #forceNotNull: readonly boolean[];
  /** Earlier blocks of a record whose quotes are still open. */
  #pieces: string[] = [];
  #pieceChars = 0;
  #inQuotes = false;
  /** The last character was an escape that is not the quote itself. */
  #afterEscape = false;

  constructor(
    target: CopyTarget,
    options: CopyOptions,
    codecs: CodecByOid,
    settings: CodecInputSettings,
    defaulted: DefaultedFields,
  ) {
    super(target, options, codecs, settings, defaulted);
    this.#forceNull = this.#chosen("FORCE_NULL", options.forceNull, target);
    this.#forceNotNull = this.#chosen("FORCE_NOT_NULL", options.forceNotNull, target);
  }

  #chosen(
    option: "FORCE_NULL" | "FORCE_NOT_NULL",
    choice: ColumnChoice,
    { table, columns, tableColumns }: CopyTarget,
  ): readonly boolean[] {
    const names = columns.map((column) => column.name);
    return chosenColumns(choice, option, names, table, tableColumns);
  }

  override read(block: string, rows: Row[]): void {
    const { quote } = this.options;
    let start = 0;
    let nextQuote = this.#seek(block, quote, 0);
    while (start < block.length && !this.ended) {
      let end: number;
      if (this.#inQuotes || nextQuote < block.length) {
        end = this.#recordEnd(block, start, nextQuote);
        if (end < 0) {
          this.#keep(block.slice(start));
          return;
        }
      } else {
        end = block.indexOf("\n", start);
      }
      this.#readRecord(block, start, end, rows);
      start = end + 1;
      if (nextQuote < start) nextQuote = this.#seek(block, quote, start);
    }
  }

  override get isAmidRecord(): boolean {
    return this.#pieces.length > 0;
  }

  override finish(rest: string, rows: Row[]): void {
    if (this.ended || (rest === "" && this.#pieces.length === 0)) return;
    if (rest !== "" && this.#recordEnd(`${rest}\n`, 0, 0) < 0) this.#inQuotes = true;
    const text = [...this.#pieces, rest].join("");
    this.line++;
    this.#countInner(text, 0, text.length);
    if (this.#inQuotes) throw this.lineError("unterminated CSV quoted field", text);
    this.#pieces = [];
    this.record(text, 0, text.length, rows);
  }

  #seek(block: string, quote: string, from: number): number {
    const at = block.indexOf(quote, from);
    return at < 0 ? block.length : at;
  }

  /** The newline that ends the record, -1 when the block ends within it. */
  #recordEnd(block: string, start: number, nextQuote: number): number {
    if (!this.#inQuotes) {
      const newline = block.indexOf("\n", start);
      if (newline < nextQuote) return newline;
    }
    const quote = this.options.quote.charCodeAt(0);
    const escape = this.options.escape.charCodeAt(0);
    for (let at = start; at < block.length; at++) {
      const code = block.charCodeAt(at);
      if (this.#afterEscape) {
        this.#afterEscape = false;
        if (code === quote || code === escape) continue;
      }
      if (this.#inQuotes && code === escape && escape !== quote) this.#afterEscape = true;
      else if (code === quote) this.#inQuotes = !this.#inQuotes;
      else if (code === 0x0a && !this.#inQuotes) return at;
    }
    return -1;
  }

  #keep(piece: string): void {
    this.#pieceChars += piece.length;
    if (this.#pieceChars > RECORD_CHARS_MAX) {
      throw new SqlError("54000", "COPY input line is too long");
    }
    this.#pieces.push(piece);
  }

  #readRecord(block: string, start: number, newline: number, rows: Row[]): void {
    this.line++;
    const hasReturn = newline > start && block.charCodeAt(newline - 1) === 0x0d;
    if (this.lineEnd === "unknown") this.lineEnd = hasReturn ? "\r\n" : "\n";
    if (this.lineEnd === "\r\n" && !hasReturn && this.#pieces.at(-1)?.endsWith("\r") !== true) {
      const hint = "Use quoted CSV field to represent newline.";
      throw this.endError("unquoted newline found in data", hint);
    }
    const end = hasReturn && this.lineEnd === "\r\n" ? newline - 1 : newline;
    if (this.#pieces.length === 0) {
      this.#countInner(block, start, end);
      this.record(block, start, end, rows);
      return;
    }
    const text = [...this.#pieces, block.slice(start, end)].join("");
    this.#pieces = [];
    this.#pieceChars = 0;
    this.#countInner(text, 0, text.length);
    this.record(text, 0, text.length, rows);
  }

  /** Newlines within quotes are lines, too. */
  #countInner(text: string, start: number, end: number): void {
    let at = text.indexOf("\n", start);
    while (at >= 0 && at < end) {
      this.line++;
      at = text.indexOf("\n", at + 1);
    }
  }

  protected override fields(text: string, start: number, end: number): Field[] {
    const quote = text.indexOf(this.options.quote, start);
    return quote < 0 || quote >= end
      ? this.#plainFields(text, start, end)
      : this.#quotedFields(text, start, end);
  }

  fieldValue(raw: string, wasQuoted: boolean, column: number): Field {
    if (!wasQuoted && raw === this.options.defaultText) return DEFAULT_FIELD;
    if (raw !== this.options.nullText) return raw;
    if (wasQuoted) return this.#forceNull[column] === true ? null : raw;
    return this.#forceNotNull[column] === true ? raw : null;
  }

  #plainFields(text: string, start: number, end: number): Field[] {
    const { delimiter } = this.options;
    const fields: Field[] = [];
    let at = start;
    for (;;) {
      const found = text.indexOf(delimiter, at);
      const stop = found < 0 || found > end ? end : found;
      const field = text.slice(at, stop);
      if (field.includes("\r")) this.#refuseReturn();
      fields.push(this.fieldValue(field, false, fields.length));
      if (stop === end) return fields;
      at = stop + 1;
    }
  }

  #refuseReturn(): void {
    const hint = "Use quoted CSV field to represent carriage return.";
    throw this.endError("unquoted carriage return found in data", hint);
  }

  /** PostgreSQL's CopyReadAttributesCSV, by runs of characters that mean themselves. */
  #quotedFields(text: string, start: number, end: number): Field[] {
    const { delimiter, quote } = this.options;
    const fields: Field[] = [];
    let value = "";
    let wasQuoted = false;
    const endField = (): void => {
      fields.push(this.fieldValue(value, wasQuoted, fields.length));
      value = "";
      wasQuoted = false;
    };
    for (let at = start; at < end;) {
      const char = text.charAt(at);
      if (char === quote) {
        wasQuoted = true;
        const quoted = this.#quotedPart(text, at + 1, { start, end });
        value += quoted.value;
        at = quoted.end;
      } else if (char === delimiter) {
        endField();
        at++;
      } else {
        const from = at;
        while (at < end && !this.#endsRun(text, at, delimiter, quote)) at++;
        const run = text.slice(from, at);
        if (run.includes("\r")) this.#refuseReturn();
        value += run;
      }
    }
    endField();
    return fields;
  }

  #endsRun(text: string, at: number, delimiter: string, quote: string): boolean {
    const char = text.charAt(at);
    return char === delimiter || char === quote;
  }

  /** What is between quotes, from behind the first to behind the last. */
  #quotedPart(
    text: string,
    from: number,
    line: { readonly start: number; readonly end: number },
  ): { readonly value: string; readonly end: number } {
    const { quote, escape } = this.options;
    const { end } = line;
    let value = "";
    let runFrom = from;
    let nextQuote = text.indexOf(quote, from);
    let nextEscape = escape === quote ? nextQuote : text.indexOf(escape, from);
    for (;;) {
      if (nextQuote < 0 || nextQuote >= end) nextQuote = end;
      if (nextEscape < 0 || nextEscape >= end) nextEscape = end;
      const at = Math.min(nextQuote, nextEscape);
      if (at === end) {
        throw this.lineError("unterminated CSV quoted field", text.slice(line.start, end));
      }
      const next = at + 1 < end ? text.charAt(at + 1) : "";
      const escapes = at === nextEscape && next !== "" && (next === escape || next === quote);
      value += text.slice(runFrom, at);
      if (escapes) value += next;
      else if (at === nextQuote) return { value, end: at + 1 };
      else value += escape;
      runFrom = escapes ? at + 2 : at + 1;
      if (nextQuote < runFrom) nextQuote = text.indexOf(quote, runFrom);
      if (escape === quote) nextEscape = nextQuote;
      else if (nextEscape < runFrom) nextEscape = text.indexOf(escape, runFrom);
    }
  }
}
