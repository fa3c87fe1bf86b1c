/**
 * Numbers of a session's transactions, given when they are first asked for: microseconds, then bits of
 * the session's own, so that numbers grow and no two transactions have the same.
 */
import type { Clock } from "@firstlight/common";

const SESSION_BITS = 10n;
const SESSION_MASK = 0x3ff;

export class TransactionNumbers {
  readonly #clock: Clock;
  readonly #session: bigint;
  #last = 0n;
  #current: bigint | undefined;

  constructor(clock: Clock, pid: number) {
    this.#clock = clock;
    this.#session = BigInt(pid & SESSION_MASK);
  }

  /** Another transaction begins. */
  begin(): void {
    this.#current = undefined;
  }

  current(assign: boolean): bigint | undefined {
    if (this.#current !== undefined || !assign) return this.#current;
    const now = (BigInt(this.#clock.now().latest) << SESSION_BITS) | this.#session;
    this.#last = now > this.#last ? now : this.#last + (1n << SESSION_BITS);
    this.#current = this.#last;
    return this.#current;
  }
}
