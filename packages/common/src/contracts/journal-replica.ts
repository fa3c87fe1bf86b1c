/**
 * One member of the quorum journal: a Paxos acceptor per log. The writer sends every batch to all
 * replicas and needs a majority; `promise` is the seal's first phase.
 *
 * - A replica accepts `append` only if `epoch` >= its promised epoch and `previousIndex` and
 *   `previousEpoch` match what it holds; entries after a mismatch are replaced by the newer epoch's.
 * - It answers only AFTER its disk confirmed (fsync).
 * - `committed` tells up to which index a majority holds the log; only those entries are read out.
 * - A replica that lost what it stored comes back as a new incarnation (docs/decisions/0030). Who
 *   counts answers says which incarnations it counts on; a replica that knows of a newer one refuses.
 */
import type { Timestamp } from "../time/timestamp.ts";
import type { LogId } from "./ids.ts";
import type { LogEntry, ReadResult, Subscription, TailListener } from "./journal.ts";

/** Incarnation of each replica, in the order of the replicas; 1 where nothing is said. */
export type Incarnations = readonly number[];

export interface ReplicaAppend {
  readonly log: LogId;
  readonly epoch: number;
  readonly previousIndex: number;
  readonly previousEpoch: number;
  readonly entries: readonly LogEntry[];
  readonly committed: number;
  readonly members: Incarnations;
}

/** `accepted` false: refused; `promisedEpoch` and `lastIndex` tell why and from where to resend. */
export interface ReplicaAppendReply {
  readonly accepted: boolean;
  readonly promisedEpoch: number;
  readonly lastIndex: number;
  /** How much its disk may still take beyond a reserve, where that is not plenty. */
  readonly roomBytes?: number;
  /** Given if the request was refused because it counts on an incarnation that is gone. */
  readonly members?: Incarnations;
}

export interface ReplicaState {
  readonly promisedEpoch: number;
  readonly lastIndex: number;
  readonly lastEpoch: number;
  readonly lastTimestamp: Timestamp;
  readonly committed: number;
  readonly firstIndex: number;
  /** Of the entry before the first one, which was trimmed; 0 if none was. */
  readonly baseEpoch: number;
  readonly baseTimestamp: Timestamp;
  readonly members: Incarnations;
}

/** `incarnation` 0 asks which ones are known and records nothing. */
export interface ReplicaJoin {
  readonly place: number;
  readonly incarnation: number;
}

export interface JoinedLog {
  readonly log: LogId;
  readonly state: ReplicaState;
}

export interface ReplicaJoinReply {
  readonly members: Incarnations;
  /** Every log that this replica knows, as of when it recorded the incarnation. */
  readonly logs: readonly JoinedLog[];
}

export interface ReplicaPromiseReply {
  readonly granted: boolean;
  readonly state: ReplicaState;
}

export interface JournalReplica {
  append(request: ReplicaAppend): Promise<ReplicaAppendReply>;
  /** Not granted if `epoch` is not above all promised before, or `members` are not the newest. */
  promise(log: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply>;
  state(log: LogId): Promise<ReplicaState>;
  /** Also uncommitted entries when `uncommitted` is set: recovery of the unfinished end. */
  read(log: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult>;
  tail(log: LogId, from: number, listener: TailListener): Subscription;
  trim(log: LogId, upTo: number): Promise<void>;
  /** Records, durably BEFORE it answers, that the replica at `place` begins a new incarnation. */
  join(request: ReplicaJoin): Promise<ReplicaJoinReply>;
}
