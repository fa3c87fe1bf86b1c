/**
 * Walks the keys of a span in order, in memory and on disk at once, with each key's value at the
 * snapshot. Lives within one turn of the event loop, so nothing changes below it.
 */
import type { DiskEntry, DiskStore, Key, KeyCursor, Span, Timestamp } from "@firstlight/common";
import { currentKey, currentSpan, keyOfCurrent } from "../layout/disk-keys.ts";
import { currentTimestamp, currentValue } from "../layout/version-record.ts";
import type { MemoryTable } from "../memory/memory-table.ts";
import { valueFromRecord } from "../read/version-lookup.ts";

export interface VisibleRowsParts {
  readonly table: MemoryTable;
  readonly store: DiskStore;
  readonly span: Span;
  readonly reverse: boolean;
  readonly snapshot: Timestamp;
}

export class VisibleRows {
  readonly #parts: VisibleRowsParts;
  readonly #disk: Iterator<DiskEntry>;
  readonly #memory: KeyCursor | undefined;
  /** What each side offers next; keys in the disk's form, so that they compare. */
  #diskNext: DiskEntry | undefined;
  #memoryNext: Key | undefined;
  #key: Key = currentKey("" as Key);
  /** The current key's value at the snapshot; undefined where it has none. */
  value: Uint8Array | undefined;

  constructor(parts: VisibleRowsParts) {
    const { table, store, span, reverse } = parts;
    this.#parts = parts;
    this.#disk = store.range({ span: currentSpan(span), reverse })[Symbol.iterator]();
    if (!table.isEmpty) {
      this.#memory = reverse
        ? table.keys.seekBelow(span.end)
        : table.keys.seekAtOrAbove(span.start);
    }
    this.#advanceDisk();
    this.#readMemory();
  }

  /** The current key. */
  get key(): Key {
    return keyOfCurrent(this.#key);
  }

  get isAtEnd(): boolean {
    return this.#diskNext === undefined && this.#memoryNext === undefined;
  }

  /** Goes to the next key; not to be called at the end. */
  advance(): void {
    const disk = this.#diskNext;
    const memory = this.#memoryNext;
    if (memory === undefined || (disk !== undefined && this.#isBefore(disk.key, memory))) {
      if (disk !== undefined) this.#takeDisk(disk);
      return;
    }
    const { table, snapshot } = this.#parts;
    this.#key = memory;
    const version = table.find(this.key, snapshot);
    const onDisk = disk !== undefined && disk.key === memory;
    if (version !== undefined) this.value = version.value;
    else this.value = onDisk ? this.#valueOnDisk(disk) : undefined;
    if (onDisk) this.#advanceDisk();
    if (this.#parts.reverse) this.#memory?.back();
    else this.#memory?.forward();
    this.#readMemory();
  }

  close(): void {
    this.#disk.return?.();
  }

  #isBefore(a: Key, b: Key): boolean {
    return this.#parts.reverse ? a > b : a < b;
  }

  #takeDisk(entry: DiskEntry): void {
    this.#key = entry.key;
    this.value = this.#valueOnDisk(entry);
    this.#advanceDisk();
  }

  #valueOnDisk(entry: DiskEntry): Uint8Array | undefined {
    const { store, snapshot } = this.#parts;
    if (currentTimestamp(entry.value) <= snapshot) return currentValue(entry.value);
    return valueFromRecord(store, keyOfCurrent(entry.key), entry.value, snapshot);
  }

  #advanceDisk(): void {
    const next = this.#disk.next();
    this.#diskNext = next.done === true ? undefined : next.value;
  }

  #readMemory(): void {
    const key = this.#memory?.key;
    const { span } = this.#parts;
    const inside = key !== undefined && span.start <= key && key < span.end;
    this.#memoryNext = inside ? currentKey(key) : undefined;
  }
}
