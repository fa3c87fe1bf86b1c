/**
 * Numbers of a session's transactions, given when they are first asked for: microseconds, then bits of
 * the session's own, so that numbers grow and no two transactions have the same.
 */
import { type Clock, SqlError } from "@firstlight/common";
import type { TransactionOutcome, TransactionOutcomes } from "./transaction-outcomes.ts";

const SESSION_BITS = 10n;
const SESSION_MASK = 0x3ff;

export class TransactionNumbers {
  readonly #clock: Clock;
  readonly #session: bigint;
  readonly #outcomes: TransactionOutcomes;
  #last = 0n;
  #current: bigint | undefined;

  constructor(clock: Clock, pid: number, outcomes: TransactionOutcomes) {
    this.#clock = clock;
    this.#outcomes = outcomes;
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
    this.#outcomes.note(this.#current, "in progress");
    return this.#current;
  }

  /** The transaction has ended; undefined: its outcome is not known. */
  ended(outcome: "committed" | "aborted" | undefined): void {
    if (this.#current !== undefined) this.#outcomes.note(this.#current, outcome);
  }

  /** PostgreSQL's first two numbers were always committed; 0 and 3 and what is old tell nothing. */
  outcomeOf(number: bigint): TransactionOutcome | undefined {
    if (number === 1n || number === 2n) return "committed";
    const next = BigInt(this.#clock.now().latest + 1) << SESSION_BITS;
    const future = number > next && number > this.#last;
    if (!future) return this.#outcomes.of(number);
    throw new SqlError("22023", `transaction ID ${number} is in the future`);
  }
}
