/** Entries of a new index made of the bytes of stored rows, a batch at a time. */
import type { Key } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH } from "@firstlight/common";
import { GrowingBytes, locateColumns } from "@firstlight/sql";
import { PackedEntries } from "../plan/stored-entries.ts";
import type { IndexLayout, TableLayout } from "../plan/table-layout.ts";
import type { BatchTransaction } from "../transaction/transaction.ts";

const FIRST_BYTES = 4 * 1024;

type FillingTransaction = Pick<BatchTransaction, "isPast" | "hasWritten" | "insertBatch">;

export class IndexFilling {
  readonly #transaction: FillingTransaction;
  readonly #entries: PackedEntries;
  readonly #bounds: Int32Array;
  readonly #rowKey = new GrowingBytes(FIRST_BYTES);

  /** The index's own descriptor says that its entries are made of columns alone. */
  constructor(transaction: FillingTransaction, index: IndexLayout, layout: TableLayout) {
    this.#transaction = transaction;
    this.#entries = new PackedEntries(index, layout);
    this.#bounds = new Int32Array(2 * this.#entries.located);
  }

  /** Returns the first row whose key is taken, and then nothing is written. */
  add(rows: readonly Uint8Array[], keys: readonly Key[]): number | undefined {
    const entries = this.#entries;
    const rowKey = this.#rowKey;
    entries.clear();
    for (const [at, bytes] of rows.entries()) {
      locateColumns(bytes, entries.located, this.#bounds);
      rowKey.end = 0;
      rowKey.addLatin1(keys[at] as Key);
      entries.add({ bytes, bounds: this.#bounds }, rowKey, INDEX_PREFIX_LENGTH);
    }
    const taken = this.#firstTaken();
    if (taken === undefined) this.#transaction.insertBatch(entries.batch);
    return taken;
  }

  /** Nothing is stored of the index: only this transaction may have written a key. */
  #firstTaken(): number | undefined {
    const { batch, excluding } = this.#entries;
    if (excluding.length === 0) return undefined;
    if (batch.ascends && this.#transaction.isPast(batch.span().start)) return undefined;
    const seen = new Set<Key>();
    for (const number of excluding) {
      const key = batch.keyAt(number);
      if (seen.has(key) || this.#transaction.hasWritten(key)) return number;
      seen.add(key);
    }
    return undefined;
  }
}
