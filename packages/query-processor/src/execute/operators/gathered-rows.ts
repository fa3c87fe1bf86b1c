/** Rows that are looked at together: more as the side that they come from turns out to be long. */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { rowBytes } from "../memory-account.ts";
import type { Operator, Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";

const GATHERED_ROWS_MAX = 16 * BATCH_ROWS;
/** Of the memory limit: what rows that are looked at together may hold of it. */
const GATHERED_PART = 32;

export class GatheredRows {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #rowsMax: number;
  #rows: number;
  #ended = false;

  /** The first time `first` rows at the most, or a batch, and never more than `most`. */
  constructor(run: Run, child: Operator, first: number = 0, most: number = GATHERED_ROWS_MAX) {
    this.#run = run;
    this.#child = child;
    this.#rowsMax = Math.max(1, Math.min(most, GATHERED_ROWS_MAX));
    this.#rows = Math.min(Math.max(first, BATCH_ROWS), this.#rowsMax);
  }

  /** The child may have effects: it is not asked for rows that nobody asked for. */
  next(wanted: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#ended) return undefined;
    return andThen(this.#child.next(wanted), (rows) => {
      if (rows === undefined || wanted < BATCH_ROWS) return rows;
      const count = this.#rows;
      this.#rows = Math.min(count * 4, this.#rowsMax);
      return rows.length >= count ? rows : this.#more([...rows], count);
    });
  }

  #more(rows: Row[], count: number): MaybePromise<readonly Row[]> {
    let bytes = 0;
    const bytesMax = this.#run.memory.limitBytes / GATHERED_PART;
    const take = (more: readonly Row[] | undefined): boolean => {
      if (more === undefined) this.#ended = true;
      for (const row of more ?? []) {
        bytes += rowBytes(row);
        rows.push(row);
      }
      return rows.length < count && bytes < bytesMax && !this.#ended;
    };
    const gathered = repeat(this.#run, () => andThen(this.#child.next(BATCH_ROWS), take));
    return andThen(gathered, () => rows);
  }
}
