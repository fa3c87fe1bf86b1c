/**
 * Grouping of rows whose groups come one after the other: groups are given out as soon as the next
 * one begins, so that memory holds those of one batch.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { MapKey } from "../hash-key.ts";
import type { Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator } from "../operator.ts";
import type { CompiledGrouping, CompiledSet } from "./aggregate-table.ts";
import { AggregateTable } from "./aggregate-table.ts";

/** Rows asked for at first: the groups that are wanted may be few. */
const FIRST_ROWS = 64;

export class GroupAggregate extends ProducingOperator {
  readonly #compiled: CompiledGrouping;
  readonly #set: CompiledSet;
  readonly #child: Operator;
  readonly #emit = (row: Row): void => this.emit(row);
  #table: AggregateTable;
  /** Rows of the last batch that begin a group: they go to the next table. */
  #ahead: readonly Row[] = [];
  #isEmitting = false;
  #ended = false;
  #batch = FIRST_ROWS;

  constructor(run: Run, compiled: CompiledGrouping, set: CompiledSet, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#set = set;
    this.#child = child;
    this.#table = this.#newTable();
  }

  #newTable(): AggregateTable {
    return new AggregateTable(this.run, this.#compiled, this.#set, undefined);
  }

  close(): void {
    this.#child.close();
    this.#table.free();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#isEmitting) {
      return andThen(this.#table.emit(this.#emit), (more) => more || this.#next());
    }
    return andThen(this.#child.next(this.#batch), (rows) => this.#take(rows));
  }

  /** The open group goes on in a table of its own; false when there is none. */
  #next(): MaybePromise<boolean> {
    this.#isEmitting = false;
    this.#table.free();
    if (this.#ended) return false;
    this.#table = this.#newTable();
    const rows = this.#ahead;
    this.#ahead = [];
    return this.#add(rows, () => true);
  }

  #take(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    this.#batch = Math.min(BATCH_ROWS, this.#batch * 2);
    if (rows === undefined) {
      this.#ended = true;
      return this.#finish();
    }
    const start = this.#lastGroup(rows);
    if (start === 0 && this.#isOpen(rows)) {
      return this.#add(rows, () => true);
    }
    this.#ahead = rows.slice(start);
    this.#lastKey = this.#keyOf(rows.at(-1));
    return this.#add(rows.slice(0, start), () => this.#finish());
  }

  #add(rows: readonly Row[], next: () => MaybePromise<boolean>): MaybePromise<boolean> {
    return andThen(this.#table.add(rows), () => andThen(this.#table.relieve(), next));
  }

  #lastKey: MapKey | undefined;

  #keyOf(row: Row | undefined): MapKey | undefined {
    return row === undefined ? undefined : this.#set.key?.(row, this.run.evaluation);
  }

  /** Where the last group of the batch begins in it. */
  #lastGroup(rows: readonly Row[]): number {
    const key = this.#keyOf(rows.at(-1));
    let start = rows.length - 1;
    while (start > 0 && this.#keyOf(rows[start - 1]) === key) start--;
    return start;
  }

  /** Whether the batch is of one group, which is the one that the table has, or its first. */
  #isOpen(rows: readonly Row[]): boolean {
    const key = this.#keyOf(rows[0]);
    const isFirst = this.#lastKey === undefined;
    if (isFirst) this.#lastKey = key;
    return isFirst || key === this.#lastKey;
  }

  #finish(): MaybePromise<boolean> {
    return andThen(this.#table.finish(), () => {
      this.#isEmitting = true;
      return true;
    });
  }
}
