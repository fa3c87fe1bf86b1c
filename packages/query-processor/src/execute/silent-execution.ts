/** An execution whose rows are nobody's: it runs to its end and gives none. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Execution } from "./executable.ts";
import { BATCH_ROWS } from "./operator.ts";

export class SilentExecution implements Execution {
  readonly rowCount = 0;
  readonly #inner: Execution;

  constructor(inner: Execution) {
    this.#inner = inner;
  }

  next(): MaybePromise<readonly Row[] | undefined> {
    for (;;) {
      const rows = this.#inner.next(BATCH_ROWS);
      if (isPromise(rows)) return rows.then((got) => (got === undefined ? got : this.next()));
      if (rows === undefined) return undefined;
    }
  }

  close(): void {
    this.#inner.close();
  }
}
