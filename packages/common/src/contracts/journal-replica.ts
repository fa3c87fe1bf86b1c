/**
 * One member of the quorum journal: a Paxos acceptor per log. The writer sends every batch to all
 * replicas and needs a majority; `promise` is the seal's first phase.
 *
 * - A replica accepts `append` only if `epoch` >= its promised epoch and `previousIndex` and
 *   `previousEpoch` match what it holds; entries after a mismatch are replaced by the newer epoch's.
 * - It answers only AFTER its disk confirmed (fsync).
 * - `committed` tells up to which index a majority holds the log; only those entries are read out.
 */
import type { Timestamp } from "../time/timestamp.ts";
import type { LogId } from "./ids.ts";
import type { LogEntry, ReadResult, Subscription, TailListener } from "./journal.ts";

export interface ReplicaAppend {
  readonly log: LogId;
  readonly epoch: number;
  readonly previousIndex: number;
  readonly previousEpoch: number;
  readonly entries: readonly LogEntry[];
  readonly committed: number;
}

/** `accepted` false: refused; `promisedEpoch` and `lastIndex` tell why and from where to resend. */
export interface ReplicaAppendReply {
  readonly accepted: boolean;
  readonly promisedEpoch: number;
  readonly lastIndex: number;
}

export interface ReplicaState {
  readonly promisedEpoch: number;
  readonly lastIndex: number;
  readonly lastEpoch: number;
  readonly lastTimestamp: Timestamp;
  readonly committed: number;
  readonly firstIndex: number;
}

export interface ReplicaPromiseReply {
  readonly granted: boolean;
  readonly state: ReplicaState;
}

export interface JournalReplica {
  append(request: ReplicaAppend): Promise<ReplicaAppendReply>;
  promise(log: LogId, epoch: number): Promise<ReplicaPromiseReply>;
  state(log: LogId): Promise<ReplicaState>;
  /** Also uncommitted entries when `uncommitted` is set: recovery of the unfinished end. */
  read(log: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult>;
  tail(log: LogId, from: number, listener: TailListener): Subscription;
  trim(log: LogId, upTo: number): Promise<void>;
}
