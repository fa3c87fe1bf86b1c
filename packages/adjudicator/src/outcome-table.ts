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
  readonly #committed: RecentMap<TransactionId, Timestamp>;
  readonly #aborted: RecentMap<TransactionId, Timestamp>;
  /** Commits at or below it may be missing here. */
  forgottenUpTo: Timestamp = TIMESTAMP_ZERO;

  constructor(max: number, raiseFloor: (to: Timestamp) => void) {
    this.#committed = new RecentMap(max, (forgotten) => {
      this.forgottenUpTo = latestOf(this.forgottenUpTo, forgotten.values());
    });
    this.#aborted = new RecentMap(max, (forgotten) => {
      raiseFloor(latestOf(TIMESTAMP_ZERO, forgotten.values()));
    });
  }

  get(transaction: TransactionId): KnownOutcome | undefined {
    const committed = this.#committed.get(transaction);
    if (committed !== undefined) return { outcome: "committed", timestamp: committed };
    const aborted = this.#aborted.get(transaction);
    return aborted === undefined ? undefined : { outcome: "aborted", timestamp: aborted };
  }

  committed(transaction: TransactionId, timestamp: Timestamp): void {
    this.#committed.set(transaction, timestamp);
  }

  /** `now`: no snapshot of this transaction can be later. */
  aborted(transaction: TransactionId, now: Timestamp): void {
    this.#aborted.set(transaction, now);
  }
}

function latestOf(first: Timestamp, others: Iterable<Timestamp>): Timestamp {
  let latest = first;
  for (const other of others) latest = laterOf(latest, other);
  return latest;
}
