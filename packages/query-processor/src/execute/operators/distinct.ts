/**
 * DISTINCT: keeps the first of equal rows, in the order of the input. When the keys seen fill the
 * memory, rows with other keys wait on tapes by the hash of their key and are put back in the order
 * of the input afterwards.
 */
import type { MaybePromise } from "@firstlight/common";
import { SegmentedSet, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { DistinctNode } from "../../plan/plan-node.ts";
import { SpillPartitions, partitionCount } from "../../spill/spill-partitions.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import type { Tape } from "../../spill/tape.ts";
import type { MapKey } from "../hash-key.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { SpillableShare } from "../memory-account.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { ProducingOperator, drain, eachRow } from "../operator.ts";
import { RowSorter } from "../row-sorter.ts";
import { Unique } from "./unique.ts";

type KeyOf = ReturnType<typeof groupKey>;

interface Waiting {
  readonly tape: Tape;
  readonly level: number;
}

/** Rows that wait have their position in the input before them. */
const SHIFT = 1;

class Distinct extends ProducingOperator {
  readonly #child: Operator;
  readonly #key: KeyOf;
  readonly #seen = new SegmentedSet<MapKey>();
  readonly #share: SpillableShare;
  #partitions: SpillPartitions | undefined;
  #position = 0;
  readonly #waiting: Waiting[] = [];
  #sorter: RowSorter | undefined;
  #batches = 1;
  #diskBytes = 0;

  constructor(run: Run, child: Operator, key: KeyOf) {
    super(run);
    this.#share = new SpillableShare(run.memory);
    this.#child = child;
    this.#key = key;
  }

  close(): void {
    this.#child.close();
    this.#forget();
    this.#partitions?.free();
    this.#sorter?.clear();
    for (const { tape } of this.#waiting) tape.free();
    this.#waiting.length = 0;
  }

  report(): OperatorReport {
    const memoryBytes = this.#share.peakBytes;
    return {
      kind: "aggregate",
      batches: this.#batches,
      memoryBytes,
      diskBytes: this.#diskBytes,
    };
  }

  #forget(): void {
    this.#seen.clear();
    this.#share.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#sorter !== undefined) return this.#emitSorted(this.#sorter);
    const batch = this.#child.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#take(rows)) : this.#take(batch);
  }

  #take(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    if (rows === undefined) {
      this.#divide(0);
      if (this.#waiting.length === 0) return false;
      return this.#treatWaiting().then(() => true);
    }
    const { evaluation } = this.run;
    const done = eachRow(this.run, rows, (row) => {
      const key = this.#key(row, evaluation);
      if (this.#seen.has(key)) return;
      if (this.#partitions !== undefined) this.#wait(this.#partitions, key, row);
      else this.#keep(key, row);
    });
    const relieved = isPromise(done) ? done.then(() => this.#relieve(0)) : this.#relieve(0);
    return isPromise(relieved) ? relieved.then(() => true) : true;
  }

  #keep(key: MapKey, row: Row): void {
    this.#seen.add(key);
    this.#share.take(keyBytes(key));
    this.emit(row);
  }

  #wait(partitions: SpillPartitions, key: MapKey, row: Row): void {
    partitions.append(partitions.partitionOf(key), [this.#position++, ...row]);
  }

  #relieve(level: number): MaybePromise<void> {
    const { file } = this.run.memory;
    if (this.#partitions !== undefined) return file.relieved();
    if (!this.#share.isOver) return undefined;
    const count = partitionCount(file, this.#share.allowedBytes);
    this.#partitions = new SpillPartitions(file, count, level);
    return undefined;
  }

  /** What waits becomes work of its own. */
  #divide(level: number): void {
    this.#forget();
    const partitions = this.#partitions;
    this.#partitions = undefined;
    partitions?.finish();
    for (let at = 0; at < (partitions?.count ?? 0); at++) {
      const tape = partitions?.tape(at);
      if (tape === undefined) continue;
      this.#waiting.push({ tape, level: level + 1 });
      this.#batches++;
      this.#diskBytes += tape.bytes;
    }
  }

  async #treatWaiting(): Promise<void> {
    const share = new SpillableShare(this.run.memory);
    const sorter = new RowSorter(this.run, share, (a, b) => (a[0] as number) - (b[0] as number));
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const { tape, level } = next;
      await drain(this.run, new TapeRows(tape, true), (rows) => this.#sift(rows, level, sorter));
      this.#divide(level);
    }
    await sorter.finish();
    this.#sorter = sorter;
  }

  #sift(rows: readonly Row[], level: number, sorter: RowSorter): MaybePromise<void> {
    const { evaluation } = this.run;
    for (const row of rows) {
      const key = this.#key(row.slice(SHIFT), evaluation);
      if (this.#seen.has(key)) continue;
      if (this.#partitions !== undefined) {
        this.#partitions.append(this.#partitions.partitionOf(key), row);
        continue;
      }
      this.#seen.add(key);
      this.#share.take(keyBytes(key));
      sorter.add(row);
    }
    const relieved = this.#relieve(level);
    if (!sorter.isOver) return relieved;
    return relieved === undefined ? sorter.spill() : relieved.then(() => sorter.spill());
  }

  #emitSorted(sorter: RowSorter): MaybePromise<boolean> {
    const rows: Row[] = [];
    const emit = (more: boolean): boolean => {
      for (const row of rows) this.emit(row.slice(SHIFT));
      return more;
    };
    const more = sorter.read(rows);
    return isPromise(more) ? more.then(emit) : emit(more);
  }
}

export function openDistinct(node: DistinctNode, child: Opener): Opener {
  const key = groupKey(node.keys);
  if (node.sorted === true) return (run) => new Unique(run, child(run), key);
  return (run) => new Distinct(run, child(run), key);
}
