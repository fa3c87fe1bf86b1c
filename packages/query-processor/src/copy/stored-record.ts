/**
 * One record of COPY FROM on its way to a stored row: its fields as places in the bytes that came.
 * What is spelled as nearly all values are becomes a column at once; a field of any other kind is
 * asked for as a value.
 */
import type {
  ColumnFromField,
  Datum,
  FieldWriter,
  Row,
  RowEncoder,
  StoredRows,
} from "@firstlight/sql";
import { LENGTH_BYTES_MAX, UNUSUAL, isUserType, rowEncoder } from "@firstlight/sql";
import type { CopyTarget, StoredCopy } from "../engine/engine.ts";

/** The field's bytes are its text. */
export const PLAIN = 0;
/** It has to be asked for: there are escapes in it. */
export const ESCAPED = 1;
export const NULL_FIELD = 2;

/** Version and number of columns of a row of one column. */
const ROW_HEADER = 2;

interface Column {
  /** -1: NULL. */
  readonly field: number;
  /** A row of this column alone. */
  readonly encode: RowEncoder | undefined;
  readonly write: FieldWriter | undefined;
  /** Its type has something to say on NULL. */
  readonly judgesNull: boolean;
  /** NOT NULL. */
  readonly required: boolean;
}

export type ColumnOf = (type: number, typmod: number) => ColumnFromField | undefined;

export class StoredRecord {
  /** By field. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  readonly rows: StoredRows;
  readonly #columns: readonly Column[];
  readonly #judge: StoredCopy["judge"];
  /** Some column of the row has NULL and may not. */
  #lacks = false;
  /** What the columns may have beyond the bytes of the fields. */
  readonly #room: number;

  constructor({ columns }: CopyTarget, stored: StoredCopy, columnOf: ColumnOf) {
    const { fields, types, rows } = stored;
    this.#judge = (row) => stored.judge(row);
    this.starts = new Int32Array(columns.length);
    this.ends = new Int32Array(columns.length);
    this.kinds = new Uint8Array(columns.length);
    this.rows = rows;
    let room = 0;
    this.#columns = fields.map((field, position) => {
      const given = columns[field];
      room += LENGTH_BYTES_MAX;
      const required = stored.required.includes(position);
      if (given === undefined) {
        return { field, encode: undefined, write: undefined, judgesNull: false, required };
      }
      const type = types[position] as number;
      const column = columnOf(type, given.typmod);
      room += column?.room ?? 0;
      const encode = rowEncoder([type]);
      return { field, encode, write: column?.write, judgesNull: isUserType(type), required };
    });
    this.#room = room;
  }

  /** Of fields within source[start, end); `valueOf` reads those that are not plain. */
  add(source: Buffer, start: number, end: number, valueOf: (field: number) => Datum): void {
    try {
      this.#add(source, start, end, valueOf);
    } catch (error) {
      // Of several fields that are wrong the first one is told, wherever its column is.
      for (let field = 0; field < this.starts.length; field++) valueOf(field);
      throw error;
    }
  }

  #add(source: Buffer, start: number, end: number, valueOf: (field: number) => Datum): void {
    const { rows, starts, ends, kinds } = this;
    const room = end - start + this.#room;
    rows.begin(room);
    this.#lacks = false;
    const columns = this.#columns;
    for (let position = 0; position < columns.length; position++) {
      const column = columns[position] as Column;
      const { field, write } = column;
      const kind = field < 0 ? NULL_FIELD : (kinds[field] as number);
      if (kind === NULL_FIELD) {
        if (column.judgesNull) valueOf(field);
        rows.null(position);
        this.#lacks ||= column.required;
        continue;
      }
      if (kind === PLAIN && write !== undefined) {
        const [from, to] = [starts[field] as number, ends[field] as number];
        const written = write(source, from, to, rows.bytes, rows.end);
        if (written !== UNUSUAL) {
          rows.end = written;
          continue;
        }
      }
      this.#value(position, column, valueOf(field), room);
    }
    if (this.#lacks) this.#judge(rows.length - 1);
  }

  #value(position: number, { encode, required }: Column, value: Datum, room: number): void {
    if (value === null || encode === undefined) {
      this.rows.null(position);
      this.#lacks ||= required;
    } else this.rows.columnWithLength(encode([value]).subarray(ROW_HEADER), room);
  }

  /** Of values in the order of the fields. */
  addValues(row: Row): void {
    const { rows } = this;
    rows.begin(this.#room);
    this.#lacks = false;
    for (const [position, column] of this.#columns.entries()) {
      const { field } = column;
      this.#value(position, column, field < 0 ? null : (row[field] ?? null), this.#room);
    }
    if (this.#lacks) this.#judge(rows.length - 1);
  }
}
