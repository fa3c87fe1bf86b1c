/** The rows of a tape as an operator. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Operator } from "../execute/operator.ts";
import type { Tape, TapeReader } from "./tape.ts";

export class TapeRows implements Operator {
  readonly #reader: TapeReader;
  /** Of the piece that was read last; narrow rows are many in one. */
  #rows: readonly Row[] = [];
  #at = 0;

  constructor(tape: Tape, frees: boolean) {
    this.#reader = tape.reader(frees);
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#at < this.#rows.length) return this.#some(maxRows);
    const rows = this.#reader.nextRows();
    return isPromise(rows)
      ? rows.then((each) => this.#took(each, maxRows))
      : this.#took(rows, maxRows);
  }

  #took(rows: readonly Row[] | undefined, maxRows: number): readonly Row[] | undefined {
    if (rows === undefined) return undefined;
    this.#rows = rows;
    this.#at = 0;
    return this.#some(maxRows);
  }

  #some(maxRows: number): readonly Row[] {
    const from = this.#at;
    this.#at = Math.min(this.#rows.length, from + maxRows);
    const isWhole = from === 0 && this.#at === this.#rows.length;
    return isWhole ? this.#rows : this.#rows.slice(from, this.#at);
  }

  close(): void {
    this.#rows = [];
  }
}
