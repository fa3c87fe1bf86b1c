/**
 * The lines of COPY FROM into rows as they are stored, straight from their bytes. A record with
 * anything out of the ordinary, and what is left of its block, are the reader's of its format. So is
 * one in which something is wrong, of which there may be more: the reader says what comes first.
 */
import { isAscii, isUtf8 } from "node:buffer";
import type { Datum, Row } from "@firstlight/sql";
import type { RecordCutter } from "./record-cutter.ts";
import { UNCUT } from "./record-cutter.ts";
import { withContext } from "./bad-copy-data.ts";
import type { RowPlaces } from "./row-places.ts";
import type { RowReader } from "./row-reader.ts";
import type { StoredRecord } from "./stored-record.ts";

const RETURN = 0x0d;

export interface StoredLinesParts {
  readonly reader: RowReader;
  readonly cutter: RecordCutter;
  readonly record: StoredRecord;
  readonly places: RowPlaces;
  /** Whether what is not ASCII is in UTF-8. */
  readonly isUtf8: boolean;
  /** Gives the reader a block, which ends with a newline; what is no text is told. */
  readSlowly(block: Buffer, rows: Row[]): void;
}

export class StoredLines {
  readonly #parts: StoredLinesParts;
  #block: Buffer = Buffer.alloc(0);
  readonly #valueOf = (field: number): Datum => this.#value(field);

  constructor(parts: StoredLinesParts) {
    this.#parts = parts;
  }

  /** Of a block that ends with a newline. */
  read(block: Buffer): void {
    const { reader, cutter, record } = this.#parts;
    if (!this.#isText(block) || !reader.isBetweenRows) return this.#readSlowly(block);
    this.#block = block;
    for (let start = 0; start < block.length;) {
      const end = cutter.cut(block, start, record);
      if (end === UNCUT) return this.#readSlowly(block.subarray(start));
      const next = end + (block[end] === RETURN ? 2 : 1);
      reader.countLine();
      try {
        record.add(block, start, end, this.#valueOf);
      } catch (error) {
        reader.uncountLine();
        this.#readSlowly(block.subarray(start, next));
        throw error;
      }
      start = next;
    }
  }

  /** As it may be stored; latin1 is the same as far as ASCII goes. */
  #isText(block: Buffer): boolean {
    const isValid = isAscii(block) || (this.#parts.isUtf8 && isUtf8(block));
    return isValid && !block.includes(0);
  }

  #readSlowly(block: Buffer): void {
    this.readValues((rows) => this.#parts.readSlowly(block, rows));
  }

  /** What is wrong with rows before one that cannot be read is told first. */
  readValues(read: (rows: Row[]) => void): void {
    const rows: Row[] = [];
    try {
      read(rows);
    } catch (error) {
      this.#addValues(rows);
      throw error;
    }
    this.#addValues(rows);
  }

  #addValues(values: readonly Row[]): void {
    const { record, places } = this.#parts;
    for (const row of values) {
      try {
        record.addValues(row);
      } catch (error) {
        throw withContext(error, places.lineOf(record.rows.length - 1));
      }
    }
  }

  #value(field: number): Datum {
    const { reader, cutter, record } = this.#parts;
    return reader.input(cutter.fieldOf(this.#block, field, record), field);
  }
}
