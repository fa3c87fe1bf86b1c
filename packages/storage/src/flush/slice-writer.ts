/**
 * Turns applied versions and the log positions that they complete into one atomic write. Replaying
 * versions that are on disk already changes nothing, so a crash between slices is harmless.
 */
import type { DiskStore, DiskWrite, Key, LogId, Timestamp } from "@firstlight/common";
import { currentKey, garbageKey, olderKey, positionKey } from "../layout/disk-keys.ts";
import type { Position } from "../layout/version-record.ts";
import {
  currentTimestamp,
  encodeCurrent,
  encodeKeys,
  encodePosition,
  olderFromCurrent,
} from "../layout/version-record.ts";
import type { MemoryVersion } from "../memory/memory-table.ts";

/** Identifies a slice among all that a store ever saw. */
export interface SliceId {
  readonly boot: number;
  readonly sequence: number;
}

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

  version(version: MemoryVersion): void {
    const { key, timestamp, value } = version;
    const current = this.#newest.get(key) ?? this.#store.get(currentKey(key));
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
