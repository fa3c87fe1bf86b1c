/** Everything that a checker may look at when a run has ended. */
import type { LogEntry, LogId, ShardMap, Timestamp, Topology } from "@firstlight/common";
import type { Observations } from "../cluster/observations.ts";
import type { History } from "../history/attempt.ts";
import type { LogHistory } from "../history/log-history.ts";

/** What one journal replica gives out of one log. */
export interface ReplicaLog {
  readonly replica: string;
  readonly log: LogId;
  readonly entries: readonly LogEntry[];
}

export interface Evidence {
  readonly history: History;
  readonly logs: LogHistory;
  readonly replicaLogs: readonly ReplicaLog[];
  readonly observations: Observations;
  readonly topology: Topology;
  readonly firstMap: ShardMap;
  /** A snapshot after everything. */
  readonly finalSnapshot: Timestamp;
}
