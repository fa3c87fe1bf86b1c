/**
 * Copies of the whole key space under a name, on disk. One is there from its record on, which is
 * written after its keys; what a crash left without a record is not a checkpoint.
 *
 * | key                | value                        |
 * |--------------------|------------------------------|
 * | 'n' name           | its timestamp, decimal text  |
 * | 'k' name 00 key    | the key's value              |
 */
import type { DiskStore, DiskWrite, Key, Span } from "@firstlight/common";
import { keyFromLatin1, prefixSpan } from "@firstlight/common";

export interface KeyValue {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** Keys that are written or removed in one batch. */
const BATCH_KEYS = 2_000;

function recordKey(name: string): Key {
  return keyFromLatin1(`n${name}`);
}

function entryPrefix(name: string): Key {
  return keyFromLatin1(`k${name}\x00`);
}

export class CheckpointStore {
  readonly #store: DiskStore;

  constructor(store: DiskStore) {
    this.#store = store;
  }

  has(name: string): boolean {
    return this.#store.get(recordKey(name)) !== undefined;
  }

  names(): string[] {
    const records = this.#store.range({ span: prefixSpan(keyFromLatin1("n")) });
    return Array.from(records, ({ key }) => key.slice(1));
  }

  /** Replaces the one of that name; it is complete or not there at any moment. */
  async save(name: string, timestamp: number, entries: Iterable<KeyValue>): Promise<void> {
    await this.remove(name);
    const prefix = entryPrefix(name);
    let batch: DiskWrite[] = [];
    for (const { key, value } of entries) {
      batch.push({ key: keyFromLatin1(prefix + key), value });
      if (batch.length < BATCH_KEYS) continue;
      await this.#store.commit(batch);
      batch = [];
    }
    const record = Buffer.from(String(timestamp), "latin1");
    await this.#store.commit([...batch, { key: recordKey(name), value: record }]);
  }

  async remove(name: string): Promise<void> {
    if (this.has(name)) await this.#store.commit([{ key: recordKey(name), value: undefined }]);
    const span = prefixSpan(entryPrefix(name));
    for (;;) {
      const entries = [...this.#store.range({ span, limit: BATCH_KEYS })];
      if (entries.length === 0) return;
      await this.#store.commit(entries.map(({ key }) => ({ key, value: undefined })));
    }
  }

  /** At most `limit` entries at or after `from`, by key. */
  page(name: string, from: Key, limit: number): KeyValue[] {
    const prefix = entryPrefix(name);
    const span: Span = { start: keyFromLatin1(prefix + from), end: prefixSpan(prefix).end };
    return Array.from(this.#store.range({ span, limit }), ({ key, value }) => ({
      key: keyFromLatin1(key.slice(prefix.length)),
      value,
    }));
  }
}
