/**
 * Turns applied versions and the log positions that they complete into one atomic write. Replaying
 * versions that are on disk already changes nothing, so a crash between slices is harmless.
 */
import type { DiskStore, DiskWrite, Key, LogId, Timestamp } from "@firstlight/common";
import { CURRENT_END, currentKey, garbageKey, olderKey, positionKey } from "../layout/disk-keys.ts";
import type { Position } from "../layout/version-record.ts";
import {
  currentTimestamp,
  encodeCurrent,
  encodeKeys,
  encodePosition,
  olderFromCurrent,
} from "../layout/version-record.ts";

/** Identifies a slice among all that a store ever saw. */
export interface SliceId {
  readonly boot: number;
  readonly sequence: number;
}

/** A version as it is applied; undefined is a tombstone. */
export interface AppliedVersion {
  readonly key: Key;
  readonly timestamp: Timestamp;
  readonly value: Uint8Array | undefined;
}

/** So many looks at what comes next are made before it is asked whether they are worth it. */
const LOOKS_MIN = 8;
/** A look at the next key costs as much as so many looks at one key. */
const LOOK_COST = 4;

export class SliceWriter {
  readonly #store: DiskStore;
  readonly #horizon: Timestamp;
  readonly #older: DiskWrite[] = [];
  readonly #newest = new Map<Key, Uint8Array>();
  readonly #superseded = new Set<Key>();
  readonly #positions = new Map<LogId, Position>();
  #latest = 0 as Timestamp;

  constructor(store: DiskStore, horizon: Timestamp) {
    this.#store = store;
    this.#horizon = horizon;
  }

  /** Keys on disk from here up to `#free` are none; both in the disk's form. */
  #freeFrom: Key | undefined;
  #free: Key = CURRENT_END;
  #looks = 0;
  #versions = 0;

  /** Of an entry whose keys ascend, mostly. */
  ascendingVersion(version: AppliedVersion): void {
    this.#versions++;
    const { key } = version;
    this.#add(version, this.#newest.get(key) ?? this.#storedAscending(currentKey(key)));
  }

  version(version: AppliedVersion): void {
    const { key } = version;
    this.#add(version, this.#newest.get(key) ?? this.#store.get(currentKey(key)));
  }

  /** One look tells of all keys up to the next one that is there: in a new index there is none. */
  #storedAscending(diskKey: Key): Uint8Array | undefined {
    if (this.#freeFrom !== undefined && diskKey >= this.#freeFrom && diskKey < this.#free) {
      return undefined;
    }
    if (this.#looks >= LOOKS_MIN && this.#looks * LOOK_COST > this.#versions) {
      return this.#store.get(diskKey);
    }
    this.#looks++;
    const span = { start: diskKey, end: CURRENT_END };
    this.#freeFrom = diskKey;
    this.#free = CURRENT_END;
    for (const { key, value } of this.#store.range({ span, limit: 1 })) {
      this.#free = key;
      if (key === diskKey) return value;
    }
    return undefined;
  }

  #add(version: AppliedVersion, current: Uint8Array | undefined): void {
    const { key, timestamp, value } = version;
    if (current === undefined) {
      // A tombstone on nothing says what nothing says.
      if (value !== undefined) this.#newest.set(key, encodeCurrent(timestamp, value));
      return;
    }
    const before = currentTimestamp(current);
    if (before >= timestamp) return;
    // What was superseded at or before the horizon can be read by nobody.
    if (timestamp > this.#horizon) {
      this.#older.push({ key: olderKey(key, before), value: olderFromCurrent(current) });
    }
    this.#superseded.add(key);
    if (this.#latest < timestamp) this.#latest = timestamp;
    this.#newest.set(key, encodeCurrent(timestamp, value));
  }

  /** Keys whose newest version changes. */
  keys(): Iterable<Key> {
    return this.#newest.keys();
  }

  position(log: LogId, position: Position): void {
    this.#positions.set(log, position);
  }

  finish(id: SliceId): readonly DiskWrite[] {
    const batch = this.#older;
    for (const [key, value] of this.#newest) batch.push({ key: currentKey(key), value });
    if (this.#superseded.size > 0) {
      const key = garbageKey(this.#latest, id.boot, id.sequence);
      batch.push({ key, value: encodeKeys([...this.#superseded]) });
    }
    for (const [log, position] of this.#positions) {
      batch.push({ key: positionKey(log), value: encodePosition(position) });
    }
    return batch;
  }
}
