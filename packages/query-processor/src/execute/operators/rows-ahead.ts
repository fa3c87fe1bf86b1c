/** The first rows of an operator, read before they are asked for; then what it goes on with. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Operator, Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";

const ROWS_MAX = 32_768;
const BYTES_MAX = 8 << 20;
/** ... or this part of the memory that the query may take. */
const MEMORY_PART = 16;

export class RowsAhead implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #memory: MemoryShare;
  #batches: (readonly Row[])[] = [];
  readonly #bytesMax: number;
  #rows = 0;
  #bytes = 0;
  #ended = false;

  constructor(run: Run, child: Operator) {
    this.#run = run;
    this.#child = child;
    this.#memory = new MemoryShare(run.memory);
    this.#bytesMax = Math.min(BYTES_MAX, run.memory.limitBytes / MEMORY_PART);
  }

  /** Whether that was all. */
  read(take: (rows: readonly Row[]) => void): MaybePromise<boolean> {
    const keep = (rows: readonly Row[] | undefined): boolean => {
      if (rows === undefined) {
        this.#ended = true;
        return false;
      }
      take(rows);
      this.#keep(rows);
      return this.#rows < ROWS_MAX && this.#bytes < this.#bytesMax;
    };
    const done = repeat(this.#run, () => {
      const batch = this.#child.next(BATCH_ROWS);
      return isPromise(batch) ? batch.then(keep) : keep(batch);
    });
    return isPromise(done) ? done.then(() => this.#ended) : this.#ended;
  }

  #keep(rows: readonly Row[]): void {
    this.#batches.push(rows);
    this.#rows += rows.length;
    let bytes = 0;
    for (const row of rows) bytes += rowBytes(row);
    this.#bytes += bytes;
    this.#memory.take(bytes);
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const batch = this.#batches.shift();
    if (batch === undefined) return this.#ended ? undefined : this.#child.next(maxRows);
    if (batch.length <= maxRows) return batch;
    this.#batches.unshift(batch.slice(maxRows));
    return batch.slice(0, maxRows);
  }

  close(): void {
    this.#child.close();
    this.#batches = [];
    this.#memory.release();
  }
}
