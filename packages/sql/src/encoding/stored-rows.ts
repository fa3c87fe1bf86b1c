/**
 * Rows as they are stored, one behind the other in one buffer: written field by field, then given to
 * whoever stores them. No object is made for a row.
 */
import { LENGTH_BYTES_MAX } from "./column-from-field.ts";
import { GrowingBytes } from "./growing-bytes.ts";

const FIRST_BYTES = 256 * 1024;
/** A larger buffer is given back once its rows are stored. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

export class StoredRows extends GrowingBytes {
  readonly #columns: number;
  #starts = new Int32Array(1_024);
  #length = 0;
  /** By position, whether some of the rows have NULL there. */
  readonly hasNulls: Uint8Array;

  /** `columns` of each row. */
  constructor(columns: number) {
    super(FIRST_BYTES);
    this.#columns = columns;
    this.hasNulls = new Uint8Array(columns);
  }

  get length(): number {
    return this.#length;
  }

  /** Of a row; of the one behind the last it is the end of the last. */
  startOf(row: number): number {
    return row < this.#length ? (this.#starts[row] as number) : this.end;
  }

  /** The bytes of one row, as long as nothing is cleared. */
  row(number: number): Buffer {
    return this.bytes.subarray(this.startOf(number), this.startOf(number + 1));
  }

  /** Begins a row, of which columns of so many bytes can be written; those are all of it. */
  begin(bytesMax: number): void {
    this.reserve(bytesMax + 2 * LENGTH_BYTES_MAX);
    if (this.#length === this.#starts.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[this.#length++] = this.end;
    this.rowHeader(this.#columns);
  }

  null(position: number): void {
    this.bytes[this.end++] = 0;
    this.hasNulls[position] = 1;
  }

  /** A column with its length before it; `room` is what the columns behind it need. */
  columnWithLength(bytes: Uint8Array, room: number): void {
    this.reserve(bytes.length + room);
    this.add(bytes, 0, bytes.length);
  }

  clear(): void {
    this.#length = 0;
    this.end = 0;
    this.hasNulls.fill(0);
    if (this.bytes.length > KEPT_BYTES_MAX) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }
}
