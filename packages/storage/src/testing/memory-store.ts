/**
 * A DiskStore in memory for tests. `crash` gives the store as a power failure would leave it: a
 * prefix of the batches that holds at least what was synced.
 */
import type { DiskEntry, DiskRange, DiskStore, DiskWrite, Key } from "@firstlight/common";
import { SortedKeys } from "@firstlight/common";

export class MemoryStore implements DiskStore {
  readonly #keys = new SortedKeys();
  readonly #values = new Map<Key, Uint8Array>();
  #batches: (readonly DiskWrite[])[] = [];
  #synced = 0;

  get(key: Key): Uint8Array | undefined {
    return this.#values.get(key);
  }

  get keys(): Key[] {
    return [...this.#values.keys()].toSorted();
  }

  *range({ span, reverse, limit }: DiskRange): Generator<DiskEntry> {
    const cursor =
      reverse === true ? this.#keys.seekBelow(span.end) : this.#keys.seekAtOrAbove(span.start);
    for (let left = limit ?? Infinity; left > 0; left--) {
      const key = cursor.key;
      if (key === undefined || key < span.start || key >= span.end) return;
      yield { key, value: this.#values.get(key) ?? new Uint8Array() };
      if (reverse === true) cursor.back();
      else cursor.forward();
    }
  }

  write(batch: readonly DiskWrite[]): void {
    const copy = batch.map((write): DiskWrite => {
      return write.value === undefined
        ? write
        : { key: write.key, value: Buffer.from(write.value) };
    });
    this.#batches.push(copy);
    for (const { key, value } of copy) {
      if (value === undefined) {
        this.#keys.delete(key);
        this.#values.delete(key);
      } else {
        this.#keys.add(key);
        this.#values.set(key, value);
      }
    }
  }

  async commit(batch: readonly DiskWrite[]): Promise<void> {
    this.write(batch);
    await this.sync();
  }

  sync(): Promise<void> {
    this.#synced = this.#batches.length;
    return Promise.resolve();
  }

  /** `kept`: the share of unsynced batches that survives, 0 to 1. */
  crash(kept: number): MemoryStore {
    const survivor = new MemoryStore();
    const unsynced = this.#batches.length - this.#synced;
    const count = this.#synced + Math.floor(unsynced * kept);
    for (const batch of this.#batches.slice(0, count)) survivor.write(batch);
    return survivor;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
