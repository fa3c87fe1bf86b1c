/**
 * The Clock port on the host's wall clock, which somebody keeps within a bound of true time: for
 * clusters whose processes do not share one monotonic clock (design.md, Time).
 */
import type { ClockBound, Timestamp } from "@firstlight/common";
import { SystemClock } from "./system-clock.ts";

/** The wall clock is read this often, as it is slewed and set; in between the monotonic one runs. */
const ANCHOR_MICROS = 250_000;
/** `Date.now` cuts off less than this. */
const RESOLUTION_MICROS = 1_000;

export class WallClock extends SystemClock {
  readonly #errorMicros: number;
  #offset = 0;
  #anchoredAt = -Infinity;

  /** `errorMicros`: how far the wall clock may be from true time. */
  constructor(errorMicros: number) {
    super();
    this.#errorMicros = errorMicros;
  }

  override now(): ClockBound {
    const micros = this.monotonicMicros();
    if (micros - this.#anchoredAt >= ANCHOR_MICROS) {
      this.#offset = Date.now() * 1_000 - micros;
      this.#anchoredAt = micros;
    }
    const reading = this.#offset + micros;
    return {
      earliest: (reading - this.#errorMicros) as Timestamp,
      latest: (reading + this.#errorMicros + RESOLUTION_MICROS) as Timestamp,
    };
  }
}
