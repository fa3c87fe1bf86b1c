/**
 * The adjudicator: may this transaction commit, and when?
 *
 *   query processor ── commit ──▶ coordinator ── prepare ──▶ participants
 *                                      │ append to ITS log only, durable
 *                   ◀── τc ────────────┘ ── decide ──▶ participants
 *
 * Keys below KEYSPACE.systemEnd are global: every adjudicator owns them. A transaction that writes
 * one involves every adjudicator; a check on one is made by any adjudicator that is involved
 * anyway.
 */
import type { Key, Span } from "../keys/key.ts";
import type { Timestamp } from "../time/timestamp.ts";
import type { LogId, TransactionId } from "./ids.ts";
import type { RangeMap } from "./range-map.ts";

/** design.md section 2, "intent". */
export type Intent = "X" | "U" | "K" | "R" | "D";

/** Intents of those who write. */
export type WriteIntent = "X" | "U" | "D";

/** A key's new value or tombstone (undefined); with intent D what storage adds to the value. */
export interface Mutation {
  readonly key: Key;
  readonly value: Uint8Array | undefined;
  readonly intent: WriteIntent;
}

/** An array, or what stands for one of very many. */
export interface ReadonlyList<T> extends Iterable<T> {
  readonly length: number;
  slice(from: number, to: number): readonly T[];
}

export type MutationList = ReadonlyList<Mutation>;

/** A key or span that the transaction needs unchanged though it does not write it. */
export type Check =
  | { readonly key: Key; readonly intent: "X" | "K" | "R" }
  | { readonly span: Span; readonly intent: "R" };

/** What NOTIFY sends: delivered to those who listen when, and only if, its transaction commits. */
export interface Notification {
  /** Of the session that sent it. */
  readonly pid: number;
  /** Channels are a database's own. */
  readonly database: number;
  readonly channel: string;
  readonly payload: string;
}

export interface CommitRequest {
  readonly transaction: TransactionId;
  readonly snapshot: Timestamp;
  /**
   * When it was sent: its timestamp is to be above that, as above the snapshot. So an adjudicator
   * that has forgotten older outcomes knows whether this one's can be among them (I9). Undefined:
   * as the snapshot.
   */
  readonly sent?: Timestamp;
  /** Sorted by key, no key twice. */
  readonly mutations: MutationList;
  /** The same as MutationPacker makes them, where somebody has had to. */
  readonly packed?: Uint8Array;
  readonly checks: readonly Check[];
  /** All adjudicators involved, the coordinator included. */
  readonly participants: readonly LogId[];
  /**
   * In the order in which they were sent. All of a cluster's stand in one log, that of
   * firstLog, which then is the coordinator's: its order is theirs (I1, I12).
   */
  readonly notifications?: readonly Notification[];
}

/** Which key lost to whom: becomes the DETAIL of 40001. */
export interface Conflict {
  readonly key: Key;
  readonly intent: Intent;
  /** What the winner did, and when; undefined while the winner is still prepared. */
  readonly winnerIntent: Intent;
  readonly winnerTimestamp: Timestamp | undefined;
}

/**
 * - committed: durable at `timestamp`.
 * - conflict: refused by first committer wins (I3).
 * - tooOld: the snapshot is below the floor.
 * - aborted: not committed and never will be (a participant was unreachable, a lease ended).
 * - moved: not committed and never will be, because it was routed by an older range map than
 *   `ranges`; the same may be sent as another transaction.
 */
export type CommitReply =
  | { readonly verdict: "committed"; readonly timestamp: Timestamp }
  | { readonly verdict: "conflict"; readonly conflict: Conflict }
  | { readonly verdict: "tooOld"; readonly floor: Timestamp }
  | { readonly verdict: "aborted"; readonly reason: string }
  | { readonly verdict: "moved"; readonly ranges: RangeMap };

export interface PrepareRequest {
  readonly transaction: TransactionId;
  readonly coordinator: LogId;
  readonly snapshot: Timestamp;
  /** This participant's keys only, values left out. */
  readonly writes: readonly { readonly key: Key; readonly intent: WriteIntent }[];
  readonly checks: readonly Check[];
  /** Of a transaction that changes the ranges (it writes RANGES_KEY): what they become. */
  readonly ranges?: RangeMap;
}

export type PrepareReply =
  | {
      readonly verdict: "prepared";
      /** τc must be at or above this ... */
      readonly lowerBound: Timestamp;
      /** ... and at or below this. */
      readonly leaseEnd: Timestamp;
    }
  | Exclude<CommitReply, { readonly verdict: "committed" }>;

export interface Decision {
  readonly transaction: TransactionId;
  readonly outcome: "committed" | "aborted";
  /** τc when committed. */
  readonly timestamp: Timestamp;
}

/** `unknown`: still under way; ask again. */
export type Outcome =
  | { readonly outcome: "committed"; readonly timestamp: Timestamp }
  | { readonly outcome: "aborted" }
  | { readonly outcome: "unknown" };

/** Everything in `log` at or below `watermark` has an index at or below `index` (I7). */
export interface Heartbeat {
  readonly log: LogId;
  readonly epoch: number;
  readonly watermark: Timestamp;
  readonly index: number;
}

/** A request that was refused because of another one. */
export interface LostConflict extends Conflict {
  /** When it was refused. */
  readonly at: Timestamp;
}

/**
 * A key and how many conflicts were lost on it: at most `conflicts`, at least `conflicts` less
 * `overestimate`.
 */
export interface HotKey {
  readonly key: Key;
  readonly conflicts: number;
  readonly overestimate: number;
  /** The latest one. */
  readonly lastAt: Timestamp;
}

/** What an adjudicator remembers of the conflicts that it has judged since its epoch began. */
export interface ConflictReport {
  readonly log: LogId;
  /** Oldest first; a bounded number of them. */
  readonly recent: readonly LostConflict[];
  /** Most conflicts first. */
  readonly hottest: readonly HotKey[];
}

export interface Adjudicator {
  /**
   * Sent to the coordinator, one of `participants`. Idempotent by transaction id (I9). Rejects with
   * ServiceError "unavailable" when the outcome is unknown (then ask `outcome`), "overloaded" when
   * nothing was done.
   */
  commit(request: CommitRequest): Promise<CommitReply>;
  prepare(request: PrepareRequest): Promise<PrepareReply>;
  decide(decision: Decision): Promise<void>;
  /**
   * What became of a transaction that this adjudicator coordinates. A transaction that it has never
   * heard of is aborted from then on: a commit request that arrives later is refused. Had it been
   * committed, its timestamp would be above `after`; undefined: as far back as outcomes are kept.
   */
  outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome>;
  /**
   * Resolves when a watermark at or above `atLeast` can be promised; at once if the clock has
   * passed it and nothing at or below it is being appended.
   */
  heartbeat(atLeast: Timestamp): Promise<Heartbeat>;
  /**
   * Asked of the first log: the ranges as they are, of which no change at or below `atLeast` is
   * missing or will follow. Whoever begins an epoch of another log knows by it what its predecessor
   * has agreed to.
   */
  ranges(atLeast: Timestamp): Promise<RangeMap>;
  conflicts(): Promise<ConflictReport>;
}
