/**
 * Datums to stored rows. Values are written into one scratch buffer, which grows as needed and is
 * copied out once the row's length is known.
 */
import type { Datum, Interval, Numeric, TimeTz } from "../values/datum.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import { writeVarint as writeVarintTo } from "./column-from-field.ts";
import { ROW_VERSION } from "./row-layout.ts";
import { physicalType, storedForm } from "./stored-form.ts";

/** Larger scratch buffers are dropped after use. */
const SCRATCH_KEPT_MAX = 1 << 20;
/** Bytes that a fixed-length column takes at most, with its length. */
const FIXED_COLUMN_MAX = 17;
const ASCII_LOOP_MAX = 32;

/** More than all fixed-length columns take. */
const SLACK = 1 << 16;

let scratch: Buffer = Buffer.allocUnsafeSlow(8192);

function reserve(at: number, length: number): void {
  const needed = at + length;
  if (needed <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, scratch.length * 2));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

function writeVarint(at: number, value: number): number {
  return writeVarintTo(scratch, at, value);
}

/** Writes one value with its length before it; returns the end. */
type ColumnWriter = (at: number, value: Datum) => number;

function writeBytes(at: number, bytes: Uint8Array): number {
  reserve(at, bytes.length + 5);
  const start = writeVarint(at, bytes.length + 1);
  scratch.set(bytes, start);
  return start + bytes.length;
}

function writeText(at: number, value: Datum): number {
  const text = value as string;
  const length = text.length;
  if (length > SCRATCH_KEPT_MAX) return writeLongText(at, text);
  reserve(at, length * 3 + 5);
  if (length <= ASCII_LOOP_MAX) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) break;
      scratch[at + 1 + i] = code;
    }
    if (i === length) {
      scratch[at] = length + 1;
      return at + 1 + length;
    }
  }
  const start = writeVarint(at, Buffer.byteLength(text) + 1);
  return start + scratch.write(text, start);
}

/** Just as much as it takes, and what may follow it: the buffer becomes the row. */
function writeLongText(at: number, text: string): number {
  const bytes = Buffer.byteLength(text);
  reserve(at, bytes + SLACK);
  const start = writeVarint(at, bytes + 1);
  return start + scratch.write(text, start);
}

function writeBool(at: number, value: Datum): number {
  scratch[at] = 2;
  scratch[at + 1] = value === true ? 1 : 0;
  return at + 2;
}

function writeInt2(at: number, value: Datum): number {
  scratch[at] = 3;
  binary.writeInt2(scratch, at + 1, value as number);
  return at + 3;
}

function writeInt4(at: number, value: Datum): number {
  scratch[at] = 5;
  binary.writeInt4(scratch, at + 1, value as number);
  return at + 5;
}

function writeInt8(at: number, value: Datum): number {
  scratch[at] = 9;
  binary.writeInt8(scratch, at + 1, value as bigint);
  return at + 9;
}

function writeFloat4(at: number, value: Datum): number {
  scratch[at] = 5;
  binary.writeFloat4(scratch, at + 1, value as number);
  return at + 5;
}

function writeFloat8(at: number, value: Datum): number {
  scratch[at] = 9;
  binary.writeFloat8(scratch, at + 1, value as number);
  return at + 9;
}

function writeDate(at: number, value: Datum): number {
  return writeInt4(at, binary.dateToInt4(value as number));
}

function writeTime(at: number, value: Datum): number {
  const micros = value as number;
  const high = Math.floor(micros / 4294967296);
  scratch[at] = 9;
  binary.writeInt4(scratch, at + 1, high);
  binary.writeInt4(scratch, at + 5, micros - high * 4294967296);
  return at + 9;
}

function writeTimeTz(at: number, value: Datum): number {
  const { micros, zone } = value as TimeTz;
  writeTime(at, micros);
  scratch[at] = 13;
  binary.writeInt4(scratch, at + 9, zone);
  return at + 13;
}

