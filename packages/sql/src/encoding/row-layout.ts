/**
 * The bytes of a stored row:
 *
 * | bytes            | what                                                                    |
 * |------------------|-------------------------------------------------------------------------|
 * | 1                | format version, 1                                                       |
 * | varint           | number of columns stored                                                |
 * | per column       | varint: 0 for NULL, else length + 1; then the value in binary send form |
 *
 * A varint has seven bits per byte, the lowest first, the high bit set on all but the last. Columns
 * added to a table later are missing at the end of older rows. Values are in the form in which
 * PostgreSQL sends them, so that a column can go to a client without being decoded.
 */
import { InvariantError } from "@firstlight/common";

export const ROW_VERSION = 1;

export function refuseVersion(version: number | undefined): never {
  throw new InvariantError(`row format version ${String(version)} is not known`);
}

/** Start of a column that is NULL. */
export const COLUMN_NULL = -1;
/** Start of a column that the row does not have. */
export const COLUMN_MISSING = -2;

/**
 * Finds the first `count` columns: `into[2i]` is the start of column i, or COLUMN_NULL or
 * COLUMN_MISSING, and `into[2i + 1]` its end.
 */
export function locateColumns(
  bytes: Uint8Array,
  count: number,
  into: Int32Array,
  offset = 0,
): void {
  if (bytes[offset] !== ROW_VERSION) refuseVersion(bytes[offset]);
  let at = offset + 1;
  let byte = bytes[at++] as number;
  let stored = byte & 0x7f;
  for (let shift = 7; byte >= 0x80; shift += 7) {
    byte = bytes[at++] as number;
    stored |= (byte & 0x7f) << shift;
  }
  for (let i = 0; i < count; i++) {
    if (i >= stored) {
      into[2 * i] = COLUMN_MISSING;
      continue;
    }
    byte = bytes[at++] as number;
    let length = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] as number;
      length |= (byte & 0x7f) << shift;
    }
    if (length === 0) {
      into[2 * i] = COLUMN_NULL;
      continue;
    }
    into[2 * i] = at;
    at += length - 1;
    into[2 * i + 1] = at;
  }
}

let bounds = new Int32Array(64);

/** The bytes of column `i` without copying; null for NULL, undefined when the row lacks it. */
export function sliceColumn(
  bytes: Uint8Array,
  i: number,
  offset = 0,
): Uint8Array | null | undefined {
  if (bounds.length < 2 * i + 2) bounds = new Int32Array(4 * i + 4);
  locateColumns(bytes, i + 1, bounds, offset);
  const start = bounds[2 * i] as number;
  if (start === COLUMN_NULL) return null;
  return start === COLUMN_MISSING ? undefined : bytes.subarray(start, bounds[2 * i + 1]);
}
