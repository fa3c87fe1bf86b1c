/**
 * Rows that are bytes already, and their entries in indexes, as packed writes: the same keys and
 * values that table-layout.ts makes of a row's values.
 */
import { keyToBytes } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH } from "@firstlight/common";
import {
  COLUMN_MISSING,
  COLUMN_NULL,
  GrowingBytes,
  StoredKeyEncoder,
  encodeRow,
  locateColumns,
} from "@firstlight/sql";
import type { StoredRows } from "@firstlight/sql";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import { PackedBatch } from "../transaction/packed-batch.ts";
import type { RowIdSource } from "./row-id.ts";
import type { IndexLayout, KeyPart, TableLayout } from "./table-layout.ts";

const FIRST_BYTES = 4 * 1024;
/** Version and number of columns. */
const ROW_HEADER = 2;

/** Where the columns of the row are that is being packed. */
interface LocatedRow {
  readonly bytes: Uint8Array;
  readonly bounds: Int32Array;
}

function keyColumns(parts: readonly KeyPart[], { missing }: TableLayout): StoredKeyEncoder {
  return new StoredKeyEncoder(parts, missing);
}

/** Whether entries of the index are made of the columns' bytes alone. */
export function isOfColumns({ predicate, columns, deferrable }: IndexDescriptor): boolean {
  const isPlain = columns.every(({ expression }) => expression === undefined);
  return predicate === undefined && deferrable === undefined && isPlain;
}

/** New entries of one index. */
export class PackedEntries {
  readonly batch: PackedBatch = new PackedBatch();
  readonly index: IndexLayout;
  /** So many columns of a row have to be located. */
  readonly located: number;
  /** Whether each of the entries excludes others of its key. */
  allExclude = true;
  /** Those that do, by number, where not all do. */
  readonly excluding: number[] = [];
  readonly #prefix: Buffer;
  readonly #keys: StoredKeyEncoder;
  /** Of the columns stored, what rows have that are too old for them. */
  readonly #missing: readonly Buffer[];
  readonly #key = new GrowingBytes(FIRST_BYTES);
  readonly #value = new GrowingBytes(FIRST_BYTES);

  constructor(index: IndexLayout, layout: TableLayout) {
    this.index = index;
    this.#prefix = keyToBytes(index.prefix);
    this.#keys = keyColumns(index.keyParts, layout);
    this.#missing = index.stored.map((position) => {
      const { types, missing } = layout;
      return encodeRow([types[position] as number], [missing[position] ?? null]).subarray(
        ROW_HEADER,
      );
    });
    const last = Math.max(-1, ...index.stored);
    this.located = Math.max(this.#keys.located, last + 1);
  }

  clear(): void {
    this.batch.clear();
    this.allExclude = true;
    this.excluding.length = 0;
  }

  /** `suffix`: the row's key from `suffixAt` on. */
  add(row: LocatedRow, rowKey: GrowingBytes, suffixAt: number): void {
    const key = this.#key;
    key.end = 0;
    key.add(this.#prefix, 0, this.#prefix.length);
    const isWhole = this.#keys.write(row.bytes, row.bounds, key);
    const { unique, nullsDistinct } = this.index.descriptor;
    const excludes = unique && (isWhole || !nullsDistinct);
    if (excludes) this.excluding.push(this.batch.length);
    else {
      this.allExclude = false;
      key.add(rowKey.bytes, suffixAt, rowKey.end);
    }
    this.#writeValue(row, rowKey, suffixAt);
    this.batch.add(key.bytes, key.end, this.#value.bytes, 0, this.#value.end);
  }

  #writeValue({ bytes, bounds }: LocatedRow, rowKey: GrowingBytes, suffixAt: number): void {
    const value = this.#value;
    const { stored } = this.index;
    value.end = 0;
    value.rowHeader(stored.length + 1);
    for (let i = 0; i < stored.length; i++) {
      const position = stored[i] as number;
      const start = bounds[2 * position] as number;
      if (start === COLUMN_NULL) value.byte(0);
      else if (start === COLUMN_MISSING) {
        const column = this.#missing[i] as Buffer;
        value.add(column, 0, column.length);
      } else value.column(bytes, start, bounds[2 * position + 1] as number);
    }
    value.column(rowKey.bytes, suffixAt, rowKey.end);
  }
}

/** New rows of a table with their entries: what one batch of them writes. */
export class PackedRows {
  readonly rows: PackedBatch = new PackedBatch();
  readonly entries: readonly PackedEntries[];
  readonly #prefix: Buffer;
  /** Undefined for hidden row ids. */
  readonly #keys: StoredKeyEncoder | undefined;
  readonly #rowIds: RowIdSource;
  readonly #bounds: Int32Array;
  readonly #located: number;
  readonly #key = new GrowingBytes(FIRST_BYTES);

  constructor(layout: TableLayout, rowIds: RowIdSource) {
    this.#rowIds = rowIds;
    this.#prefix = keyToBytes(layout.prefix);
    this.#keys = layout.primary === undefined ? undefined : keyColumns(layout.primaryParts, layout);
    this.entries = layout.secondary.map((index) => new PackedEntries(index, layout));
    this.#located = Math.max(
      this.#keys?.located ?? 0,
      ...this.entries.map(({ located }) => located),
    );
    this.#bounds = new Int32Array(2 * this.#located);
  }

  clear(): void {
    this.rows.clear();
    for (const entries of this.entries) entries.clear();
  }

  /** Rows [from, to). */
  pack(rows: StoredRows, from: number, to: number): void {
    const { bytes } = rows;
    const row = { bytes, bounds: this.#bounds };
    const key = this.#key;
    for (let number = from; number < to; number++) {
      const start = rows.startOf(number);
      if (this.#located > 0) locateColumns(bytes, this.#located, this.#bounds, start);
      key.end = 0;
      key.add(this.#prefix, 0, this.#prefix.length);
      if (this.#keys === undefined) key.addLatin1(this.#rowIds.next());
      else this.#keys.write(bytes, this.#bounds, key);
      this.rows.add(key.bytes, key.end, bytes, start, rows.startOf(number + 1));
      for (const entries of this.entries) entries.add(row, key, INDEX_PREFIX_LENGTH);
    }
  }
}
