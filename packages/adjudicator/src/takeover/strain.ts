/**
 * How late things come on this machine at present. Where processes wait for their turn on a
 * processor, or messages for theirs on a line, silence means less: suspicion waits longer by a
 * multiple of the worst delay of late. After the accrual failure detector of Hayashibara et al.
 * ("The φ Accrual Failure Detector", 2004), with a maximum in place of a distribution, as delays of
 * a busy machine come in bursts.
 */
import type { Clock } from "@firstlight/common";

/** A delay counts for one to two of these. */
const PERIOD_MICROS = 15_000_000;
const FACTOR = 4;
/** A process that was stopped must not make the others patient for long. */
const PATIENCE_MICROS_MAX = 4_000_000;

export class Strain {
  readonly #clock: Clock;
  #began = -Infinity;
  #worst = 0;
  #worstBefore = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something came so much later than it was meant to. */
  note(lateMicros: number): void {
    this.#turn();
    if (lateMicros > this.#worst) this.#worst = lateMicros;
  }

  /** How much longer to wait before somebody is suspected. */
  get patienceMicros(): number {
    this.#turn();
    return Math.min(FACTOR * Math.max(this.#worst, this.#worstBefore), PATIENCE_MICROS_MAX);
  }

  #turn(): void {
    const now = this.#clock.monotonicMicros();
    const periods = Math.floor((now - this.#began) / PERIOD_MICROS);
    if (periods < 1) return;
    this.#worstBefore = periods === 1 ? this.#worst : 0;
    this.#worst = 0;
    this.#began = now;
  }
}
