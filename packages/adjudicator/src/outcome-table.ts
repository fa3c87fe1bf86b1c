/**
 * What became of the latest transactions that this adjudicator coordinated, oldest forgotten
 * first. A forgotten abort raises the floor to the time of the abort, so that a commit request
 * that arrives even later is still refused (I9).
 */
import type { Timestamp, TransactionId } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf } from "@firstlight/common";

export type KnownOutcome =
  | { readonly outcome: "committed"; readonly timestamp: Timestamp }
  | { readonly outcome: "aborted"; readonly timestamp: Timestamp };

export class OutcomeTable {
  readonly #max: number;
  readonly #raiseFloor: (to: Timestamp) => void;
  readonly #outcomes = new Map<TransactionId, KnownOutcome>();
  /** Commits at or below it may be missing here. */
  forgottenUpTo: Timestamp = TIMESTAMP_ZERO;

  constructor(max: number, raiseFloor: (to: Timestamp) => void) {
    this.#max = max;
    this.#raiseFloor = raiseFloor;
  }

  get(transaction: TransactionId): KnownOutcome | undefined {
    return this.#outcomes.get(transaction);
  }

  committed(transaction: TransactionId, timestamp: Timestamp): void {
    this.#set(transaction, { outcome: "committed", timestamp });
  }

  /** `now`: no snapshot of this transaction can be later. */
  aborted(transaction: TransactionId, now: Timestamp): void {
    this.#set(transaction, { outcome: "aborted", timestamp: now });
  }

  #set(transaction: TransactionId, outcome: KnownOutcome): void {
    this.#outcomes.delete(transaction);
    this.#outcomes.set(transaction, outcome);
    if (this.#outcomes.size <= this.#max) return;
    for (const [oldest, { outcome: kind, timestamp }] of this.#outcomes) {
      this.#outcomes.delete(oldest);
      if (kind === "aborted") this.#raiseFloor(timestamp);
      else this.forgottenUpTo = laterOf(this.forgottenUpTo, timestamp);
      return;
    }
  }
}
