/**
 * The build side of a hash join. What memory cannot hold is evicted by partitions of the keys' hash:
 * rows of an evicted partition, and the probing rows that belong to it, wait on tapes for a pass of
 * their own.
 */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { MapKey } from "../hash-key.ts";
import { keyBytes } from "../hash-key.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";
import { SpillPartitions, partitionCount } from "../../spill/spill-partitions.ts";
import { Tape } from "../../spill/tape.ts";

export interface BuildRow {
  readonly row: Row;
  matched: boolean;
}

/** A partition that waits for its pass. */
export interface WaitingPartition {
  readonly right: Tape | undefined;
  readonly left: Tape | undefined;
  readonly level: number;
  /** Dividing it once more would not help: many rows have one key. */
  readonly isSkewed: boolean;
}

const NO_ENTRIES: readonly BuildRow[] = [];
const ENTRY_BYTES = 32;
/** The array of a key's rows. */
const KEY_BYTES = 64;
/** A partition with more than this part of the rows was not divided by its keys. */
const SKEW = 0.8;
const LEVELS_MAX = 6;

export class HashJoinTable {
  readonly #run: Run;
  readonly #share: SpillableShare;
  readonly #level: number;
  readonly #table = new Map<MapKey, BuildRow[]>();
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
    return this.#table.size;
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
    this.#share.take(rowBytes(row) + ENTRY_BYTES);
    const entry = { row, matched: false };
    const entries = this.#table.get(key);
    if (entries !== undefined) {
      entries.push(entry);
      return;
    }
    this.#share.take(keyBytes(key) + KEY_BYTES);
    this.#table.set(key, [entry]);
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

  /** Moves the rows of evicted partitions to their tapes. */
  #moveOut(rights: SpillPartitions): MaybePromise<void> {
    const { file } = this.#run.memory;
    const keys = this.#table.entries();
    return repeat(this.#run, () => {
      for (let count = 0; count < BATCH_ROWS; count++) {
        const step = keys.next();
        if (step.done === true) return false;
        const [key, entries] = step.value;
        const partition = rights.partitionOf(key);
        if (partition < this.#resident) continue;
        for (const { row } of entries) {
          rights.append(partition, row);
          this.#share.give(rowBytes(row) + ENTRY_BYTES);
        }
        this.#share.give(keyBytes(key) + KEY_BYTES);
        this.#table.delete(key);
      }
      const relieved = file.relieved();
      return relieved === undefined ? true : relieved.then(() => true);
    });
  }

  /** Waits while much is on its way to the disk. */
  relieved(): MaybePromise<void> {
    return this.#rights === undefined ? undefined : this.#run.memory.file.relieved();
  }

  built(): void {
    this.#rights?.finish();
    this.#looseTape?.finish();
  }

  /** Candidates of a key; undefined when the probing row waits with its partition. */
  candidates(key: MapKey | undefined, left: Row): readonly BuildRow[] | undefined {
    if (key === undefined) return NO_ENTRIES;
    const lefts = this.#lefts;
    if (lefts !== undefined) {
      const partition = lefts.partitionOf(key);
      if (partition >= this.#resident) {
        lefts.append(partition, left);
        return undefined;
      }
    }
    return this.#table.get(key) ?? NO_ENTRIES;
  }

  /** Build rows that no probing row matched, of those that are here. */
  *unmatched(): Generator<Row> {
    for (const entries of this.#table.values()) {
      for (const { row, matched } of entries) if (!matched) yield row;
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
    this.#table.clear();
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
