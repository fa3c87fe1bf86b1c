/** A DiskStore in memory for tests: tells what a crash would leave, and can be made to fail. */
import type { DiskEntry, DiskRange, DiskStore, DiskWrite, Key } from "@firstlight/common";

export class MemoryDiskStore implements DiskStore {
  readonly #visible: Map<Key, Uint8Array>;
  readonly #durable: Map<Key, Uint8Array>;
  #unsynced: DiskWrite[] = [];
  #failure: Error | undefined;
  #held: (() => void)[] | undefined;
  /** Commits and syncs that reached the disk. */
  syncs = 0;

  constructor(content: ReadonlyMap<Key, Uint8Array> = new Map()) {
    this.#visible = new Map(content);
    this.#durable = new Map(content);
  }

  get(key: Key): Uint8Array | undefined {
    return this.#visible.get(key);
  }

  range({ span, reverse = false, limit }: DiskRange): Iterable<DiskEntry> {
    const keys = [...this.#visible.keys()].filter((key) => span.start <= key && key < span.end);
    keys.sort((a, b) => (a < b ? -1 : 1));
    if (reverse) keys.reverse();
    const entries: DiskEntry[] = [];
    for (const key of keys.slice(0, limit)) {
      const value = this.#visible.get(key);
      if (value !== undefined) entries.push({ key, value });
    }
    return entries;
  }

  write(batch: readonly DiskWrite[]): void {
    apply(this.#visible, batch);
    this.#unsynced.push(...batch);
  }

  commit(batch: readonly DiskWrite[]): Promise<void> {
    this.write(batch);
    return this.sync();
  }

  async sync(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#held === undefined) resolve();
      else this.#held.push(resolve);
    });
    if (this.#failure !== undefined) throw this.#failure;
    const writes = this.#unsynced;
    this.#unsynced = [];
    apply(this.#durable, writes);
    this.syncs++;
  }

  close(): Promise<void> {
    return this.sync();
  }

  /** Syncs wait until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const resume of held) resume();
  }

  failFromNowOn(error: Error): void {
    this.#failure = error;
  }

  /** What the disk holds after a crash now. */
  afterCrash(): MemoryDiskStore {
    return new MemoryDiskStore(this.#durable);
  }
}

function apply(map: Map<Key, Uint8Array>, batch: readonly DiskWrite[]): void {
  for (const { key, value } of batch) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}
