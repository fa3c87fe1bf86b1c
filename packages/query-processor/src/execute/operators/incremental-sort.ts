/**
 * Sorts rows that are sorted by the first of the keys already: those with equal values of these are
 * sorted by the others, group by group, so that the first rows come early and little is held.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SortNode } from "../../plan/plan-node.ts";
import { SpillableShare } from "../memory-account.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator } from "../operator.ts";
import type { RowOrdering } from "../row-order.ts";
import { compileOrdering } from "../row-order.ts";
import { RowSorter } from "../row-sorter.ts";

const FIRST_ROWS = 64;

interface Compiled {
  readonly ordering: RowOrdering;
  /** Of widened rows: 0 within a group. */
  readonly compareGroups: (a: Row, b: Row) => number;
}

class IncrementalSort extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #child: Operator;
  readonly #share: SpillableShare;
  #sorter: RowSorter;
  /** A row of the group that is being gathered. */
  #sample: Row | undefined;
  #rows: readonly Row[] = [];
  #at = 0;
  #isReading = false;
  #ended = false;
  #batch = FIRST_ROWS;
  #groups = 0;
  #diskBytes = 0;
  readonly #pace: Pace;

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#pace = new Pace(run);
    this.#share = new SpillableShare(run.memory);
    this.#sorter = this.#newSorter();
  }

  #newSorter(): RowSorter {
    return new RowSorter(this.run, this.#share, this.#compiled.ordering.compare);
  }

  close(): void {
    this.#child.close();
    this.#sorter.clear();
  }

  report(): OperatorReport {
    const isOnDisk = this.#diskBytes > 0;
    return {
      kind: "groups",
      groups: this.#groups,
      method: isOnDisk ? "external merge" : "quicksort",
      space: isOnDisk ? "Disk" : "Memory",
      bytes: isOnDisk ? this.#diskBytes : this.#share.peakBytes,
    };
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#isReading) return this.#emitSorted();
    if (this.#at < this.#rows.length) return this.#gather();
    if (this.#ended) return this.#sample === undefined ? false : this.#sort();
    return andThen(this.#child.next(this.#batch), (rows) => {
      this.#batch = Math.min(BATCH_ROWS, this.#batch * 2);
      this.#ended = rows === undefined;
      this.#rows = rows ?? [];
      this.#at = 0;
      return true;
    });
  }

  /** Takes rows up to the one that begins another group. */
  #gather(): MaybePromise<boolean> {
    const { ordering, compareGroups } = this.#compiled;
    const { evaluation } = this.run;
    for (; this.#at < this.#rows.length; this.#at++) {
      const row = ordering.widen(this.#rows[this.#at] ?? [], evaluation);
      if (this.#sample === undefined) this.#sample = row;
      else if (compareGroups(this.#sample, row) !== 0) return this.#sort();
      this.#sorter.add(row);
      if (!this.#pace.isOver()) continue;
      this.#at++;
      break;
    }
    return this.#sorter.isOver ? andThen(this.#sorter.spill(), () => true) : true;
  }

  #sort(): MaybePromise<boolean> {
    this.#sample = undefined;
    this.#groups++;
    return andThen(this.#sorter.finish(), () => {
      this.#isReading = true;
      return true;
    });
  }

  #emitSorted(): MaybePromise<boolean> {
    const { narrow } = this.#compiled.ordering;
    const rows: Row[] = [];
    return andThen(this.#sorter.read(rows), (more) => {
      for (const row of rows) this.emit(narrow(row));
      if (more) return true;
      this.#diskBytes = Math.max(this.#diskBytes, this.#sorter.diskBytes);
      this.#sorter.clear();
      this.#sorter = this.#newSorter();
      this.#isReading = false;
      return true;
    });
  }
}

export function openIncrementalSort(node: SortNode, child: Opener, presorted: number): Opener {
  const compiled: Compiled = {
    ordering: compileOrdering(node.keys),
    compareGroups: compileOrdering(node.keys, presorted).compare,
  };
  return (run) => new IncrementalSort(run, compiled, child(run));
}
