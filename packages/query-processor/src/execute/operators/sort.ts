/** Sorts its input; with a bound on the rows wanted it keeps only the best in a heap. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SortNode } from "../../plan/plan-node.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain } from "../operator.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import { SortedRuns } from "../sorted-runs.ts";
import { compileCount } from "./limit.ts";

interface Entry {
  readonly keys: KeyValues;
  readonly row: Row;
  /** Position in the input: makes the sort stable and the heap's order total. */
  readonly sequence: number;
}

/** A heap bigger than this is no better than a sort. */
const TOP_ROWS_MAX = 10_000;
const ENTRY_BYTES = 48;

class Sort extends ProducingOperator {
  readonly #child: Operator;
  readonly #order: RowOrder;
  readonly #keep: number;
  readonly #memory: MemoryShare;
  readonly #runs: SortedRuns<Entry>;
  /** The best rows, the worst of them first; only with a bound. */
  #heap: Entry[] = [];
  #sequence = 0;
  #result: Iterator<Row> | undefined;

  constructor(run: Run, child: Operator, order: RowOrder, keep: number) {
    super(run);
    this.#child = child;
    this.#order = order;
    this.#keep = keep <= TOP_ROWS_MAX ? keep : Infinity;
    this.#memory = new MemoryShare(run.memory);
    this.#runs = new SortedRuns((a, b) => this.#compare(a, b));
  }

  close(): void {
    this.#child.close();
    this.#release();
  }

  #release(): void {
    this.#heap = [];
    this.#runs.clear();
    this.#memory.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#result !== undefined) return this.#emitSorted(this.#result);
    const read = drain(this.run, this.#child, (rows) => this.#add(rows));
    return isPromise(read) ? read.then(() => this.#sort()) : this.#sort();
  }

  #compare(a: Entry, b: Entry): number {
    return this.#order.compare(a.keys, b.keys) || a.sequence - b.sequence;
  }

  #add(rows: readonly Row[]): void {
    const { evaluation } = this.run;
    for (const row of rows) {
      const keys = this.#order.keysOf(row, evaluation);
      const entry = { keys, row, sequence: this.#sequence++ };
      if (this.#keep !== Infinity && this.#heap.length >= this.#keep) {
        this.#offer(entry);
        continue;
      }
      this.#memory.take(rowBytes(row) + rowBytes(keys) + ENTRY_BYTES);
      if (this.#keep === Infinity) {
        this.#runs.add(entry);
      } else {
        this.#heap.push(entry);
        this.#siftUp(this.#heap.length - 1);
      }
    }
  }

  /** Replaces the worst of the kept rows, which is at the top of the heap, if this one is better. */
  #offer(entry: Entry): void {
    const worst = this.#heap[0];
    if (worst === undefined || this.#compare(entry, worst) >= 0) return;
    this.#heap[0] = entry;
    this.#siftDown();
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
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
    const heap = this.#heap;
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

  #sort(): boolean {
    for (const entry of this.#heap) this.#runs.add(entry);
    this.#heap = [];
    this.#result = rowsOf(this.#runs.sorted());
    return true;
  }

  #emitSorted(rows: Iterator<Row>): boolean {
    if (this.emitFrom(rows)) return true;
    this.#release();
    return false;
  }
}

function* rowsOf(entries: Iterator<Entry>): Generator<Row> {
  for (let step = entries.next(); step.done !== true; step = entries.next()) yield step.value.row;
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
