/**
 * Deltas: amounts to be added to columns of a row whose other bytes nobody looks at. Storage adds
 * them in the order of commit, so many transactions may change one row without conflict (intent D;
 * O'Neil's escrow method, 1986, without its bounds).
 *
 * | bytes      | what                                                    |
 * |------------|---------------------------------------------------------|
 * | varint n   | number of columns                                       |
 * | n ×        | varint column, varint type, varint length, binary value |
 */
import { ByteReader, ByteWriter } from "@firstlight/common";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import type { Datum, Numeric } from "../values/datum.ts";
import { numericAdd } from "../values/numeric-arithmetic.ts";
import { locateColumns } from "./row-layout.ts";

export interface ColumnDelta {
  readonly column: number;
  /** INT4, INT8 or NUMERIC. */
  readonly type: number;
  readonly amount: Datum;
}

const INT4_MAX = 2147483647;
const INT8_MAX = 9223372036854775807n;

interface DeltaType {
  write(value: Datum): Uint8Array;
  /** Clamps what would overflow: those who write deltas keep far from the ends (deltaBound). */
  add(row: Uint8Array, at: number, amount: Uint8Array): Uint8Array;
}

const TYPES: ReadonlyMap<number, DeltaType> = new Map<number, DeltaType>([
  [
    oids.INT4,
    {
      write: (value) => binary.int4Bytes(value as number),
      add(row, at, amount) {
        const sum = binary.readInt4(row, at) + binary.readInt4(amount, 0);
        return binary.int4Bytes(Math.max(-INT4_MAX - 1, Math.min(INT4_MAX, sum)));
      },
    },
  ],
  [
    oids.INT8,
    {
      write: (value) => binary.int8Bytes(value as bigint),
      add(row, at, amount) {
        const sum = binary.readInt8(row, at) + binary.readInt8(amount, 0);
        return binary.int8Bytes(
          sum > INT8_MAX ? INT8_MAX : sum < -INT8_MAX - 1n ? -INT8_MAX - 1n : sum,
        );
      },
    },
  ],
  [
    oids.NUMERIC,
    {
      write: (value) => binary.numericBytes(value as Numeric),
      add: (row, at, amount) =>
        binary.numericBytes(numericAdd(binary.readNumeric(row, at), binary.readNumeric(amount, 0))),
    },
  ],
]);

function typeOf(type: number): DeltaType {
  const found = TYPES.get(type);
  if (found === undefined) throw new RangeError(`type ${type} has no deltas`);
  return found;
}

/** `deltas` by ascending column, none twice. */
export function encodeDeltas(deltas: readonly ColumnDelta[]): Buffer {
  const writer = new ByteWriter(32).varint(deltas.length);
  for (const { column, type, amount } of deltas) {
    writer.varint(column).varint(type).bytes(typeOf(type).write(amount));
  }
  return writer.finish();
}

/**
 * The row with the deltas added. A column that is NULL or missing stays so: whoever wrote the delta
 * saw a value, and what takes it away conflicts.
 */
export function addDeltas(row: Uint8Array, deltas: Uint8Array): Buffer {
  const reader = new ByteReader(deltas);
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (let left = reader.varint(); left > 0; left--) {
    const column = reader.varint();
    const type = typeOf(reader.varint());
    const amount = reader.bytes();
    const place = new Int32Array(2 * column + 2);
    locateColumns(row, column + 1, place);
    const [start = -1, end = -1] = place.subarray(2 * column);
    if (start < 0) continue;
    const sum = type.add(row, start, amount);
    const lengthBytes = varintSize(end - start + 1);
    parts.push(row.subarray(copied, start - lengthBytes));
    parts.push(new ByteWriter(4).varint(sum.length + 1).finish(), sum);
    copied = end;
  }
  parts.push(row.subarray(copied));
  return Buffer.concat(parts);
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) size++;
  return size;
}
