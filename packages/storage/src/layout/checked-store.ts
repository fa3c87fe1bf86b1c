/**
 * A store whose records carry checksums: they are written with every record and looked at with every
 * one that is read. So what is damaged is never served, copied or written over as if it were not.
 */
import type { DiskEntry, DiskRange, DiskStore, DiskWrite, Key } from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import { DamagedRecordError, isSealed, seal } from "./checksum.ts";

export class CheckedStore implements DiskStore {
  readonly #inner: DiskStore;
  readonly #trusts: boolean;

  private constructor(inner: DiskStore, bugs: StorageBugs) {
    this.#inner = inner;
    this.#trusts = bugs.has("serveDamagedRecord");
  }

  static over(store: DiskStore, bugs: StorageBugs): CheckedStore {
    return store instanceof CheckedStore ? store : new CheckedStore(store, bugs);
  }

  /** As it is on disk: for what has to be known of a store before its records are understood. */
  unchecked(key: Key): Uint8Array | undefined {
    return this.#inner.get(key);
  }

  get roomBytes(): number {
    return this.#inner.roomBytes ?? Infinity;
  }

  get(key: Key): Uint8Array | undefined {
    const record = this.#inner.get(key);
    if (record !== undefined) this.check(key, record);
    return record;
  }

  range(range: DiskRange): Iterable<DiskEntry> {
    return new CheckedRange(this, this.#inner.range(range)[Symbol.iterator]());
  }

  write(batch: readonly DiskWrite[]): void {
    sealAll(batch);
    this.#inner.write(batch);
  }

  commit(batch: readonly DiskWrite[]): Promise<void> {
    sealAll(batch);
    return this.#inner.commit(batch);
  }

  sync(): Promise<void> {
    return this.#inner.sync();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  check(key: Key, record: Uint8Array): void {
    if (!isSealed(key, record) && !this.#trusts) throw new DamagedRecordError(key);
  }
}

function sealAll(batch: readonly DiskWrite[]): void {
  for (const { key, value } of batch) if (value !== undefined) seal(key, value);
}

/** A generator would cost each entry several times as much. */
class CheckedRange implements IterableIterator<DiskEntry> {
  readonly #store: CheckedStore;
  readonly #inner: Iterator<DiskEntry>;

  constructor(store: CheckedStore, inner: Iterator<DiskEntry>) {
    this.#store = store;
    this.#inner = inner;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<DiskEntry> {
    const next = this.#inner.next();
    if (next.done !== true) this.#store.check(next.value.key, next.value.value);
    return next;
  }

  return(): IteratorResult<DiskEntry> {
    this.#inner.return?.();
    return { done: true, value: undefined };
  }
}
