/** The monitors that need nothing but the logs: those of a simulated cluster, or of a real one. */
import type { LogEntry, LogId, Topology } from "@firstlight/common";
import { noObservations } from "../cluster/observations.ts";
import { History } from "../history/attempt.ts";
import { LogHistory } from "../history/log-history.ts";
import { checkDurability } from "./durability.ts";
import type { ReplicaLog } from "./evidence.ts";
import { checkFirstCommitter } from "./first-committer.ts";
import { checkLogs } from "./log-order.ts";
import { checkRanges } from "./ranges.ts";
import type { Findings } from "./violation.ts";

/** What each replica gives out is a piece of the log; together they must make up all of it. */
export function wholeLogs(
  replicaLogs: readonly ReplicaLog[],
): ReadonlyMap<LogId, readonly LogEntry[]> {
  const logs = new Map<LogId, LogEntry[]>();
  for (const { log, entries } of replicaLogs.toSorted(byFirstIndex)) {
    const known = logs.get(log) ?? [];
    logs.set(log, known);
    for (const entry of entries) if (entry.index === known.length + 1) known.push(entry);
  }
  return logs;
}

function byFirstIndex(a: ReplicaLog, b: ReplicaLog): number {
  return (a.entries[0]?.index ?? 0) - (b.entries[0]?.index ?? 0);
}

/** I1, I2, I3, I9 and the owners of ranges, of logs that begin with their first entry. */
export function checkRecordedLogs(
  replicaLogs: readonly ReplicaLog[],
  topology: Topology,
  findings: Findings,
): LogHistory {
  const logs = new LogHistory(wholeLogs(replicaLogs));
  const clients = { history: new History(), observations: noObservations() };
  const evidence = { ...clients, logs, replicaLogs, topology };
  checkLogs(evidence, findings);
  checkDurability(evidence, findings);
  checkFirstCommitter(evidence, findings);
  checkRanges(evidence, findings);
  return logs;
}
