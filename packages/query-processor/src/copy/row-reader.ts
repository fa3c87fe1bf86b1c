/**
 * What both text formats of COPY FROM share: lines, the header, and making rows of fields. The
 * formats differ in how a line is cut into fields.
 */
import type { Datum, Row } from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import { checkNull, isUserType, typeByOid } from "@firstlight/sql";
import type { CopyTarget } from "../engine/engine.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";
import { DEFAULT_FIELD } from "./field.ts";
import type { Field } from "./field.ts";
import {
  badCopyData,
  columnContext,
  lineContext,
  placeContext,
  withContext,
} from "./bad-copy-data.ts";
import type { CopyPlace } from "./bad-copy-data.ts";
import type { CopyOptions } from "./copy-options.ts";
import { fieldInput } from "./field-input.ts";
import type { FieldInput } from "./field-input.ts";
import { INCOMPLETE, LineFinder } from "./line-finder.ts";
import type { RowPlaces } from "./row-places.ts";
import type { LineEnd } from "./line-finder.ts";

/** I11: one line. */
const LINE_CHARS_MAX = 256 * 1024 * 1024;

/** Of some rows the columns (their places among those that are copied) that take their default. */
export type DefaultedFields = Map<Row, number[]>;

/** What is kept of rows besides their values. */
export interface RowNotes {
  readonly defaulted: DefaultedFields;
  readonly places: RowPlaces;
}

export abstract class RowReader {
  protected readonly options: CopyOptions;
  protected readonly columnCount: number;
  readonly #table: string;
  /** What domains have to say on NULL. */
  readonly #nulls: readonly ((() => void) | undefined)[];
  readonly #names: readonly string[];
  readonly #hasDefault: readonly boolean[];
  readonly #defaulted: DefaultedFields;
  readonly #places: RowPlaces;
  readonly #inputs: readonly FieldInput[];
  protected readonly lines: LineFinder;
  /** Earlier blocks of a line that goes on. */
  #pieces: string[] = [];
  #pieceChars = 0;
  #headerDue: boolean;

