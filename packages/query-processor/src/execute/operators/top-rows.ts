/** The best rows of a sort with a bound, in a heap whose worst row is at the top. */
import type { Row } from "@firstlight/sql";
import type { CompareRows } from "../row-merge.ts";

interface Entry {
  readonly row: Row;
  /** Position in the input: makes the sort stable and the heap's order total. */
  readonly sequence: number;
}

export class TopRows {
  readonly #keep: number;
  readonly #compareRows: CompareRows;
  readonly #heap: Entry[] = [];
  #sequence = 0;

  constructor(keep: number, compare: CompareRows) {
    this.#keep = keep;
    this.#compareRows = compare;
  }

  get length(): number {
    return this.#heap.length;
  }

  /** The row that had to go: it, or one that was better only until now; undefined while there is room. */
  offer(row: Row): Row | undefined {
    const entry = { row, sequence: this.#sequence++ };
    if (this.#heap.length < this.#keep) {
      this.#heap.push(entry);
      this.#siftUp(this.#heap.length - 1);
      return undefined;
    }
    const worst = this.#heap[0];
    if (worst === undefined || this.#compare(entry, worst) >= 0) return row;
    this.#heap[0] = entry;
    this.#siftDown();
    return worst.row;
  }

  /** All rows in order. */
  sorted(): Row[] {
    return this.#heap.toSorted((a, b) => this.#compare(a, b)).map(({ row }) => row);
  }

  #compare(a: Entry, b: Entry): number {
    return this.#compareRows(a.row, b.row) || a.sequence - b.sequence;
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
}
