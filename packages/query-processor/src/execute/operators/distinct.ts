/**
 * DISTINCT: keeps the first of equal rows, in the order of the input. When the keys seen fill the
 * memory, rows with other keys wait on tapes by the hash of their key and are put back in the order
 * of the input afterwards.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { DistinctNode } from "../../plan/plan-node.ts";
import { Overflow } from "../../spill/overflow.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import type { Tape } from "../../spill/tape.ts";
import type { MapKey } from "../hash-key.ts";
import { hasLongKey } from "../flat-values.ts";
import { groupKey } from "../hash-key.ts";
import { KeyIndex, indexBytes } from "../key-index.ts";
import { SpillableShare } from "../memory-account.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { ProducingOperator, drain, eachKeyedRow } from "../operator.ts";
import { RowSorter } from "../row-sorter.ts";
import { Unique } from "./unique.ts";

type KeyOf = ReturnType<typeof groupKey>;

/** Rows that wait have their position in the input before them. */
const SHIFT = 1;
/** Of the index: keys that are there, and those that are not. */
const KEPT = 0;
const NONE = -1;

class Distinct extends ProducingOperator {
  readonly #child: Operator;
  readonly #key: KeyOf;
  readonly #hasLongKey: boolean;
  readonly #seen = new KeyIndex();
  readonly #share: SpillableShare;
  readonly #overflow: Overflow;
  #position = 0;
  #sorter: RowSorter | undefined;

  constructor(run: Run, child: Operator, key: KeyOf, hasLongKey: boolean) {
    super(run);
    this.#share = new SpillableShare(run.memory);
    this.#overflow = new Overflow(run.memory);
    this.#child = child;
    this.#key = key;
    this.#hasLongKey = hasLongKey;
  }

  close(): void {
    this.#child.close();
    this.#forget();
    this.#overflow.free();
    this.#sorter?.clear();
  }

  report(): OperatorReport {
    const { tapes, bytes } = this.#overflow;
    const memoryBytes = this.#share.peakBytes;
    return { kind: "aggregate", batches: 1 + tapes, memoryBytes, diskBytes: bytes };
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
      this.#divide();
      const tape = this.#overflow.next();
      return tape === undefined ? false : this.#treatWaiting(tape).then(() => true);
    }
    const take = (row: Row, key: MapKey): void => {
      if (this.#isKept(key)) return;
      if (this.#overflow.isOpen) this.#overflow.append(key, [this.#position++, ...row]);
      else this.emit(row);
    };
    const done = eachKeyedRow(this.run, rows, this.#key, take, this.#hasLongKey);
    const relieve = (): MaybePromise<void> => this.#overflow.relieve(this.#share);
    const relieved = isPromise(done) ? done.then(relieve) : relieve();
    return isPromise(relieved) ? relieved.then(() => true) : true;
  }

  /** Keeps it if it is new, and others do not wait already. */
  #isKept(key: MapKey): boolean {
    if (this.#overflow.isOpen) return this.#seen.get(key) !== NONE;
    if (this.#seen.set(key, KEPT) !== NONE) return true;
    this.#share.take(indexBytes(key));
    return false;
  }

  /** What waits becomes work of its own. */
  #divide(): void {
    this.#forget();
    this.#overflow.divide();
  }

  async #treatWaiting(first: Tape): Promise<void> {
    const share = new SpillableShare(this.run.memory);
    const sorter = new RowSorter(this.run, share, (a, b) => (a[0] as number) - (b[0] as number));
    for (let tape: Tape | undefined = first; tape !== undefined; tape = this.#overflow.next()) {
      await drain(this.run, new TapeRows(tape, true), (rows) => this.#sift(rows, sorter));
      this.#divide();
    }
    await sorter.finish();
    this.#sorter = sorter;
  }

  #sift(rows: readonly Row[], sorter: RowSorter): MaybePromise<void> {
    const { evaluation } = this.run;
    for (const row of rows) {
      const key = this.#key(row.slice(SHIFT), evaluation);
      if (this.#isKept(key)) continue;
      if (this.#overflow.isOpen) this.#overflow.append(key, row);
      else sorter.add(row);
    }
    const relieved = this.#overflow.relieve(this.#share);
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
  const isLong = hasLongKey(node.keys);
  return (run) => new Distinct(run, child(run), key, isLong);
}
