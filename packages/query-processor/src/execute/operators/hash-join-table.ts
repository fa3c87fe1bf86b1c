/**
 * The build side of a hash join. What memory cannot hold is evicted by partitions of the keys' hash:
 * rows of an evicted partition, and the probing rows that belong to it, wait on tapes for a pass of
 * their own.
 */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { MapKey } from "../hash-key.ts";
import { keyBytes } from "../hash-key.ts";
import { GatheredList, GatheredNumbers } from "../gathered-list.ts";
import { KeyIndex } from "../key-index.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";
import { SpillPartitions, partitionCount } from "../../spill/spill-partitions.ts";
import { Tape } from "../../spill/tape.ts";

/** A partition that waits for its pass. */
export interface WaitingPartition {
  readonly right: Tape | undefined;
  readonly left: Tape | undefined;
  readonly level: number;
  /** Dividing it once more would not help: many rows have one key. */
  readonly isSkewed: boolean;
}

/** No build row. */
export const NO_ENTRY = -1;
/** The probing row waits with its partition. */
export const WAITS = -2;
/** A row's place in the index, in its chain and among the rows and keys. */
const ENTRY_BYTES = 56;
/** A partition with more than this part of the rows was not divided by its keys. */
const SKEW = 0.8;
const LEVELS_MAX = 6;

function entryBytes(key: MapKey, row: Row): number {
  return rowBytes(row) + ENTRY_BYTES + (typeof key === "number" ? 0 : keyBytes(key));
}

export class HashJoinTable {
  readonly #run: Run;
  readonly #share: SpillableShare;
  readonly #level: number;
  readonly #index = new KeyIndex();
  /** By number of the row. */
  readonly #entries = new GatheredList<Row>();
  readonly #keys = new GatheredList<MapKey>();
  /** The next row of the same key, or NO_ENTRY. */
  readonly #nexts = new GatheredNumbers();
  #matched: Uint8Array | undefined;
  /** Build rows with a NULL key: only an outer join of their side shows them. */
  #loose: Row[] = [];
  #looseTape: Tape | undefined;
  #rights: SpillPartitions | undefined;
  #lefts: SpillPartitions | undefined;
  /** Partitions from this one on are evicted. */
  #resident = 0;
  #rows = 0;

  constructor(run: Run, level: number) {
    this.#run = run;
    this.#level = level;
    this.#share = new SpillableShare(run.memory);
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isOver(): boolean {
    return this.#share.isOver;
  }

  get peakBytes(): number {
    return this.#share.peakBytes;
  }

  get keys(): number {
    return this.#index.size;
  }

  /** Parts in which it is joined. */
  get batches(): number {
    return this.#rights === undefined ? 1 : this.#rights.count - this.#resident + 1;
  }

  add(key: MapKey, row: Row): void {
    this.#rows++;
    if (this.#rights !== undefined) {
      const partition = this.#rights.partitionOf(key);
      if (partition >= this.#resident) {
        this.#rights.append(partition, row);
        return;
      }
    }
    this.#share.take(entryBytes(key, row));
    this.#put(key, row, this.#entries.length);
  }

  #put(key: MapKey, row: Row, at: number): void {
    this.#entries.set(at, row);
    this.#keys.set(at, key);
    this.#nexts.set(at, this.#index.set(key, at));
  }

  rowAt(entry: number): Row {
    return this.#entries.at(entry);
  }

  /** The next candidate of the same key, or NO_ENTRY. */
  nextOf(entry: number): number {
    return this.#nexts.at(entry);
  }

  /** Only after `built`. */
  mark(entry: number): void {
    this.#matched ??= new Uint8Array(this.#entries.length);
    this.#matched[entry] = 1;
  }

  addLoose(row: Row): void {
    if (this.#looseTape !== undefined) {
      this.#looseTape.append(row);
      return;
    }
    this.#share.take(rowBytes(row));
    this.#loose.push(row);
  }

