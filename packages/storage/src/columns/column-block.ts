/**
 * The column vectors of neighbouring rows as the disk has them, made when a scan first asks for them.
 * A block is right for every snapshot at or after its youngest version, until a write to one of its
 * keys removes it.
 */
import type { DiskStore, Key, Timestamp } from "@firstlight/common";
import { InvariantError, keyAfter } from "@firstlight/common";
import type { ColumnVector, Datum } from "@firstlight/sql";
import { buildVectors, serializeDatum } from "@firstlight/sql";
import { currentSpan, keyOfCurrent } from "../layout/disk-keys.ts";
import { currentTimestamp, currentValue } from "../layout/version-record.ts";

/** What the columns of a table are: vectors of two tables, or of two states of one, never meet. */
export interface ColumnLayout {
  readonly columnTypes: readonly number[];
  readonly defaults: readonly Datum[] | undefined;
}

/** The stored rows of a stretch of keys. */
export interface StoredRows {
  readonly rows: readonly Uint8Array[];
  /** The first key that is not in it. */
  readonly end: Key;
  readonly youngest: Timestamp;
}

export interface StretchBounds {
  readonly keys: number;
  readonly bytes: number;
}

/** The rows from `start` on, up to `end` or as many as the bounds allow. */
export function storedRows(
  store: DiskStore,
  start: Key,
  end: Key,
  bounds: StretchBounds,
): StoredRows {
  const rows: Uint8Array[] = [];
  let youngest = 0 as Timestamp;
  let keys = 0;
  let bytes = 0;
  for (const entry of store.range({ span: currentSpan({ start, end }) })) {
    const timestamp = currentTimestamp(entry.value);
    if (timestamp > youngest) youngest = timestamp;
    const value = currentValue(entry.value);
    if (value !== undefined) rows.push(value);
    keys++;
    bytes += entry.value.length;
    if (keys >= bounds.keys || bytes >= bounds.bytes) {
      return { rows, end: keyAfter(keyOfCurrent(entry.key)), youngest };
    }
  }
  return { rows, end, youngest };
}

const UNBOUNDED: StretchBounds = { keys: Infinity, bytes: Infinity };

export class ColumnBlock {
  readonly start: Key;
  readonly end: Key;
  readonly count: number;
  readonly youngest: Timestamp;
  readonly #vectors = new Map<string, ColumnVector>();
  bytes = 0;

  constructor(start: Key, stored: StoredRows) {
    this.start = start;
    this.end = stored.end;
    this.count = stored.rows.length;
    this.youngest = stored.youngest;
  }

  /** Adds the vectors that are not there yet; reads the rows again unless they are given. */
  fill(
    store: DiskStore,
    columns: readonly number[],
    layout: ColumnLayout,
    rows?: readonly Uint8Array[],
  ): boolean {
    const absent = columns.filter((column) => !this.#vectors.has(nameOf(column, layout)));
    if (absent.length === 0) return false;
    const from = rows ?? storedRows(store, this.start, this.end, UNBOUNDED).rows;
    if (from.length !== this.count) throw new InvariantError("a column block has other rows");
    const built = buildVectors(from, absent, layout.columnTypes, layout.defaults);
    for (const [at, column] of absent.entries()) {
      const vector = built[at];
      if (vector === undefined) continue;
      this.#vectors.set(nameOf(column, layout), vector);
      this.bytes += vector.bytes;
    }
    return true;
  }

  /** All of them were filled in before. */
  vectors(columns: readonly number[], layout: ColumnLayout): readonly ColumnVector[] {
    const found: ColumnVector[] = [];
    for (const column of columns) {
      const vector = this.#vectors.get(nameOf(column, layout));
      if (vector !== undefined) found.push(vector);
    }
    return found;
  }
}

function nameOf(column: number, { columnTypes, defaults }: ColumnLayout): string {
  const missing = defaults?.[column] ?? null;
  const name = `${column}:${columnTypes[column]}`;
  return missing === null ? name : `${name}:${serializeDatum(missing)}`;
}
