/** Sorts its input; with a bound on the rows wanted it keeps only the best in a heap. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SortNode } from "../../plan/plan-node.ts";
import { rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain } from "../operator.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import { compileCount } from "./limit.ts";

interface Entry {
  readonly keys: KeyValues;
  readonly row: Row;
  /** Position in the input: makes the sort stable and the heap's order total. */
  readonly sequence: number;
}

/** A heap bigger than this is no better than a sort. */
const TOP_ROWS_MAX = 10_000;

class Sort extends ProducingOperator {
  readonly #child: Operator;
  readonly #order: RowOrder;
  readonly #keep: number;
  #entries: Entry[] = [];
  #sequence = 0;
  #heldBytes = 0;

  constructor(run: Run, child: Operator, order: RowOrder, keep: number) {
    super(run);
    this.#child = child;
    this.#order = order;
    this.#keep = keep <= TOP_ROWS_MAX ? keep : Infinity;
  }

  close(): void {
    this.#child.close();
    this.#release();
  }

  #release(): void {
    this.#entries = [];
    this.run.memory.give(this.#heldBytes);
    this.#heldBytes = 0;
  }

  protected override produce(): MaybePromise<boolean> {
    const read = drain(this.run, this.#child, (rows) => this.#add(rows));
    return isPromise(read) ? read.then(() => this.#finish()) : this.#finish();
  }

  #compare(a: Entry, b: Entry): number {
    return this.#order.compare(a.keys, b.keys) || a.sequence - b.sequence;
  }

  #add(rows: readonly Row[]): void {
    const { evaluation, memory } = this.run;
    for (const row of rows) {
      const entry = {
        keys: this.#order.keysOf(row, evaluation),
        row,
        sequence: this.#sequence++,
      };
      if (this.#entries.length < this.#keep) {
        const bytes = rowBytes(row) + rowBytes(entry.keys);
        memory.take(bytes);
        this.#heldBytes += bytes;
        this.#entries.push(entry);
        if (this.#keep !== Infinity) this.#siftUp(this.#entries.length - 1);
      } else {
        this.#offer(entry);
      }
    }
  }

  /** Replaces the worst of the kept rows, which is at the top of the heap, if this one is better. */
  #offer(entry: Entry): void {
    const worst = this.#entries[0];
    if (worst === undefined || this.#compare(entry, worst) >= 0) return;
    this.#entries[0] = entry;
    this.#siftDown();
  }

  #siftUp(from: number): void {
    const heap = this.#entries;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const a = heap[at];
      const b = heap[parent];
      if (a === undefined || b === undefined || this.#compare(a, b) <= 0) return;
      heap[at] = b;
      heap[parent] = a;
      at = parent;
    }
  }

  #siftDown(): void {
    const heap = this.#entries;
    let at = 0;
    for (;;) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        const a = heap[child];
        const b = heap[largest];
        if (a !== undefined && b !== undefined && this.#compare(a, b) > 0) largest = child;
      }
      if (largest === at) return;
      const a = heap[at];
      const b = heap[largest];
      if (a === undefined || b === undefined) return;
      heap[at] = b;
      heap[largest] = a;
      at = largest;
    }
  }

  #finish(): boolean {
    const sorted = this.#entries.sort((a, b) => this.#compare(a, b));
    for (const entry of sorted) this.emit(entry.row);
    this.#entries = [];
    return false;
  }
}

export function openSort(node: SortNode, child: Opener): Opener {
  const order = compileOrder(node.keys);
  const offset = compileCount(node.offset, "OFFSET");
  const limit = compileCount(node.limit, "LIMIT");
  return (run) => {
    const rows = limit(run.evaluation);
    const keep = rows === undefined ? Infinity : rows + (offset(run.evaluation) ?? 0);
    return new Sort(run, child(run), order, keep);
  };
}
