/**
 * How long one page of a scan may hold the event loop. Rows and keys are counted elsewhere; what an
 * expression does with one of them may take as long as it likes, so the clock is looked at, too.
 */
import type { Clock } from "@firstlight/common";

const SHARE_MICROS = 4_000;

export class PageTurn {
  readonly #clock: Pick<Clock, "monotonicMicros">;
  #start: number | undefined;

  constructor(clock: Pick<Clock, "monotonicMicros">) {
    this.#clock = clock;
  }

  /** Measured from the first look: short scans never ask for the time. */
  isOver(): boolean {
    const now = this.#clock.monotonicMicros();
    this.#start ??= now;
    return now - this.#start >= SHARE_MICROS;
  }
}
