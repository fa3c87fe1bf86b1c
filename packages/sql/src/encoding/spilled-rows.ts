/**
 * Rows as operators hold them, to bytes and back, for temporary files. Each value carries what kind
 * of JavaScript value it is, so rows need no types (keys and partial states among them), and what
 * comes back is the very value. The format never leaves the process.
 */
import { InvariantError } from "@firstlight/common";
import type { Datum, Interval, Numeric, Row } from "../values/datum.ts";
import { makeNumeric } from "../values/numeric.ts";
import { readStructure, writeStructure } from "./spilled-structures.ts";

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const BYTE = 3;
const INT = 4;
const DOUBLE = 5;
const BIGINT = 6;
const LONG_BIGINT = 7;
const SHORT_TEXT = 8;
const LATIN_TEXT = 9;
const WIDE_TEXT = 10;
const BYTES = 11;
const NUMERIC = 12;
const INTERVAL = 13;
const STRUCTURE = 14;
const SAME = 15;

const SHORT_MAX = 255;
/** A text from this length on is looked for among those before it in its row. */
const REPEATED_MIN = 1 << 16;
/** Texts up to this length are written unit by unit. */
const LOOP_MAX = 40;
const FIRST_BYTES = 1024;
const DOUBLED_MAX = 1 << 20;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Writes values one behind the other into a buffer that grows. */
export class SpillWriter {
  #bytes: Buffer;
  #view: DataView;
  #at = 0;

  constructor(bytes: number = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  /** What was written; the writer goes on in another buffer. */
  take(nextBytes: number = FIRST_BYTES): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafeSlow(nextBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = 0;
    return taken;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    // What has grown by a long value is given up soon.
    const doubled = Math.min(this.#bytes.length, DOUBLED_MAX) * 2;
    const larger = Buffer.allocUnsafeSlow(needed > doubled ? needed + (needed >> 4) : doubled);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  row(row: Row): void {
    this.#reserve(4 + row.length * 24);
    this.#view.setUint32(this.#at, row.length);
    this.#at += 4;
    for (let i = 0; i < row.length; i++) {
      const value = row[i] ?? null;
      if (typeof value !== "string" || value.length < REPEATED_MIN) this.value(value);
      else this.#longText(row, i, value);
    }
  }

  /** Aggregates keep an argument that they are sorted by twice. */
  #longText(row: Row, at: number, text: string): void {
    const before = row.indexOf(text);
    if (before === at) {
      this.text(text);
      return;
    }
    this.byte(SAME);
    this.count(before);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  count(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  value(value: Datum): void {
    this.#reserve(10);
    if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.text(value);
    else if (typeof value === "bigint") this.#bigint(value);
    else if (typeof value === "boolean") this.#bytes[this.#at++] = value ? TRUE : FALSE;
    else if (value === null) this.#bytes[this.#at++] = NULL;
    else this.#object(value);
  }

  #number(value: number): void {
    if ((value | 0) !== value || Object.is(value, -0)) {
      this.#bytes[this.#at] = DOUBLE;
      this.#view.setFloat64(this.#at + 1, value);
      this.#at += 9;
    } else if (value >= 0 && value < 256) {
      this.#bytes[this.#at] = BYTE;
      this.#bytes[this.#at + 1] = value;
      this.#at += 2;
    } else {
      this.#bytes[this.#at] = INT;
      this.#view.setInt32(this.#at + 1, value);
      this.#at += 5;
    }
  }

  #bigint(value: bigint): void {
    if (value >= INT64_MIN && value <= INT64_MAX) {
      this.#bytes[this.#at] = BIGINT;
      this.#view.setBigInt64(this.#at + 1, value);
      this.#at += 9;
      return;
    }
    this.#bytes[this.#at++] = LONG_BIGINT;
    this.text((value < 0n ? "-" : "") + (value < 0n ? -value : value).toString(16));
  }

  text(text: string): void {
    const { length } = text;
    if (length <= LOOP_MAX && this.#shortText(text, length)) return;
    const isLatin = Buffer.byteLength(text) === length;
    this.#reserve(5 + (isLatin ? length : length * 2));
    this.#bytes[this.#at] = isLatin ? LATIN_TEXT : WIDE_TEXT;
    this.#view.setUint32(this.#at + 1, length);
    this.#at += 5;
    this.#at += this.#bytes.write(text, this.#at, isLatin ? "latin1" : "utf16le");
  }

  #shortText(text: string, length: number): boolean {
    this.#reserve(2 + length);
    const bytes = this.#bytes;
    const start = this.#at + 2;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > SHORT_MAX) return false;
      bytes[start + i] = unit;
    }
    bytes[this.#at] = SHORT_TEXT;
    bytes[this.#at + 1] = length;
    this.#at = start + length;
    return true;
  }

  #object(value: Exclude<Datum, null | boolean | number | bigint | string>): void {
    if (value instanceof Uint8Array) {
      this.#reserve(5 + value.length);
      this.#bytes[this.#at] = BYTES;
      this.#view.setUint32(this.#at + 1, value.length);
      this.#bytes.set(value, this.#at + 5);
      this.#at += 5 + value.length;
    } else if (value.tag === "numeric" && value.kind === "finite") {
      this.#bytes[this.#at] = NUMERIC;
      this.#view.setUint16(this.#at + 1, value.scale);
      this.#at += 3;
      this.#reserve(10);
      this.#bigint(value.coefficient);
    } else if (value.tag === "interval") {
      this.#interval(value);
    } else {
      this.#bytes[this.#at++] = STRUCTURE;
      writeStructure(this, value);
    }
  }

  #interval({ months, days, micros }: Interval): void {
    this.#reserve(20);
    this.#bytes[this.#at] = INTERVAL;
    this.#view.setInt32(this.#at + 1, months);
    this.#view.setInt32(this.#at + 5, days);
    this.#at += 9;
    this.#bigint(micros);
  }
}

/** Reads what a SpillWriter wrote. */
export class SpillReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  row(): Datum[] {
    const width = this.count();
    // Copied, a literal keeps the array as long as it is: pushing would leave it with room to grow.
    const row = blankRow(width).slice();
    for (let i = 0; i < width; i++) {
      if (this.#bytes[this.#at] === SAME) row[i] = row[this.#same()] ?? null;
      else row[i] = this.value();
    }
    return row;
  }

