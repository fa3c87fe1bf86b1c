/**
 * What became of the latest transactions that this adjudicator coordinated. A forgotten abort
 * raises the floor to the time of the abort, so that a commit request that arrives even later is
 * still refused (I9).
 */
import type { Timestamp, TransactionId } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf } from "@firstlight/common";
import { RecentMap } from "./recent-map.ts";

export type KnownOutcome =
  | { readonly outcome: "committed"; readonly timestamp: Timestamp }
  | { readonly outcome: "aborted"; readonly timestamp: Timestamp };

export class OutcomeTable {
  readonly #outcomes: RecentMap<TransactionId, KnownOutcome>;
  readonly #raiseFloor: (to: Timestamp) => void;
  /** Commits at or below it may be missing here. */
  forgottenUpTo: Timestamp = TIMESTAMP_ZERO;

  constructor(max: number, raiseFloor: (to: Timestamp) => void) {
    this.#outcomes = new RecentMap(max, (forgotten) => this.#forget(forgotten));
    this.#raiseFloor = raiseFloor;
  }

  get(transaction: TransactionId): KnownOutcome | undefined {
    return this.#outcomes.get(transaction);
  }

  committed(transaction: TransactionId, timestamp: Timestamp): void {
    this.#outcomes.set(transaction, { outcome: "committed", timestamp });
  }

  /** `now`: no snapshot of this transaction can be later. */
  aborted(transaction: TransactionId, now: Timestamp): void {
    this.#outcomes.set(transaction, { outcome: "aborted", timestamp: now });
  }

  #forget(forgotten: ReadonlyMap<TransactionId, KnownOutcome>): void {
    for (const { outcome, timestamp } of forgotten.values()) {
      if (outcome === "aborted") this.#raiseFloor(timestamp);
      else this.forgottenUpTo = laterOf(this.forgottenUpTo, timestamp);
    }
  }
}
