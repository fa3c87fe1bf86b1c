/** DISTINCT of rows whose equals come one after the other: the first of them. */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { MapKey } from "../hash-key.ts";
import type { groupKey } from "../hash-key.ts";
import type { Operator, Run } from "../operator.ts";
import { nextMapped } from "../operator.ts";

export class Unique implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #key: ReturnType<typeof groupKey>;
  #last: MapKey | undefined;

  constructor(run: Run, child: Operator, key: ReturnType<typeof groupKey>) {
    this.#run = run;
    this.#child = child;
    this.#key = key;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    return nextMapped(this.#run, this.#child, maxRows, (row, out) => {
      if (this.#isNew(row)) out.push(row);
    });
  }

  #isNew(row: Row): boolean {
    const key = this.#key(row, this.#run.evaluation);
    if (key === this.#last) return false;
    this.#last = key;
    return true;
  }

  close(): void {
    this.#child.close();
  }
}
