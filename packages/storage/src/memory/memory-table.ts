/**
 * Applied versions that are not on disk yet. Versions are added in timestamp order and leave in the
 * same order, so a key's chain is newest first and the version that leaves is its last.
 */
import { SegmentedMap, SortedKeys } from "@firstlight/common";
import type { Key, Timestamp } from "@firstlight/common";

/** What a version costs beyond its bytes: map entry, chain node, place in the sorted set. */
const VERSION_OVERHEAD = 160;

export class MemoryVersion {
  readonly key: Key;
  readonly timestamp: Timestamp;
  /** Undefined for a tombstone. */
  readonly value: Uint8Array | undefined;
  older: MemoryVersion | undefined = undefined;
  newer: MemoryVersion | undefined = undefined;

  constructor(key: Key, timestamp: Timestamp, value: Uint8Array | undefined) {
    this.key = key;
    this.timestamp = timestamp;
    this.value = value;
  }

  get bytes(): number {
    return this.key.length + (this.value?.length ?? 0) + VERSION_OVERHEAD;
  }
}

export class MemoryTable {
  readonly keys: SortedKeys = new SortedKeys();
  readonly #newest = new SegmentedMap<Key, MemoryVersion>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#newest.size === 0;
  }

  add(key: Key, timestamp: Timestamp, value: Uint8Array | undefined): MemoryVersion {
    const version = new MemoryVersion(key, timestamp, value);
    const older = this.#newest.get(key);
    if (older === undefined) this.keys.add(key);
    else older.newer = version;
    version.older = older;
    this.#newest.set(key, version);
    this.#bytes += version.bytes;
    return version;
  }

  /** The newest version at or before `snapshot`; undefined means that the disk knows. */
  find(key: Key, snapshot: Timestamp): MemoryVersion | undefined {
    let version = this.#newest.get(key);
    while (version !== undefined && version.timestamp > snapshot) version = version.older;
    return version;
  }

  /** `version` is the oldest of its key here. */
  remove(version: MemoryVersion): void {
    this.#bytes -= version.bytes;
    if (version.newer !== undefined) {
      version.newer.older = undefined;
      return;
    }
    this.#newest.delete(version.key);
    this.keys.delete(version.key);
  }
}
