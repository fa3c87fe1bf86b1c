/**
 * The rows that a recursive UNION has found. Keys beyond memory are on tapes by their hash: of those
 * that a filter does not tell to be new it is known only at the end of a round whether they are, when
 * each part is read in turn.
 */
import type { MaybePromise } from "@firstlight/common";
import { SegmentedSet, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { KeyFilter } from "../../spill/key-filter.ts";
import { SpillPartitions } from "../../spill/spill-partitions.ts";
import type { TapeReader } from "../../spill/tape.ts";
import type { MapKey, groupKey } from "../hash-key.ts";
import { keyBytes } from "../hash-key.ts";
import { MemoryShare, SpillableShare } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import { repeat } from "../operator.ts";

/** The keys of one part have to fit memory: so this many times its size can be seen. */
const PARTITIONS = 64;
/** Of the memory limit: the filter of keys that are on tapes. */
const FILTER_PART = 32;

export class SeenRows {
  readonly #run: Run;
  readonly #key: ReturnType<typeof groupKey>;
  readonly #seen = new SegmentedSet<MapKey>();
  readonly #share: SpillableShare;
  readonly #partMemory: MemoryShare;
  /** Rows found beyond memory; and those of this round of which that is not known yet. */
  #known: SpillPartitions | undefined;
  #offered: SpillPartitions | undefined;
  #offeredRows = 0;
  readonly #filterMemory: MemoryShare;
  #filter: KeyFilter | undefined;
  #partition = 0;
  /** Keys of the part that is being looked at, and the rows offered to it. */
  #part: Set<MapKey> | undefined;
  #reader: TapeReader | undefined;

  constructor(run: Run, key: ReturnType<typeof groupKey>) {
    this.#run = run;
    this.#key = key;
    this.#share = new SpillableShare(run.memory);
    this.#partMemory = new MemoryShare(run.memory);
    this.#filterMemory = new MemoryShare(run.memory);
  }

  /** Those of the rows that are known to be new; others may come at the end of the round. */
  offer(rows: readonly Row[]): readonly Row[] {
    const found: Row[] = [];
    for (const row of rows) {
      const key = this.#key(row, this.#run.evaluation);
      if (this.#seen.has(key)) continue;
      if (this.#offered !== undefined) {
        if (this.#isCertainlyNew(key, row)) found.push(row);
        else {
          this.#offered.append(this.#offered.partitionOf(key), row);
          this.#offeredRows++;
        }
        continue;
      }
      this.#seen.add(key);
      this.#share.take(keyBytes(key));
      found.push(row);
    }
    if (this.#known === undefined && this.#share.isOver) this.#startTapes();
    return found;
  }

  #startTapes(): void {
    this.#known = this.#partitions();
    this.#offered = this.#partitions();
    this.#filter = new KeyFilter(this.#run.memory.limitBytes / FILTER_PART);
    this.#filterMemory.take(this.#filter.bytes);
  }

  /** Then it is known from now on. */
  #isCertainlyNew(key: MapKey, row: Row): boolean {
    const known = this.#known;
    if (known === undefined || this.#filter?.meets(key) !== false) return false;
    known.append(known.partitionOf(key), row);
    return true;
  }

  #partitions(): SpillPartitions {
    return new SpillPartitions(this.#run.memory.file, PARTITIONS, 0);
  }

  relieved(): MaybePromise<void> {
    return this.#known === undefined ? undefined : this.#run.memory.file.relieved();
  }

  /** The round is through: whether there are rows to look at. */
  startSifting(): boolean {
    this.#partition = 0;
    return this.#offeredRows > 0;
  }

  /** New rows among those offered; undefined when all were looked at. */
  sifted(): MaybePromise<readonly Row[] | undefined> {
    const offered = this.#offered;
    if (offered === undefined) return undefined;
    if (this.#reader !== undefined) return this.#siftOn(this.#reader);
    if (this.#partition >= offered.count) {
      offered.free();
      this.#offered = this.#partitions();
      this.#offeredRows = 0;
      return undefined;
    }
    const tape = offered.tape(this.#partition);
    if (tape === undefined) {
      this.#partition++;
      return this.sifted();
    }
    this.#part = new Set();
    const loaded = this.#loadKnown(this.#part);
    const start = (): readonly Row[] => {
      this.#reader = tape.reader(true);
      return [];
    };
    return isPromise(loaded) ? loaded.then(start) : start();
  }

  #loadKnown(part: Set<MapKey>): MaybePromise<void> {
    const reader = this.#known?.tape(this.#partition)?.reader(false);
    if (reader === undefined) return undefined;
    const take = (rows: readonly Row[] | undefined): boolean => {
      for (const row of rows ?? []) this.#addKey(part, this.#key(row, this.#run.evaluation));
      return rows !== undefined;
    };
    return repeat(this.#run, () => {
      const rows = reader.nextRows();
      return isPromise(rows) ? rows.then(take) : take(rows);
    });
  }

  #addKey(part: Set<MapKey>, key: MapKey): void {
    part.add(key);
    this.#partMemory.take(keyBytes(key));
  }

  #siftOn(reader: TapeReader): MaybePromise<readonly Row[]> {
    const rows = reader.nextRows();
    return isPromise(rows) ? rows.then((each) => this.#new(each)) : this.#new(rows);
  }

  #new(rows: readonly Row[] | undefined): readonly Row[] {
    const part = this.#part;
    if (rows === undefined || part === undefined) {
      this.#reader = undefined;
      this.#part = undefined;
      this.#partMemory.release();
      this.#partition++;
      return [];
    }
    return rows.filter((row) => {
      const key = this.#key(row, this.#run.evaluation);
      if (part.has(key)) return false;
      this.#addKey(part, key);
      this.#known?.append(this.#partition, row);
      return true;
    });
  }

  free(): void {
    this.#seen.clear();
    this.#share.release();
    this.#partMemory.release();
    this.#filterMemory.release();
    this.#known?.free();
    this.#offered?.free();
  }
}
