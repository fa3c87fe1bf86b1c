/** The CSV format of COPY FROM: how a record is cut into fields. */
import type { CopyTarget } from "../engine/engine.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";
import { chosenColumns } from "./copy-options.ts";
import type { ColumnChoice, CopyOptions } from "./copy-options.ts";
import { DEFAULT_FIELD } from "./field.ts";
import type { Field } from "./field.ts";
import { RowReader } from "./row-reader.ts";
import type { RowNotes } from "./row-reader.ts";

/** Characters from which on a quoted part may have very many quotes. */
const LONG = 4096;

interface LinePlace {
  readonly start: number;
  readonly end: number;
}

interface QuotedPart {
  readonly value: string;
  readonly end: number;
}

export class CsvReader extends RowReader {
  readonly #forceNull: readonly boolean[];
  readonly #forceNotNull: readonly boolean[];

  constructor(
    target: CopyTarget,
    options: CopyOptions,
    codecs: CodecByOid,
    settings: CodecInputSettings,
    notes: RowNotes,
  ) {
    super(target, options, codecs, settings, notes);
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

  protected override fields(text: string, start: number, end: number): Field[] {
    return this.lines.isPlain(text, start, end)
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
      fields.push(this.fieldValue(field, false, fields.length));
      if (stop === end) return fields;
      at = stop + 1;
    }
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
        value += text.slice(from, at);
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
  #quotedPart(text: string, from: number, line: LinePlace): QuotedPart {
    const { quote, escape } = this.options;
    const { end } = line;
    if (quote === escape && end - from > LONG) return this.#longQuotedPart(text, from, line);
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

  /** Where a quote is escaped by another one: without a string for each of them. */
  #longQuotedPart(text: string, from: number, { start, end }: LinePlace): QuotedPart {
    const { quote } = this.options;
    let doubled = false;
    for (let at = text.indexOf(quote, from); at >= 0 && at < end; at = text.indexOf(quote, at)) {
      if (at + 1 < end && text.charAt(at + 1) === quote) {
        doubled = true;
        at += 2;
        continue;
      }
      const part = text.slice(from, at);
      return { value: doubled ? part.replaceAll(quote + quote, quote) : part, end: at + 1 };
    }
    throw this.lineError("unterminated CSV quoted field", text.slice(start, end));
  }
}
