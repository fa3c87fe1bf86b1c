/**
 * Stored rows to Datums. A decoder is made once per list of types and columns and then allocates
 * nothing but the row and its values.
 */
import { invariant } from "@firstlight/common";
import type { Datum } from "../values/datum.ts";
import { uuidFromBytes } from "../values/uuid.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import { ROW_VERSION, refuseVersion } from "./row-layout.ts";
import { physicalType, storedForm } from "./stored-form.ts";

export type ColumnReader = (bytes: Uint8Array, start: number, end: number) => Datum;

const READERS: ReadonlyMap<number, ColumnReader> = new Map<number, ColumnReader>([
  [oids.BOOL, (bytes, start) => bytes[start] !== 0],
  [oids.INT2, binary.readInt2],
  [oids.INT4, binary.readInt4],
  [oids.INT8, binary.readInt8],
  [oids.OID, binary.readUint4],
  [oids.FLOAT4, binary.readFloat4],
  [oids.FLOAT8, binary.readFloat8],
  [oids.NUMERIC, binary.readNumeric],
  [oids.DATE, (bytes, start) => binary.dateFromInt4(binary.readInt4(bytes, start))],
  [oids.TIME, binary.readInt8AsNumber],
  [oids.TIMETZ, binary.readTimeTz],
  [oids.TIMESTAMP, binary.readInt8],
  [oids.TIMESTAMPTZ, binary.readInt8],
  [oids.INTERVAL, binary.readInterval],
  [oids.UUID, uuidFromBytes],
  [oids.BYTEA, binary.copyBytes],
  [oids.TEXT, binary.readText],
  [oids.VARCHAR, binary.readText],
  [oids.BPCHAR, binary.readText],
  [oids.NAME, binary.readText],
  [oids.JSON_TYPE, binary.readText],
]);

export function columnReader(type: number): ColumnReader {
  const known = READERS.get(physicalType(type));
  if (known !== undefined) return known;
  const form = storedForm(type);
  return (bytes, start, end) => form.receive(bytes.subarray(start, end));
}

/** Column kinds whose readers are inlined. */
const OTHER = 0;
const INTEGER = 1;
const BIGINT = 2;
const TEXT = 3;

function kindOf(columnType: number): number {
  const type = physicalType(columnType);
  if (type === oids.INT4) return INTEGER;
  if (type === oids.INT8 || type === oids.TIMESTAMP || type === oids.TIMESTAMPTZ) return BIGINT;
  return type === oids.TEXT || type === oids.VARCHAR || type === oids.BPCHAR ? TEXT : OTHER;
}

export type RowDecoder = (bytes: Uint8Array, offset?: number) => Datum[];

/**
 * A decoder of rows with columns of `types`. With `wantedColumns` the result has only these, in
 * that order (each at most once). A column that an older row lacks takes `defaults[column]`, or
 * null.
 */
export function rowDecoder(
  types: readonly number[],
  wantedColumns?: readonly number[],
  defaults?: readonly Datum[],
): RowDecoder {
  const wanted = wantedColumns ?? types.map((_, i) => i);
  const columns = wanted.length === 0 ? 0 : Math.max(...wanted) + 1;
  invariant(columns <= types.length, () => `column ${columns - 1} of ${types.length} asked for`);
  const slots = new Int32Array(columns).fill(-1);
  for (const [slot, column] of wanted.entries()) {
    invariant(slots[column] === -1, () => `column ${column} is asked for twice`);
    slots[column] = slot;
  }
  /** What a row has where the stored one is too short; copying it keeps the array packed. */
  const blank = wanted.map((column): Datum => defaults?.[column] ?? null);
  const kinds = Uint8Array.from(types.slice(0, columns), kindOf);
  const readers = types.slice(0, columns).map(columnReader);
  return (bytes, offset = 0) => {
    const row = blank.slice();
    if (bytes[offset] !== ROW_VERSION) refuseVersion(bytes[offset]);
    let at = offset + 1;
    let byte = bytes[at++] as number;
    let stored = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] as number;
      stored |= (byte & 0x7f) << shift;
    }
    const present = stored < columns ? stored : columns;
    for (let i = 0; i < present; i++) {
      byte = bytes[at++] as number;
      let length = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++] as number;
        length |= (byte & 0x7f) << shift;
      }
      const slot = slots[i] as number;
      if (length === 0) {
        if (slot >= 0) row[slot] = null;
        continue;
      }
      const end = at + length - 1;
      if (slot >= 0) {
        const kind = kinds[i];
        if (kind === INTEGER) row[slot] = binary.readInt4(bytes, at);
        else if (kind === BIGINT) row[slot] = binary.readInt8(bytes, at);
        else if (kind === TEXT) row[slot] = binary.readText(bytes, at, end);
        else row[slot] = (readers[i] as ColumnReader)(bytes, at, end);
      }
      at = end;
    }
    return row;
  };
}