  /** Evicts half of the partitions that are left; at the first time there are none yet. */
  evict(): MaybePromise<void> {
    const { file } = this.#run.memory;
    if (this.#rights === undefined) {
      const count = partitionCount(file, this.#share.allowedBytes);
      this.#rights = new SpillPartitions(file, count, this.#level);
      this.#lefts = new SpillPartitions(file, count, this.#level);
      this.#resident = count;
      this.#evictLoose();
    }
    this.#resident = this.#resident >> 1;
    return this.#moveOut(this.#rights);
  }

  #evictLoose(): void {
    if (this.#loose.length === 0) return;
    this.#looseTape = new Tape(this.#run.memory.file);
    for (const row of this.#loose) {
      this.#looseTape.append(row);
      this.#share.give(rowBytes(row));
    }
    this.#loose = [];
  }

  /** Moves the rows of evicted partitions to their tapes; the others close ranks. */
  #moveOut(rights: SpillPartitions): MaybePromise<void> {
    const { file } = this.#run.memory;
    const count = this.#entries.length;
    let from = 0;
    let kept = 0;
    this.#index.clear();
    const step = (): MaybePromise<boolean> => {
      const end = Math.min(count, from + BATCH_ROWS);
      for (; from < end; from++) {
        const key = this.#keys.at(from);
        const row = this.#entries.at(from);
        const partition = rights.partitionOf(key);
        if (partition < this.#resident) {
          this.#put(key, row, kept++);
        } else {
          rights.append(partition, row);
          this.#share.give(entryBytes(key, row));
        }
      }
      if (from === count) {
        this.#truncate(kept);
        return false;
      }
      const relieved = file.relieved();
      return relieved === undefined ? true : relieved.then(() => true);
    };
    return repeat(this.#run, step);
  }

  #truncate(count: number): void {
    this.#entries.truncate(count);
    this.#keys.truncate(count);
    this.#nexts.truncate(count);
  }

  /** Waits while much is on its way to the disk. */
  relieved(): MaybePromise<void> {
    return this.#rights === undefined ? undefined : this.#run.memory.file.relieved();
  }

  built(): void {
    this.#rights?.finish();
    this.#looseTape?.finish();
  }

  /** The first candidate of a key, NO_ENTRY, or WAITS. */
  candidates(key: MapKey | undefined, left: Row): number {
    if (key === undefined) return NO_ENTRY;
    const lefts = this.#lefts;
    if (lefts !== undefined) {
      const partition = lefts.partitionOf(key);
      if (partition >= this.#resident) {
        lefts.append(partition, left);
        return WAITS;
      }
    }
    return this.#index.get(key);
  }

  /** Build rows that no probing row matched, of those that are here. */
  *unmatched(): Generator<Row> {
    for (let at = 0; at < this.#entries.length; at++) {
      if (this.#matched?.[at] !== 1) yield this.#entries.at(at);
    }
    yield* this.#loose;
  }

  /** Build rows with NULL keys that were spilled. */
  get looseTape(): Tape | undefined {
    return this.#looseTape;
  }

  /** The evicted partitions; each belongs to the caller from then on. */
  waiting(): readonly WaitingPartition[] {
    const { rights, lefts } = this.#evicted();
    const waiting: WaitingPartition[] = [];
    if (rights === undefined || lefts === undefined) return waiting;
    lefts.finish();
    for (let at = this.#resident; at < rights.count; at++) {
      const right = rights.tape(at);
      const left = lefts.tape(at);
      if (right === undefined && left === undefined) continue;
      const isSkewed =
        this.#level >= LEVELS_MAX || (right !== undefined && right.rows > this.#rows * SKEW);
      waiting.push({ right, left, level: this.#level + 1, isSkewed });
    }
    return waiting;
  }

  #evicted(): { rights: SpillPartitions | undefined; lefts: SpillPartitions | undefined } {
    const evicted = { rights: this.#rights, lefts: this.#lefts };
    this.#rights = undefined;
    this.#lefts = undefined;
    return evicted;
  }

  /** Gives up the rows in memory. */
  clear(): void {
    this.#index.clear();
    this.#truncate(0);
    this.#matched = undefined;
    this.#loose = [];
    this.#rows = 0;
    this.#share.release();
  }

  free(): void {
    this.clear();
    this.#looseTape?.free();
    this.#rights?.free();
    this.#lefts?.free();
  }
}
