/** The binary format of COPY FROM: PGCOPY signature, flags, tuples of length-prefixed fields. */
import type { Datum, Row } from "@firstlight/sql";
import { checkNull, DEFAULT_FORMAT, isUserType, typeByOid } from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import type { CopyTarget } from "../engine/engine.ts";
import type { CodecByOid } from "../wire/value-codec.ts";
import { placeContext, withContext } from "./bad-copy-data.ts";
import type { RowPlaces } from "./row-places.ts";
import { NULL_FIELD, PLAIN } from "./stored-record.ts";
import type { StoredRecord } from "./stored-record.ts";

export const BINARY_SIGNATURE: Buffer = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const HEADER_LENGTH = BINARY_SIGNATURE.length + 8;
const EMPTY = Buffer.alloc(0);
/** I11: one tuple. */
const PENDING_BYTES_MAX = 256 * 1024 * 1024;

function bad(message: string, where?: string): SqlError {
  return new SqlError("22P04", message, { where });
}

export class BinaryReader {
  readonly #target: CopyTarget;
  readonly #codecs: CodecByOid;
  readonly #places: RowPlaces;
  #line = 0;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** No tuple can be complete before this many bytes are here. */
  #needed = HEADER_LENGTH;
  #headerDue = true;
  #ended = false;
  #isLast = false;
  readonly #record: StoredRecord | undefined;
  /** Of the tuple that is read, by field. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #kinds: Uint8Array;
  #bytes: Buffer = EMPTY;
  readonly #valueOf = (field: number): Datum => this.#value(field);

  /** Rows of values, or those of the record. */
  constructor(target: CopyTarget, codecs: CodecByOid, places: RowPlaces, record?: StoredRecord) {
    this.#places = places;
    this.#target = target;
    this.#codecs = codecs;
    this.#record = record;
    const { length } = target.columns;
    this.#starts = record?.starts ?? new Int32Array(length);
    this.#ends = record?.ends ?? new Int32Array(length);
    this.#kinds = record?.kinds ?? new Uint8Array(length);
  }

  /** Tuples that are read. */
  get line(): number {
    return this.#line;
  }

  read(data: Buffer, rows: Row[]): void {
    if (this.#ended) return;
    this.#pieces.push(Buffer.from(data));
    this.#pieceBytes += data.length;
    if (this.#pieceBytes > PENDING_BYTES_MAX) throw new SqlError("54000", "COPY row is too long");
    if (this.#pieceBytes < this.#needed) return;
    const bytes =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? EMPTY) : Buffer.concat(this.#pieces);
    const rest = bytes.subarray(this.#readTuples(bytes, rows));
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#pieceBytes = rest.length;
    // Doubling keeps the cost of joining linear in the size of a long tuple.
    this.#needed = rest.length * 2;
  }

  finish(rows: Row[]): void {
    this.#needed = 0;
    this.#isLast = true;
    this.read(EMPTY, rows);
    if (this.#headerDue) throw bad("COPY file signature not recognized");
    // Half of a field count is none: the data ends there.
    if (this.#pieceBytes > 1 && !this.#ended) throw bad("unexpected EOF in COPY data");
  }

  /** Returns how many bytes were used. */
  #readTuples(bytes: Buffer, rows: Row[]): number {
    let at = 0;
    if (this.#headerDue) {
      at = this.#readHeader(bytes);
      if (at === 0) return 0;
      this.#headerDue = false;
    }
    for (;;) {
      const next = this.#readTuple(bytes, at, rows);
      if (next === at || this.#ended) return next;
      at = next;
    }
  }

  #readHeader(bytes: Buffer): number {
    if (bytes.length < HEADER_LENGTH) return 0;
    if (!bytes.subarray(0, BINARY_SIGNATURE.length).equals(BINARY_SIGNATURE)) {
      throw bad("COPY file signature not recognized");
    }
    const flags = bytes.readUInt32BE(BINARY_SIGNATURE.length);
    if (flags >>> 16 !== 0) throw bad("unrecognized critical flags in COPY file header");
    const extension = bytes.readInt32BE(BINARY_SIGNATURE.length + 4);
    if (extension < 0) throw bad("invalid COPY file header (missing length)");
    return bytes.length < HEADER_LENGTH + extension ? 0 : HEADER_LENGTH + extension;
  }

  /** The offset behind the tuple at `start`, or `start` when it is not complete. */
  #readTuple(bytes: Buffer, start: number, rows: Row[]): number {
    if (bytes.length - start < 2) return start;
    const { columns } = this.#target;
    const count = bytes.readInt16BE(start);
    if (count === -1) {
      this.#ended = true;
      return bytes.length;
    }
    if (count !== columns.length) {
      const text = `row field count is ${String(count)}, expected ${String(columns.length)}`;
      throw bad(text, this.#context());
    }
    let at = start + 2;
    for (let field = 0; field < count; field++) {
      if (bytes.length - at < 4) return this.#incomplete(bytes, start, field);
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < -1) {
        this.#judge(bytes, field);
        throw bad("invalid field size", this.#context(field));
      }
      const size = Math.max(length, 0);
      if (bytes.length - at < size) return this.#incomplete(bytes, start, field);
      this.#kinds[field] = length === -1 ? NULL_FIELD : PLAIN;
      this.#starts[field] = at;
      at += size;
      this.#ends[field] = at;
    }
    this.#bytes = bytes;
    try {
      if (this.#record === undefined) rows.push(columns.map((_, field) => this.#valueOf(field)));
      else this.#record.add(bytes, start, at, this.#valueOf);
    } catch (error) {
      throw withContext(error, this.#context());
    }
    this.#places.note(++this.#line);
    return at;
  }

  /** Of the tuple that is read. */
  #context(field?: number): string {
    const place = placeContext({ table: this.#target.table, line: this.#line + 1 });
    return field === undefined
      ? place
      : `${place}, column ${this.#target.columns[field]?.name ?? ""}`;
  }

  /** What is wrong with the fields before one is told first. */
  #judge(bytes: Buffer, fields: number): void {
    this.#bytes = bytes;
    for (let field = 0; field < fields; field++) this.#valueOf(field);
  }

  /** More may come; at the end, what is wrong with the fields that are there is told. */
  #incomplete(bytes: Buffer, start: number, fields: number): number {
    if (!this.#isLast) return start;
    this.#judge(bytes, fields);
    throw bad("unexpected EOF in COPY data", this.#context(fields));
  }

  #value(field: number): Datum {
    try {
      return this.#received(field);
    } catch (error) {
      throw withContext(error, this.#context(field));
    }
  }

  #received(field: number): Datum {
    const { type, typmod } = this.#target.columns[field] as CopyTarget["columns"][number];
    if (this.#kinds[field] === NULL_FIELD) {
      if (isUserType(type)) checkNull(typeByOid(type), { ...DEFAULT_FORMAT, now: 0n });
      return null;
    }
    const codec = this.#codecs(type);
    if (codec === undefined) throw new RangeError(`no codec for type ${String(type)}`);
    try {
      return codec.receive(this.#bytes.subarray(this.#starts[field], this.#ends[field]), typmod);
    } catch (error) {
      if (error instanceof SqlError) throw error;
      throw new SqlError("22P03", "incorrect binary data format", { cause: error });
    }
  }
}
