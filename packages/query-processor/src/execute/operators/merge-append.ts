/** UNION ALL of inputs that are sorted alike: their rows in that order. */
import type { MaybePromise } from "@firstlight/common";
import { andThen, isPromise } from "@firstlight/common";
import type { Row, SortKey } from "@firstlight/sql";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator } from "../operator.ts";
import type { SortedSource } from "../row-merge.ts";
import { RowMerge } from "../row-merge.ts";
import type { RowOrdering } from "../row-order.ts";
import { compileOrdering } from "../row-order.ts";

const INPUT_ROWS = 128;

/** The rows of an operator, widened by their keys. */
class InputSource implements SortedSource {
  readonly #run: Run;
  readonly #input: Operator;
  readonly #ordering: RowOrdering;
  #rows: readonly Row[] = [];
  #at = 0;
  head: Row | undefined;

  constructor(run: Run, input: Operator, ordering: RowOrdering) {
    this.#run = run;
    this.#input = input;
    this.#ordering = ordering;
  }

  advance(): Promise<void> | undefined {
    const row = this.#rows[this.#at];
    if (row !== undefined) {
      this.#at++;
      this.head = this.#ordering.widen(row, this.#run.evaluation);
      return undefined;
    }
    const batch = this.#input.next(INPUT_ROWS);
    if (isPromise(batch)) return batch.then((rows) => this.#took(rows));
    this.#took(batch);
    return undefined;
  }

  #took(rows: readonly Row[] | undefined): void {
    this.#rows = rows ?? [];
    this.#at = 1;
    const [first] = this.#rows;
    this.head = first && this.#ordering.widen(first, this.#run.evaluation);
  }
}

class MergeAppend extends ProducingOperator {
  readonly #inputs: readonly Operator[];
  readonly #ordering: RowOrdering;
  #merge: RowMerge | undefined;

  constructor(run: Run, inputs: readonly Operator[], ordering: RowOrdering) {
    super(run);
    this.#inputs = inputs;
    this.#ordering = ordering;
  }

  close(): void {
    for (const input of this.#inputs) input.close();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#merge !== undefined) return this.#take(this.#merge);
    const sources = this.#inputs.map((each) => new InputSource(this.run, each, this.#ordering));
    return andThen(RowMerge.over(sources, this.#ordering.compare), (merge) => {
      this.#merge = merge;
      return true;
    });
  }

  #take(merge: RowMerge): MaybePromise<boolean> {
    const rows: Row[] = [];
    return andThen(merge.take(this.wanted, rows), (more) => {
      for (const row of rows) this.emit(this.#ordering.narrow(row));
      return more;
    });
  }
}

export function openMergeAppend(keys: readonly SortKey[], children: readonly Opener[]): Opener {
  const ordering = compileOrdering(keys);
  return (run) =>
    new MergeAppend(
      run,
      children.map((open) => open(run)),
      ordering,
    );
}
