/**
 * How the last numbered transactions of this query processor ended, for pg_xact_status. Others, and
 * those that are too old, are not known: they answer NULL, as PostgreSQL does for old ones.
 */
export type TransactionOutcome = "in progress" | "committed" | "aborted";

const KEPT_MAX = 10_000;

export class TransactionOutcomes {
  readonly #outcomes = new Map<bigint, TransactionOutcome>();

  of(number: bigint): TransactionOutcome | undefined {
    return this.#outcomes.get(number);
  }

  /** `undefined`: nobody knows whether it was committed. */
  note(number: bigint, outcome: TransactionOutcome | undefined): void {
    if (outcome === undefined) {
      this.#outcomes.delete(number);
      return;
    }
    if (!this.#outcomes.has(number) && this.#outcomes.size >= KEPT_MAX) {
      const [oldest] = this.#outcomes.keys();
      if (oldest !== undefined) this.#outcomes.delete(oldest);
    }
    this.#outcomes.set(number, outcome);
  }
}