  #same(): number {
    this.#at++;
    return this.count();
  }

  byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  count(): number {
    const value = this.#view.getUint32(this.#at);
    this.#at += 4;
    return value;
  }

  value(): Datum {
    const kind = this.#bytes[this.#at++] as number;
    const from = this.#at;
    switch (kind) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case BYTE:
        this.#at = from + 1;
        return this.#bytes[from] as number;
      case INT:
        this.#at = from + 4;
        return this.#view.getInt32(from);
      case DOUBLE:
        this.#at = from + 8;
        return this.#view.getFloat64(from);
      case BIGINT:
        this.#at = from + 8;
        return this.#view.getBigInt64(from);
      case SHORT_TEXT: {
        const start = from + 1;
        this.#at = start + (this.#bytes[from] as number);
        return this.#bytes.toString("latin1", start, this.#at);
      }
      default:
        return this.#longValue(kind);
    }
  }

  #longValue(kind: number): Datum {
    switch (kind) {
      case LONG_BIGINT:
        return longBigint(this.value() as string);
      case LATIN_TEXT: {
        const start = this.#take(this.count());
        return this.#bytes.toString("latin1", start, this.#at);
      }
      case WIDE_TEXT: {
        const start = this.#take(this.count() * 2);
        return this.#bytes.toString("utf16le", start, this.#at);
      }
      case BYTES: {
        const start = this.#take(this.count());
        return new Uint8Array(this.#bytes.subarray(start, this.#at));
      }
      case NUMERIC:
        return this.#numeric();
      case INTERVAL: {
        const months = this.#view.getInt32(this.#at);
        const days = this.#view.getInt32(this.#at + 4);
        this.#at += 8;
        return { tag: "interval", months, days, micros: this.value() as bigint };
      }
      case STRUCTURE:
        return readStructure(this);
      default:
        throw new InvariantError("a spilled row with a value of no kind");
    }
  }

  #numeric(): Numeric {
    const scale = this.#view.getUint16(this.#at);
    this.#at += 2;
    return makeNumeric(this.value() as bigint, scale);
  }

  /** Where the next `length` bytes start. */
  #take(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

function longBigint(text: string): bigint {
  return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

let blank: Datum[] = [];

/** Scans alternate little between widths. */
function blankRow(width: number): Datum[] {
  if (blank.length !== width) blank = Array.from({ length: width }, (): Datum => null);
  return blank;
}
