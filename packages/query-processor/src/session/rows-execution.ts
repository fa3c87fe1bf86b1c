/** Rows that are already there, handed out as an execution: SHOW and its kin. */
import type { Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";

export class RowsExecution implements Execution {
  readonly #rows: readonly Row[];
  #at = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  next(maxRows: number): readonly Row[] | undefined {
    if (this.#at >= this.#rows.length) return undefined;
    const rows = this.#rows.slice(this.#at, this.#at + maxRows);
    this.#at += rows.length;
    return rows;
  }

  close(): void {
    this.#at = this.#rows.length;
  }

  get rowCount(): number {
    return this.#rows.length;
  }
}