  constructor(
    target: CopyTarget,
    options: CopyOptions,
    codecs: CodecByOid,
    settings: CodecInputSettings,
    { defaulted, places }: RowNotes,
  ) {
    this.#defaulted = defaulted;
    this.#places = places;
    this.#hasDefault = target.columns.map((column) => column.hasDefault);
    this.options = options;
    this.#table = target.table;
    this.#names = target.columns.map((column) => column.name);
    this.columnCount = target.columns.length;
    this.#inputs = target.columns.map(({ type, typmod }) =>
      fieldInput(type, typmod, codecs, settings),
    );
    this.#nulls = target.columns.map(({ type }) =>
      isUserType(type) ? () => checkNull(typeByOid(type), settings) : undefined,
    );
    this.#headerDue = options.header !== "none";
    const { format, quote, escape } = options;
    this.lines = new LineFinder({
      csv: format === "csv" ? { quote, escape } : undefined,
      fail: (message, hint) => badCopyData(message, placeContext(this.#place()), hint),
    });
  }

  /** Whether the end marker was seen: what follows is ignored. */
  get ended(): boolean {
    return this.lines.ended;
  }

  /** Of the line before the one that comes next. */
  get lineNumber(): number {
    return this.lines.isAmid ? this.lines.line - 1 : this.lines.line;
  }

  get lineEnd(): LineEnd {
    return this.lines.lineEnd;
  }

  /** Whether what comes next is the beginning of a row, in lines of a known end, with a newline. */
  get isBetweenRows(): boolean {
    const { isAmid, lineEnd } = this.lines;
    return !this.#headerDue && !isAmid && (lineEnd === "\n" || lineEnd === "\r\n");
  }

  /** A line that is read elsewhere: what is wrong in it is told with its number. */
  countLine(): void {
    this.#places.note(++this.lines.line);
  }

  /** It is to be read here, after all. */
  uncountLine(): void {
    this.lines.line--;
  }

  /** Cuts `text[start, end)` into fields; null is NULL. */
  protected abstract fields(text: string, start: number, end: number): Field[];

  protected lineError(message: string, line: string, hint?: string): Error {
    return badCopyData(message, lineContext(this.#place(), line), hint);
  }

  #place(): CopyPlace {
    return { table: this.#table, line: this.lines.line };
  }

  /** Rows of complete lines: the block ends with a newline, or with a return that none is behind. */
  read(block: string, rows: Row[]): void {
    for (let start = 0; start < block.length && !this.ended; start = this.lines.next) {
      const end = this.lines.find(block, start, false);
      if (end === INCOMPLETE) return this.#keep(block.slice(start));
      this.#line(block, start, end, rows);
    }
  }

  #keep(piece: string): void {
    this.#pieceChars += piece.length;
    if (this.#pieceChars > LINE_CHARS_MAX) {
      throw new SqlError("54000", "COPY input line is too long");
    }
    this.#pieces.push(piece);
  }

  /** Rows of what is left when the data ends. */
  finish(rest: string, rows: Row[]): void {
    let start = 0;
    while (!this.ended && (start < rest.length || this.lines.isAmid)) {
      const end = this.lines.find(rest, start, true);
      this.#line(rest, start, end, rows);
      start = this.lines.next;
    }
    // No line at all is an empty one for a header.
    if (!this.#headerDue || this.ended) return;
    this.lines.line++;
    this.#header("", 0, 0);
  }

  #line(text: string, start: number, end: number, rows: Row[]): void {
    if (this.#pieces.length === 0) return this.#record(text, start, end, rows);
    const whole = [...this.#pieces, text.slice(start, end)].join("");
    this.#pieces = [];
    this.#pieceChars = 0;
    this.#record(whole, 0, whole.length, rows);
  }

  /** One line without its end. The end marker may stand behind a last row. */
  #record(text: string, start: number, end: number, rows: Row[]): void {
    if (this.#headerDue) this.#header(text, start, end);
    else if (start < end || !this.ended) {
      rows.push(this.#row(text, start, end));
      this.#places.note(this.lines.line, text.slice(start, end));
    }
  }

  #header(text: string, start: number, end: number): void {
    this.#headerDue = false;
    if (this.options.header === "match") this.#matchHeader(text, start, end);
  }

  #row(text: string, start: number, end: number): Row {
    const fields = this.#cut(text, start, end);
    const { columnCount } = this;
    if (fields.length > columnCount) this.#refuseMore(text.slice(start, end));
    const row: Datum[] = [];
    for (let at = 0; at < columnCount; at++) {
      const field = fields[at];
      // AFTER what is wrong with the fields before.
      if (field === undefined) throw this.#missing(at, text.slice(start, end));
      if (field === DEFAULT_FIELD) this.#useDefault(row, at);
      row.push(this.input(field, at));
    }
    return row;
  }

  /** What cannot be a field is told BEFORE what is wrong with a value. */
  #cut(text: string, start: number, end: number): Field[] {
    try {
      const fields = this.fields(text, start, end);
      if (this.options.defaultText !== undefined) this.#checkDefaults(fields);
      return fields;
    } catch (error) {
      throw withContext(error, lineContext(this.#place(), text.slice(start, end)));
    }
  }

  /** The value of a field of the line that is being read; NULL for a default. */
  input(field: Field, at: number): Datum {
    const input = this.#inputs[at];
    try {
      if (typeof field === "string" && input !== undefined) return input(field);
      if (field === null) this.#nulls[at]?.();
      return null;
    } catch (error) {
      throw withContext(error, this.#columnContext(field, at));
    }
  }

  #columnContext(field: Field, at: number): string {
    const place = this.#place();
    const text = field === DEFAULT_FIELD ? (this.options.defaultText ?? null) : field;
    return columnContext(place, this.#names[at] ?? "", text);
  }

  #checkDefaults(fields: readonly Field[]): void {
    for (let at = 0; at < this.columnCount; at++) {
      if (fields[at] !== DEFAULT_FIELD || this.#hasDefault[at] === true) continue;
      throw new SqlError("22P04", "unexpected default marker in COPY data", {
        detail: `Column "${this.#names[at] ?? ""}" has no default value.`,
      });
    }
  }

  #useDefault(row: Row, column: number): void {
    const known = this.#defaulted.get(row);
    if (known === undefined) this.#defaulted.set(row, [column]);
    else known.push(column);
  }

  #refuseMore(line: string): void {
    // A line without columns is allowed to be empty.
    if (this.columnCount === 0 && line === "") return;
    throw this.lineError("extra data after last expected column", line);
  }

  #missing(column: number, line: string): Error {
    return this.lineError(`missing data for column "${this.#names[column] ?? ""}"`, line);
  }

  #fieldText(field: Field | undefined): string | null {
    return field === DEFAULT_FIELD ? (this.options.defaultText ?? null) : (field ?? null);
  }

  #matchHeader(text: string, start: number, end: number): void {
    const fields = this.#cut(text, start, end);
    const line = text.slice(start, end);
    if (fields.length !== this.columnCount) {
      throw this.lineError(
        `wrong number of fields in header line: got ${String(fields.length)}, expected ${String(this.columnCount)}`,
        line,
      );
    }
    for (const [at, name] of this.#names.entries()) {
      const field = this.#fieldText(fields[at]);
      if (field === name) continue;
      const got = field === null ? `null value ("${this.options.nullText}")` : `"${field}"`;
      throw this.lineError(
        `column name mismatch in header line field ${String(at + 1)}: got ${got}, expected "${name}"`,
        line,
      );
    }
  }
}
