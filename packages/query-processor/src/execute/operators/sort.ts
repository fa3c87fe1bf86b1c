/**
 * Sorts its input, past memory on disk; with a bound on the rows wanted it keeps only the best in a
 * heap, as long as they fit.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SortNode } from "../../plan/plan-node.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { ProducingOperator, drain, eachRow, eachRowAgain } from "../operator.ts";
import type { RowOrdering } from "../row-order.ts";
import { compileOrdering } from "../row-order.ts";
import { RowSorter } from "../row-sorter.ts";
import { openIncrementalSort } from "./incremental-sort.ts";
import { compileCount } from "./limit.ts";
import { TopRows } from "./top-rows.ts";

/** A heap bigger than this is no better than a sort. */
const TOP_ROWS_MAX = 10_000;

class Sort extends ProducingOperator {
  readonly #child: Operator;
  readonly #ordering: RowOrdering;
  readonly #share: SpillableShare;
  readonly #sorter: RowSorter;
  /** Only with a bound. */
  #top: TopRows | undefined;
  #sorted = false;
  #isHeap = false;

  constructor(run: Run, child: Operator, ordering: RowOrdering, keep: number) {
    super(run);
    this.#child = child;
    this.#ordering = ordering;
    this.#share = new SpillableShare(run.memory);
    this.#sorter = new RowSorter(run, this.#share, ordering.compare);
    this.#top = keep <= TOP_ROWS_MAX ? new TopRows(keep, ordering.compare) : undefined;
  }

  close(): void {
    this.#child.close();
    this.#release();
  }

  #release(): void {
    this.#top = undefined;
    this.#sorter.clear();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#sorted) return this.#emitSorted();
    const read = drain(this.run, this.#child, (rows) => this.#add(rows));
    return isPromise(read) ? read.then(() => this.#sort()) : this.#sort();
  }

  #add(rows: readonly Row[]): MaybePromise<void> {
    const { evaluation } = this.run;
    const ordering = this.#ordering;
    const top = this.#top;
    const each = ordering.isRepeatable ? eachRowAgain : eachRow;
    if (top !== undefined) {
      const done = each(this.run, rows, (row) => this.#offer(top, ordering.widen(row, evaluation)));
      return isPromise(done) ? done.then(() => this.#relieveHeap(top)) : this.#relieveHeap(top);
    }
    const sorter = this.#sorter;
    const done = each(this.run, rows, (row) => sorter.add(ordering.widen(row, evaluation)));
    const relieve = (): MaybePromise<void> => (sorter.isOver ? sorter.spill() : undefined);
    return isPromise(done) ? done.then(relieve) : relieve();
  }

  #relieveHeap(top: TopRows): void {
    if (this.#share.isOver) this.#leaveHeap(top);
  }

  #offer(top: TopRows, row: Row): void {
    const gone = top.offer(row);
    if (gone === row) return;
    this.#share.take(rowBytes(row));
    if (gone !== undefined) this.#share.give(rowBytes(gone));
  }

  /** The sorter goes on with the rows of the heap, which come before all others. */
  #leaveHeap(top: TopRows): void {
    this.#top = undefined;
    this.#share.release();
    for (const row of top.sorted()) this.#sorter.add(row);
  }

  #sort(): MaybePromise<boolean> {
    if (this.#top !== undefined) {
      this.#isHeap = true;
      this.#leaveHeap(this.#top);
    }
    const finished = this.#sorter.finish();
    return isPromise(finished) ? finished.then(() => this.#started()) : this.#started();
  }

  #started(): true {
    this.#sorted = true;
    return true;
  }

  report(): OperatorReport | undefined {
    if (!this.#sorted) return undefined;
    const { diskBytes } = this.#sorter;
    if (diskBytes > 0) {
      return { kind: "sort", method: "external merge", space: "Disk", bytes: diskBytes };
    }
    const method = this.#isHeap ? "top-N heapsort" : "quicksort";
    return { kind: "sort", method, space: "Memory", bytes: this.#share.peakBytes };
  }

  #emitSorted(): MaybePromise<boolean> {
    const rows: Row[] = [];
    const more = this.#sorter.read(rows);
    return isPromise(more)
      ? more.then((each) => this.#emitRows(rows, each))
      : this.#emitRows(rows, more);
  }

  #emitRows(rows: readonly Row[], more: boolean): boolean {
    const { narrow } = this.#ordering;
    for (const row of rows) this.emit(narrow(row));
    if (!more) this.#release();
    return more;
  }
}

export function openSort(node: SortNode, child: Opener): Opener {
  if (node.presorted !== undefined) return openIncrementalSort(node, child, node.presorted);
  const ordering = compileOrdering(node.keys);
  const offset = compileCount(node.offset, "OFFSET");
  const limit = compileCount(node.limit, "LIMIT");
  return (run) => {
    const rows = limit(run.evaluation);
    const keep = rows === undefined ? Infinity : rows + (offset(run.evaluation) ?? 0);
    return new Sort(run, child(run), ordering, keep);
  };
}
