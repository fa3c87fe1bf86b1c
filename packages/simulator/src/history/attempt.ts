/**
 * What one client saw of one transaction. Times are true simulated microseconds, which no clock of
 * the cluster shows. Values are byte strings (latin1), so that they compare natively.
 */
import type { CommitReply, Key, Span, Timestamp, TransactionId } from "@firstlight/common";

export interface RecordedRead {
  readonly at: number;
  readonly key: Key;
  readonly value: string | undefined;
}

export interface RecordedScan {
  readonly at: number;
  readonly span: Span;
  readonly entries: readonly (readonly [Key, string])[];
}

/**
 * - open: never finished: its client died, or something failed before COMMIT was sent.
 * - readOnly: finished without writing; nothing was sent.
 * - unknown: COMMIT was sent and no definite answer came; it may or may not have happened.
 */
export type AttemptOutcome =
  | { readonly kind: "open" }
  | { readonly kind: "readOnly" }
  | { readonly kind: "unknown" }
  | { readonly kind: "committed"; readonly timestamp: Timestamp }
  | { readonly kind: "refused"; readonly verdict: Exclude<CommitReply["verdict"], "committed"> };

/** One operation on a list register, for the cycle checker. */
export type ListOperation =
  | { readonly kind: "read"; readonly key: Key; readonly list: readonly number[] }
  | { readonly kind: "append"; readonly key: Key; readonly value: number };

export class Attempt {
  readonly number: number;
  readonly client: string;
  readonly begunAt: number;
  /** When the client knew the outcome. */
  endedAt: number | undefined;
  snapshot: Timestamp | undefined;
  /** Known once COMMIT was sent. */
  transaction: TransactionId | undefined;
  participants = 0;
  /** Reads at a snapshot of the past, taken over from another attempt. */
  historical = false;
  outcome: AttemptOutcome = { kind: "open" };
  readonly reads: RecordedRead[] = [];
  readonly scans: RecordedScan[] = [];
  readonly writes: Map<Key, string | undefined> = new Map();
  /** What it notified of. */
  readonly notifications: string[] = [];
  readonly locks: Set<Key> = new Set();
  readonly operations: ListOperation[] = [];

  constructor(number: number, client: string, begunAt: number) {
    this.number = number;
    this.client = client;
    this.begunAt = begunAt;
  }

  addReads(at: number, keys: readonly Key[], values: readonly (Uint8Array | undefined)[]): void {
    keys.forEach((key, i) => {
      const value = values[i];
      const text = value === undefined ? undefined : Buffer.from(value).toString("latin1");
      this.reads.push({ at, key, value: text });
    });
  }

  describe(): string {
    const { outcome } = this;
    const end = outcome.kind === "committed" ? `committed at ${outcome.timestamp}` : outcome.kind;
    const id = this.transaction === undefined ? "" : ` ${this.transaction.slice(0, 8)}`;
    const when = `${this.begunAt}..${this.endedAt ?? "?"}`;
    return `#${this.number}${id} of ${this.client} (${when}, snapshot ${this.snapshot ?? "none"}, ${end})`;
  }
}

/** Every attempt of a run, in the order of their beginnings. */
export class History {
  readonly attempts: Attempt[] = [];

  begin(client: string, now: number): Attempt {
    const attempt = new Attempt(this.attempts.length + 1, client, now);
    this.attempts.push(attempt);
    return attempt;
  }

  /** Those that surely committed, and the read-only ones that finished. */
  finished(): readonly Attempt[] {
    return this.attempts.filter(
      ({ outcome }) => outcome.kind === "committed" || outcome.kind === "readOnly",
    );
  }
}
