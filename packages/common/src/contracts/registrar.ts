/**
 * The registrar: which query processors there are, which advisory locks their sessions hold, and
 * questions that one query processor asks all others. Lives beside the adjudicator of the first
 * range, in memory only:
 *
 *   query processor ── attend (lease, locks held) ──▶ registrar ──▶ questions of the others
 *                   ── lock, unlock ───────────────▶
 *
 * What a member holds is its own while its lease lasts. A registrar that begins anew grants nothing
 * for as long as a lease: by then every member that lives has told it what it holds. What it grants is
 * its epoch's, which every answer names: a member takes nothing of an older one once it has heard of a
 * newer one, and tells that what it holds AFTER it has, because a grant may have been on its way when
 * it attended first. Only from then on its lease is prolonged. No transaction
 * depends on it: advisory locks exclude only as far as leases do.
 */
import type { MaybePromise } from "../maybe-promise.ts";

export type LockMode = "ShareLock" | "ExclusiveLock";

/** As pg_locks shows it: a bigint in two halves with subId 1, two integers with subId 2. */
export interface LockTag {
  readonly database: number;
  readonly classId: number;
  readonly objectId: number;
  readonly subId: number;
}

export interface HeldLock {
  readonly session: number;
  readonly tag: LockTag;
  readonly mode: LockMode;
}

export interface ListedLock extends HeldLock {
  readonly granted: boolean;
  /** Microseconds since the Unix epoch, of one that waits. */
  readonly waitStart?: number;
}

/** `sequence` grows with each request of a member: a late one is told from its successor. */
interface FromSession {
  readonly member: string;
  /** Its pid, unique in the cluster. */
  readonly session: number;
  readonly sequence: number;
}

export interface AttendRequest {
  readonly kind: "attend";
  readonly member: string;
  /** Locks asked for later than this are not in `held`. */
  readonly sequence: number;
  /** Of locks asked for before: those whose answers have not come, which are not in `held` either. */
  readonly underWay: readonly number[];
  readonly held: readonly HeldLock[];
  readonly answers: readonly { readonly question: number; readonly answer: string }[];
  /** The newest one that it has heard of, whose grants alone it takes. */
  readonly epoch: number | undefined;
}

export interface LockRequest extends FromSession {
  readonly kind: "lock";
  readonly tag: LockTag;
  readonly mode: LockMode;
  readonly wait: boolean;
}

export interface UnlockRequest extends FromSession {
  readonly kind: "unlock";
  /** Undefined: all that the session holds. */
  readonly locks: readonly { readonly tag: LockTag; readonly mode: LockMode }[] | undefined;
}

/** Gives up what a lock request before this one waits for. */
export interface WithdrawRequest extends FromSession {
  readonly kind: "withdraw";
}

/** Asks every other member; `question` and answers are texts that members understand. */
export interface AskRequest {
  readonly kind: "ask";
  readonly member: string;
  readonly question: string;
  readonly patienceMicros: number;
}

export type RegistrarRequest =
  | AttendRequest
  | LockRequest
  | UnlockRequest
  | WithdrawRequest
  | AskRequest
  | { readonly kind: "listLocks" }
  | { readonly kind: "leave"; readonly member: string };

export interface RegistrarReplies {
  /**
   * Answered when there are questions, or after a while; at once, and without effect on the lease,
   * where the member has not heard of this epoch yet.
   */
  readonly attend: {
    readonly epoch: number;
    readonly leaseMicros: number;
    readonly questions: readonly { readonly id: number; readonly question: string }[];
  };
  /** "waiting": ask again with the same sequence; the place in the queue is kept. */
  readonly lock: {
    readonly result: "granted" | "refused" | "waiting" | "deadlock" | "full";
    readonly detail?: string;
    readonly epoch: number;
  };
  readonly unlock: Record<string, never>;
  readonly withdraw: Record<string, never>;
  /** `unanswered`: members that were there and did not answer in time; whose lease ended is not counted. */
  readonly ask: { readonly answers: readonly string[]; readonly unanswered: number };
  readonly listLocks: { readonly locks: readonly ListedLock[] };
  readonly leave: Record<string, never>;
}

export interface Registrar {
  /** Rejects with ServiceError "unavailable" where the member is not known: then it attends first. */
  call<R extends RegistrarRequest>(request: R): MaybePromise<RegistrarReplies[R["kind"]]>;
}
