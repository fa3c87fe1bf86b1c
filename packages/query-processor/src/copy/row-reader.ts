/**
 * What both text formats of COPY FROM share: counting lines, the header, the end marker, and making
 * rows of fields. The formats differ in how a line is found and cut into fields.
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
import type { CopyOptions } from "./copy-options.ts";
import { fieldInput } from "./field-input.ts";
import type { FieldInput } from "./field-input.ts";

/** Of some rows the columns (their places among those that are copied) that take their default. */
export type DefaultedFields = Map<Row, number[]>;

export abstract class RowReader {
  protected readonly options: CopyOptions;
  protected readonly columnCount: number;
  readonly #table: string;
  /** What domains have to say on NULL. */
  readonly #nulls: readonly ((() => void) | undefined)[];
  readonly #names: readonly string[];
  readonly #hasDefault: readonly boolean[];
  readonly #defaulted: DefaultedFields;
  readonly #inputs: readonly FieldInput[];
  #headerDue: boolean;
  #ended = false;
  /** 1-based number of the line that is being read, the header counted. */
  protected line = 0;
  /** Known after the first line. */
  protected lineEnd: "unknown" | "\n" | "\r\n" = "unknown";

  constructor(
    target: CopyTarget,
    options: CopyOptions,
    codecs: CodecByOid,
    settings: CodecInputSettings,
    defaulted: DefaultedFields,
  ) {
    this.#defaulted = defaulted;
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
  }

  /** Whether the end marker was seen: what follows is ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  get lineNumber(): number {
    return this.line;
  }

  /** Whether what comes next is the beginning of a row, in lines that end as one did before. */
  get isBetweenRows(): boolean {
    return !this.#headerDue && !this.isAmidRecord && this.lineEnd !== "unknown";
  }

  get endsInReturn(): boolean {
    return this.lineEnd === "\r\n";
  }

  /** A line that is read elsewhere: what is wrong in it is told with its number. */
  countLine(): void {
    this.line++;
  }

  /** A record that was begun is not complete. */
  abstract get isAmidRecord(): boolean;
  /** Rows of complete lines. */
  abstract read(block: string, rows: Row[]): void;
  /** Rows of what is left when the data ends. */
  abstract finish(rest: string, rows: Row[]): void;
  /** Cuts `text[start, end)` into fields; null is NULL. */
  protected abstract fields(text: string, start: number, end: number): Field[];

  protected lineError(message: string, line: string, hint?: string): Error {
    return badCopyData(message, lineContext({ table: this.#table, line: this.line }, line), hint);
  }

  /** Of a line whose end is in question: it is not shown. */
  protected endError(message: string, hint?: string): Error {
    return badCopyData(message, placeContext({ table: this.#table, line: this.line }), hint);
  }

  /** What follows is not read. */
  protected end(): void {
    this.#ended = true;
  }

  /** One record without its line end. */
  protected record(text: string, start: number, end: number, rows: Row[]): void {
    if (
      end - start === 2 &&
      text.charCodeAt(start) === 0x5c &&
      text.charCodeAt(start + 1) === 0x2e
    ) {
      this.#ended = true;
      return;
    }
    if (this.#headerDue) {
      this.#headerDue = false;
      if (this.options.header === "match") this.#matchHeader(text, start, end);
      return;
    }
    rows.push(this.#row(text, start, end));
  }

  #row(text: string, start: number, end: number): Row {
    const fields = this.fields(text, start, end);
    const { columnCount } = this;
    if (fields.length !== columnCount) this.#wrongCount(fields, text.slice(start, end));
    const row: Datum[] = [];
    for (let at = 0; at < columnCount; at++) {
      const field = fields[at] ?? null;
      if (field === DEFAULT_FIELD) this.#useDefault(row, at);
      row.push(this.input(field, at));
    }
    return row;
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
    const place = { table: this.#table, line: this.line };
    const text = field === DEFAULT_FIELD ? (this.options.defaultText ?? null) : field;
    return columnContext(place, this.#names[at] ?? "", text);
  }

  #useDefault(row: Row, column: number): void {
    if (this.#hasDefault[column] !== true) {
      throw new SqlError("22P04", "unexpected default marker in COPY data", {
        detail: `Column "${this.#names[column] ?? ""}" has no default value.`,
        where: this.#columnContext(DEFAULT_FIELD, column),
      });
    }
    const known = this.#defaulted.get(row);
    if (known === undefined) this.#defaulted.set(row, [column]);
    else known.push(column);
  }

  #wrongCount(fields: readonly Field[], line: string): void {
    const place = { table: this.#table, line: this.line };
    // A line without columns is allowed to be empty.
    if (this.columnCount === 0 && line === "") return;
    if (fields.length > this.columnCount) {
      throw badCopyData("extra data after last expected column", lineContext(place, line));
    }
    throw badCopyData(
      `missing data for column "${this.#names[fields.length] ?? ""}"`,
      lineContext(place, line),
    );
  }

  #fieldText(field: Field | undefined): string | null {
    return field === DEFAULT_FIELD ? (this.options.defaultText ?? null) : (field ?? null);
  }

  #matchHeader(text: string, start: number, end: number): void {
    const fields = this.fields(text, start, end);
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