function writeInterval(at: number, value: Datum): number {
  const { months, days, micros } = value as Interval;
  writeInt8(at, micros);
  scratch[at] = 17;
  binary.writeInt4(scratch, at + 9, days);
  binary.writeInt4(scratch, at + 13, months);
  return at + 17;
}

function writeUuid(at: number, value: Datum): number {
  scratch[at] = 17;
  binary.writeUuid(scratch, at + 1, value as string);
  return at + 17;
}

function writeNumeric(at: number, value: Datum): number {
  const length = binary.writeSmallNumeric(scratch, at + 1, value as Numeric);
  if (length < 0) return writeBytes(at, binary.numericBytes(value as Numeric));
  scratch[at] = length + 1;
  return at + 1 + length;
}

const WRITERS: ReadonlyMap<number, ColumnWriter> = new Map<number, ColumnWriter>([
  [oids.BOOL, writeBool],
  [oids.INT2, writeInt2],
  [oids.INT4, writeInt4],
  [oids.OID, writeInt4],
  [oids.INT8, writeInt8],
  [oids.FLOAT4, writeFloat4],
  [oids.FLOAT8, writeFloat8],
  [oids.DATE, writeDate],
  [oids.TIME, writeTime],
  [oids.TIMETZ, writeTimeTz],
  [oids.TIMESTAMP, writeInt8],
  [oids.TIMESTAMPTZ, writeInt8],
  [oids.INTERVAL, writeInterval],
  [oids.UUID, writeUuid],
  [oids.NUMERIC, writeNumeric],
  [oids.TEXT, writeText],
  [oids.VARCHAR, writeText],
  [oids.BPCHAR, writeText],
  [oids.NAME, writeText],
  [oids.JSON_TYPE, writeText],
  [oids.BYTEA, (at, value) => writeBytes(at, value as Uint8Array)],
]);

function writerOf(type: number): ColumnWriter {
  const known = WRITERS.get(physicalType(type));
  if (known !== undefined) return known;
  const form = storedForm(type);
  return (at, value) => writeBytes(at, form.send(value));
}

export type RowEncoder = (values: readonly Datum[]) => Buffer;

/** An encoder of rows with columns of `types`; a value that is undefined counts as NULL. */
export function rowEncoder(types: readonly number[]): RowEncoder {
  const writers = types.map(writerOf);
  const columns = types.length;
  const fixedMax = columns * FIXED_COLUMN_MAX + 8;
  return (values) => {
    reserve(0, fixedMax);
    scratch[0] = ROW_VERSION;
    let at = writeVarint(1, columns);
    for (let i = 0; i < columns; i++) {
      const value = values[i];
      if (value === null || value === undefined) {
        scratch[at++] = 0;
      } else {
        at = (writers[i] as ColumnWriter)(at, value);
      }
      // A text may have used up what was reserved for the fixed columns after it.
      if (scratch.length - at < fixedMax) reserve(at, fixedMax);
    }
    return takeRow(at);
  };
}

/** A copy of what was written; a large buffer that is nearly full is not copied. */
function takeRow(length: number): Buffer {
  const written = scratch;
  if (written.length > SCRATCH_KEPT_MAX) {
    scratch = Buffer.allocUnsafeSlow(8192);
    if (written.length - length <= SLACK) return written.subarray(0, length);
  }
  const row = Buffer.allocUnsafe(length);
  written.copy(row, 0, 0, length);
  return row;
}

const encoders = new WeakMap<readonly number[], RowEncoder>();

/** rowEncoder(types)(values), with the encoder remembered per list of types. */
export function encodeRow(types: readonly number[], values: readonly Datum[]): Buffer {
  let encoder = encoders.get(types);
  if (encoder === undefined) {
    encoder = rowEncoder(types);
    encoders.set(types, encoder);
  }
  return encoder(values);
}
