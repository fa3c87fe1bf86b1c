/**
 * Sorting in short steps: entries are sorted in runs as they come, and the runs are merged as the
 * result is read. The order is stable.
 */

/** Few enough to be sorted within a share of the event loop. */
const RUN_ENTRIES = 4096;

export type Compare<T> = (a: T, b: T) => number;

/** The rest of one run; runs are numbered in the order of the input. */
interface Cursor<T> {
  readonly run: readonly T[];
  readonly number: number;
  at: number;
  head: T;
}

function* mergeRuns<T>(runs: readonly (readonly T[])[], compare: Compare<T>): Generator<T> {
  const heap: Cursor<T>[] = [];
  runs.forEach((run, number) => {
    const [head] = run;
    if (head !== undefined) heap.push({ run, number, at: 0, head });
  });
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(heap, at, compare);
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    yield top.head;
    const next = top.run[++top.at];
    if (next !== undefined) {
      top.head = next;
    } else {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
    }
    siftDown(heap, 0, compare);
  }
}

function siftDown<T>(heap: Cursor<T>[], from: number, compare: Compare<T>): void {
  const moved = heap[from];
  if (moved === undefined) return;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    let least = heap[child];
    if (least === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, least, compare)) {
      child++;
      least = right;
    }
    if (!isBefore(least, moved, compare)) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = moved;
}

function isBefore<T>(a: Cursor<T>, b: Cursor<T>, compare: Compare<T>): boolean {
  const order = compare(a.head, b.head);
  return order === 0 ? a.number < b.number : order < 0;
}

export class SortedRuns<T> {
  readonly #compare: Compare<T>;
  #runs: T[][] = [];
  #open: T[] = [];

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  add(entry: T): void {
    this.#open.push(entry);
    if (this.#open.length < RUN_ENTRIES) return;
    this.#close();
  }

  #close(): void {
    this.#runs.push(this.#open.sort(this.#compare));
    this.#open = [];
  }

  /** The entries in order; nothing may be added any more. */
  sorted(): Iterator<T> {
    if (this.#open.length > 0) this.#close();
    const [only = []] = this.#runs;
    return this.#runs.length <= 1 ? only[Symbol.iterator]() : mergeRuns(this.#runs, this.#compare);
  }

  clear(): void {
    this.#runs = [];
    this.#open = [];
  }
}
