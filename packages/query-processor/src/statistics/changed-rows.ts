/**
 * How many rows of each table have been written here since it was analyzed last: what decides that
 * it is due again. Counts of other query processors are theirs.
 */
import type { Key } from "@firstlight/common";
import { parseDataKey, INDEX_PREFIX_LENGTH } from "@firstlight/common";

export class ChangedRows {
  readonly #byStorage = new Map<number, number>();

  /** Writes of a transaction that has committed; entries of indexes are no rows. */
  note(writes: readonly { readonly key: Key }[]): void {
    let storage = 0;
    let prefix = "";
    let count = 0;
    for (const { key } of writes) {
      if (prefix !== "" && key.startsWith(prefix)) {
        count++;
        continue;
      }
      this.#add(storage, count);
      const parsed = parseDataKey(key);
      count = 0;
      prefix = "";
      if (parsed === undefined || parsed.index !== 0) continue;
      storage = parsed.storageId;
      prefix = key.slice(0, INDEX_PREFIX_LENGTH);
      count = 1;
    }
    this.#add(storage, count);
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
