/**
 * I1: within a log timestamps strictly increase, and all replicas hold the same entries. I2: once
 * an entry of an epoch is in the log, none of an older epoch follows. I7: nothing appears at or
 * below a watermark that was given out. And some time after everything was healed every replica has
 * caught up.
 */
import type { LogEntry, LogId } from "@firstlight/common";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

function checkOrder(log: LogId, entries: readonly LogEntry[], findings: Findings): void {
  entries.forEach((entry, i) => {
    const before = entries[i - 1];
    if (entry.index !== i + 1) {
      findings.add("I1", `log ${log} holds index ${entry.index} at place ${i + 1}`);
    }
    if (before === undefined) return;
    const what = `entry ${entry.index} of log ${log}`;
    if (entry.timestamp <= before.timestamp) {
      findings.add("I1", `${what} is at ${entry.timestamp}, the one before at ${before.timestamp}`);
    }
    if (entry.epoch < before.epoch) {
      findings.add("I2", `${what} is of epoch ${entry.epoch}, the one before of ${before.epoch}`);
    }
  });
}

function checkReplicas({ logs, replicaLogs }: LogEvidence, findings: Findings): void {
  for (const { replica, log, entries } of replicaLogs) {
    const truth = logs.logs.get(log) ?? [];
    // Leases are appended at any time, but no transaction was under way any more.
    const last = logs.transactions.findLast((each) => each.log === log)?.index ?? 0;
    const end = entries.at(-1)?.index ?? 0;
    if (end < last && replica !== "archive") {
      const behind = `${end} of ${last} entries of log ${log}`;
      findings.add("liveness", `${replica} has caught up with ${behind} only`);
    }
    for (const entry of entries) {
      const same = truth[entry.index - 1];
      if (same === undefined) continue;
      const equal =
        same.timestamp === entry.timestamp && Buffer.compare(same.payload, entry.payload) === 0;
      if (!equal) findings.add("I1", `${replica} holds another entry ${entry.index} of log ${log}`);
    }
  }
}

function checkWatermarks({ logs, observations }: LogEvidence, findings: Findings): void {
  for (const { log, epoch, watermark, index } of observations.heartbeats) {
    const late = (logs.logs.get(log) ?? [])[index];
    if (late === undefined || late.timestamp > watermark) continue;
    const promise = `watermark ${watermark} of log ${log} (epoch ${epoch}) stood for index ${index}`;
    findings.add("I7", `${promise}, but entry ${late.index} is at ${late.timestamp}`);
  }
}

export type LogEvidence = Pick<Evidence, "logs" | "replicaLogs" | "observations">;

export function checkLogs(evidence: LogEvidence, findings: Findings): void {
  for (const [log, entries] of evidence.logs.logs) checkOrder(log, entries, findings);
  checkReplicas(evidence, findings);
  checkWatermarks(evidence, findings);
}
