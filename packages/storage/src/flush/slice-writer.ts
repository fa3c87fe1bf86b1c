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

/** A look at the next key costs as much as so many looks at one key. */
const LOOK_COST = 4;
/** Looks that were not worth it are made up to here. */
export const LOOK_CREDIT = 32;

export class SliceWriter {
  readonly #store: DiskStore;
  readonly #horizon: Timestamp;
  readonly #older: DiskWrite[] = [];
  /** Whose newest version changes, in the order in which they came, and what is written of them. */
  readonly #keys: Key[] = [];
  readonly #newest: { key: Key; value: Uint8Array }[] = [];
  /** Where they are in both, once keys have not ascended. */
  #places: Map<Key, number> | undefined;
  readonly #superseded: Key[] = [];
  readonly #positions = new Map<LogId, Position>();
  #latest = 0 as Timestamp;

  constructor(store: DiskStore, horizon: Timestamp, lookCredit: number = LOOK_CREDIT) {
    this.#store = store;
    this.#horizon = horizon;
    this.#lookCredit = lookCredit;
  }

  /** Keys on disk from here up to `#free` are none; both in the disk's form. */
  #freeFrom: Key | undefined;
  #free: Key = CURRENT_END;
  /** What looks at the next key have spared, less what they have cost. */
  #lookCredit: number;

  get lookCredit(): number {
    return this.#lookCredit;
  }

  /** Of an entry whose keys ascend, mostly. */
  ascendingVersion(version: AppliedVersion): void {
    const { key } = version;
    const last = this.#keys.at(-1);
    if (last !== undefined && last >= key) return this.version(version);
    const diskKey = currentKey(key);
    this.#add(version, diskKey, this.#storedAscending(diskKey));
  }

  version(version: AppliedVersion): void {
    const { key } = version;
    const place = this.#placesOfAll().get(key);
    const diskKey = currentKey(key);
    this.#add(
      version,
      diskKey,
      place === undefined ? this.#store.get(diskKey) : this.#newest[place]?.value,
      place,
    );
  }

  #placesOfAll(): Map<Key, number> {
    return (this.#places ??= new Map(this.#keys.map((key, place) => [key, place])));
  }

  /** One look tells of all keys up to the next one that is there: in a new index there is none. */
  #storedAscending(diskKey: Key): Uint8Array | undefined {
    if (this.#freeFrom !== undefined && diskKey >= this.#freeFrom && diskKey < this.#free) {
      this.#lookCredit++;
      return undefined;
    }
    if (this.#lookCredit < LOOK_COST) return this.#store.get(diskKey);
    this.#lookCredit -= LOOK_COST;
    const span = { start: diskKey, end: CURRENT_END };
    this.#freeFrom = diskKey;
    this.#free = CURRENT_END;
    for (const { key, value } of this.#store.range({ span, limit: 1 })) {
      this.#free = key;
      if (key === diskKey) return value;
    }
    return undefined;
  }

  /** `place`: of the key, if it was written before. */
  #add(
    version: AppliedVersion,
    diskKey: Key,
    current: Uint8Array | undefined,
    place?: number,
  ): void {
    const { key, timestamp, value } = version;
    if (current === undefined) {
      // A tombstone on nothing says what nothing says.
      if (value !== undefined) this.#put(key, diskKey, encodeCurrent(timestamp, value), place);
      return;
    }
    const before = currentTimestamp(current);
    if (before >= timestamp) return;
    // What was superseded at or before the horizon can be read by nobody.
    if (timestamp > this.#horizon) {
      this.#older.push({ key: olderKey(key, before), value: olderFromCurrent(current) });
    }
    this.#superseded.push(key);
    if (this.#latest < timestamp) this.#latest = timestamp;
    this.#put(key, diskKey, encodeCurrent(timestamp, value), place);
  }

  #put(key: Key, diskKey: Key, value: Uint8Array, place: number | undefined): void {
    if (place !== undefined) {
      this.#newest[place] = { key: diskKey, value };
      return;
    }
    this.#places?.set(key, this.#keys.length);
    this.#keys.push(key);
    this.#newest.push({ key: diskKey, value });
  }

  /** Keys whose newest version changes. */
  keys(): Iterable<Key> {
    return this.#keys;
  }

  position(log: LogId, position: Position): void {
    this.#positions.set(log, position);
  }

  finish(id: SliceId): readonly DiskWrite[] {
    const batch = this.#older;
    for (const write of this.#newest) batch.push(write);
    if (this.#superseded.length > 0) {
      const key = garbageKey(this.#latest, id.boot, id.sequence);
      batch.push({ key, value: encodeKeys(this.#supersededOnce()) });
    }
    for (const [log, position] of this.#positions) {
      batch.push({ key: positionKey(log), value: encodePosition(position) });
    }
    return batch;
  }

  /** A key comes twice only where keys have not ascended. */
  #supersededOnce(): readonly Key[] {
    return this.#places === undefined ? this.#superseded : [...new Set(this.#superseded)];
  }
}
