/** The rows of a tape as an operator's input. */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Tape, TapeReader } from "./tape.ts";

export class TapeRows {
  readonly #reader: TapeReader;

  /** With `consume` the tape is empty afterwards. */
  constructor(tape: Tape, consume: boolean) {
    this.#reader = tape.reader(consume);
  }

  next(_maxRows?: number): MaybePromise<readonly Row[] | undefined> {
    return this.#reader.nextRows();
  }

  close(): void {}
}
