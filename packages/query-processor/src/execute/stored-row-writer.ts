/**
 * Writes new rows that are bytes already, with their index entries, a batch at a time. Where anything
 * is to be said of one of them (a key that is taken, or too long) nothing is written: whoever asked
 * writes them by their values, and that says it.
 */
import type { Key, MaybePromise, Span } from "@firstlight/common";
import { KEY_BYTES_MAX, andThen } from "@firstlight/common";
import type { StoredRows } from "@firstlight/sql";
import type { RowIdSource } from "../plan/row-id.ts";
import { PackedRows } from "../plan/stored-entries.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import type { WriteCounters } from "../statistics/activity-counters.ts";
import type { PackedBatch } from "../transaction/packed-batch.ts";
import type { BatchTransaction } from "../transaction/transaction.ts";

export interface StoredRowTarget {
  readonly transaction: BatchTransaction;
  readonly layout: TableLayout;
  readonly rowIds: RowIdSource;
  readonly activity: WriteCounters | undefined;
}

/** Keys of a batch that nobody else may have. */
interface Claims {
  readonly batch: PackedBatch;
  /** Their numbers; undefined: all. */
  readonly numbers: readonly number[] | undefined;
}

export class StoredRowWriter {
  readonly #target: StoredRowTarget;
  readonly #packed: PackedRows;

  constructor(target: StoredRowTarget) {
    this.#target = target;
    this.#packed = new PackedRows(target.layout, target.rowIds);
  }

  /** Rows [from, to). False: nothing was written. */
  insert(rows: StoredRows, from: number, to: number): MaybePromise<boolean> {
    const packed = this.#packed;
    packed.clear();
    packed.pack(rows, from, to);
    const batches = [packed.rows, ...packed.entries.map(({ batch }) => batch)];
    if (batches.some(({ longestKey }) => longestKey > KEY_BYTES_MAX)) return false;
    return andThen(this.#areNew(this.#claims()), (areNew) => {
      if (!areNew) return false;
      const { transaction, activity } = this.#target;
      for (const batch of batches) transaction.insertBatch(batch);
      if (activity !== undefined) activity.inserted += to - from;
      return true;
    });
  }

  #claims(): Claims[] {
    const { rows, entries } = this.#packed;
    const primary = this.#target.layout.primary === undefined ? [] : [rows];
    return [
      ...primary.map((batch) => ({ batch, numbers: undefined })),
      ...entries.map(({ batch, allExclude, excluding }) => {
        return { batch, numbers: allExclude ? undefined : excluding };
      }),
    ];
  }

  /** One after the other: each is mostly known at once. */
  #areNew(claims: readonly Claims[], from = 0): MaybePromise<boolean> {
    for (let at = from; at < claims.length; at++) {
      const isNew = this.#isNew(claims[at] as Claims);
      if (isNew === true) continue;
      if (isNew === false) return false;
      return isNew.then((is) => is && this.#areNew(claims, at + 1));
    }
    return true;
  }

  /** Mostly the range of a batch's keys has nothing stored: that is one look for all of them. */
  #isNew(claims: Claims): MaybePromise<boolean> {
    const { batch, numbers } = claims;
    if ((numbers ?? batch).length === 0) return true;
    const span = batch.span();
    return andThen(this.#target.transaction.isUnstored(span), (is) =>
      is ? this.#areUnwritten(claims, span) : this.#areFree(keysOf(claims)),
    );
  }

  /** Neither before nor twice among them, of which nothing is stored. */
  #areUnwritten(claims: Claims, { start }: Span): boolean {
    const { transaction } = this.#target;
    if (claims.batch.ascends && transaction.isPast(start)) return true;
    const seen = new Set<Key>();
    for (const key of keysOf(claims)) {
      if (seen.has(key) || transaction.hasWritten(key)) return false;
      seen.add(key);
    }
    return true;
  }

  #areFree(keys: readonly Key[]): MaybePromise<boolean> {
    if (new Set(keys).size < keys.length) return false;
    return andThen(this.#target.transaction.read(keys), (found) =>
      found.every((value) => value === undefined),
    );
  }
}

function keysOf({ batch, numbers }: Claims): Key[] {
  const keys: Key[] = [];
  const count = (numbers ?? batch).length;
  for (let at = 0; at < count; at++) keys.push(batch.keyAt(numbers?.[at] ?? at));
  return keys;
}
