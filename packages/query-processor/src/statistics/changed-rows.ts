/**
 * How many rows of each table have been written here since it was analyzed last: what decides that
 * it is due again. Counts of other query processors are theirs.
 */
import type { Key } from "@firstlight/common";
import { parseDataKey } from "@firstlight/common";

export class ChangedRows {
  readonly #byStorage = new Map<number, number>();

  /** A transaction that has committed has written so many rows of the table that `key` is of. */
  note(key: Key, rows: number): void {
    const parsed = parseDataKey(key);
    if (parsed?.index === 0) this.#add(parsed.storageId, rows);
  }

  #add(storage: number, count: number): void {
    if (count === 0) return;
    this.#byStorage.set(storage, (this.#byStorage.get(storage) ?? 0) + count);
  }

  of(storage: number): number {
    return this.#byStorage.get(storage) ?? 0;
  }

  forget(storage: number): void {
    this.#byStorage.delete(storage);
  }

  /** By storage id. */
  counts(): Iterable<readonly [storage: number, rows: number]> {
    return this.#byStorage;
  }

  get storages(): readonly number[] {
    return [...this.#byStorage.keys()];
  }
}
