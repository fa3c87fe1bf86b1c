/**
 * The Disk port in memory, for databases that are thrown away with their process. Stores outlive
 * their closing, as files would.
 */
import type { Disk, DiskEntry, DiskRange, DiskStore, DiskWrite, Key } from "@firstlight/common";
import { SortedKeys } from "@firstlight/common";

class MemoryStore implements DiskStore {
  readonly #keys = new SortedKeys();
  readonly #values = new Map<Key, Uint8Array>();

  get(key: Key): Uint8Array | undefined {
    return this.#values.get(key);
  }

  *range({ span, reverse, limit = Infinity }: DiskRange): Generator<DiskEntry> {
    const cursor =
      reverse === true ? this.#keys.seekBelow(span.end) : this.#keys.seekAtOrAbove(span.start);
    for (let left = limit; left > 0; left--) {
      const { key } = cursor;
      const value = key === undefined ? undefined : this.#values.get(key);
      if (key === undefined || value === undefined || key < span.start || key >= span.end) return;
      yield { key, value };
      if (reverse === true) cursor.back();
      else cursor.forward();
    }
  }

  /** Copies: what writers give may be part of a buffer that is used again. */
  write(batch: readonly DiskWrite[]): void {
    for (const { key, value } of batch) {
      if (value === undefined) {
        if (this.#values.delete(key)) this.#keys.delete(key);
      } else {
        this.#keys.add(key);
        this.#values.set(key, Uint8Array.prototype.slice.call(value));
      }
    }
  }

  commit(batch: readonly DiskWrite[]): Promise<void> {
    this.write(batch);
    return Promise.resolve();
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export class MemoryDisk implements Disk {
  readonly #stores = new Map<string, MemoryStore>();

  open(name: string): Promise<DiskStore> {
    const store = this.#stores.get(name) ?? new MemoryStore();
    this.#stores.set(name, store);
    return Promise.resolve(store);
  }

  setAside(name: string): Promise<void> {
    this.#stores.delete(name);
    return Promise.resolve();
  }
}
