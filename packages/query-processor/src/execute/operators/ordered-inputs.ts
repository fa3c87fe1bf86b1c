/**
 * The inputs of one ordered call in all groups (or of one whose states no longer fit, in the order
 * in which they came), sorted by group and then as the call wants them:
 * past memory on disk, and folded a piece at a time.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { AggregateMemory, OrderedCall } from "../ordered-call.ts";
import { SpillableShare } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import type { CompareRows } from "../row-merge.ts";
import { RowSorter } from "../row-sorter.ts";

/** An input has the number of its group before it. */
const SHIFT = 1;

export class OrderedInputs {
  readonly #run: Run;
  readonly #call: OrderedCall;
  readonly #compare: CompareRows;
  readonly #sorter: RowSorter;
  /** By group: of the inputs that its fold is told the number of. */
  readonly #counts = new Map<number, number>();
  #rows: Row[] = [];
  #at = 0;
  #ended = false;
  #state: unknown;
  #last: Row | undefined;

  constructor(run: Run, call: OrderedCall) {
    this.#run = run;
    this.#call = call;
    this.#compare = call.compare(SHIFT);
    this.#sorter = new RowSorter(run, new SpillableShare(run.memory), (a, b) => {
      const groups = (a[0] as number) - (b[0] as number);
      return groups === 0 ? this.#compare(a, b) : groups;
    });
  }

  add(group: number, row: Row): void {
    const input = this.#call.input(row, this.#run.evaluation);
    if (input !== undefined) this.addInput(group, input);
  }

  addInput(group: number, input: Row): void {
    if (this.#call.counts?.(input, 0) === true) {
      this.#counts.set(group, (this.#counts.get(group) ?? 0) + 1);
    }
    this.#sorter.add([group, ...input]);
  }

  spillIfOver(): MaybePromise<void> {
    return this.#sorter.isOver ? this.#sorter.spill() : undefined;
  }

  get diskBytes(): number {
    return this.#sorter.diskBytes;
  }

  finish(): MaybePromise<void> {
    return this.#sorter.finish();
  }

  /** `gathered`: the state that the group has already. */
  startGroup(group: number, groups: Row, gathered: unknown): void {
    const count = this.#counts.get(group) ?? 0;
    const { isLate } = this.#call;
    this.#state = isLate ? gathered : this.#call.startFold(this.#run.evaluation, groups, count);
    this.#last = undefined;
  }

  /** Folds some of the group's inputs; true when it has seen them all. Groups come in order. */
  fold(group: number, memory: AggregateMemory): MaybePromise<boolean> {
    const { isDistinct } = this.#call;
    const { evaluation } = this.#run;
    while (this.#at < this.#rows.length) {
      const row = this.#rows[this.#at] as Row;
      if (row[0] !== group) return true;
      this.#at++;
      if (isDistinct && this.#last !== undefined && this.#compare(this.#last, row) === 0) continue;
      this.#last = row;
      this.#state = this.#call.fold(this.#state, row, SHIFT, evaluation, memory);
    }
    return this.#ended || this.#readOn();
  }

  #readOn(): MaybePromise<boolean> {
    this.#rows = [];
    this.#at = 0;
    const took = (more: boolean): false => {
      this.#ended = !more;
      return false;
    };
    const more = this.#sorter.read(this.#rows);
    return isPromise(more) ? more.then(took) : took(more);
  }

  result(groups: Row): Datum {
    return this.#call.endFold(this.#state, this.#run.evaluation, groups);
  }

  clear(): void {
    this.#rows = [];
    this.#sorter.clear();
  }
}
