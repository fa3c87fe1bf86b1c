/**
 * Hidden row ids for tables without a primary key: 8 bytes of microseconds, ascending within one
 * source, then 5 random bytes chosen once per source, so that two sources (statements, query
 * processors) that reach the same microsecond still differ.
 */
import type { EvaluationContext } from "@firstlight/sql";
import { uint32Text } from "@firstlight/common";

const EPOCH_2000_MICROS = 946_684_800_000_000;
const HIGH_SCALE = 0x1_0000_0000;

export class RowIdSource {
  readonly #context: Pick<EvaluationContext, "clockTime" | "randomBytes">;
  #last = 0;
  #identity = "";

  constructor(context: Pick<EvaluationContext, "clockTime" | "randomBytes">) {
    this.#context = context;
  }

  /** The key suffix of the next row. */
  next(): string {
    if (this.#identity === "") {
      this.#identity = Buffer.from(this.#context.randomBytes(5)).toString("latin1");
      this.#last = Number(this.#context.clockTime()) + EPOCH_2000_MICROS;
    }
    this.#last++;
    const high = uint32Text(Math.floor(this.#last / HIGH_SCALE));
    return high + uint32Text(this.#last >>> 0) + this.#identity;
  }
}
