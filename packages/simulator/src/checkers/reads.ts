/**
 * I4, I5: every read that any client made, whatever became of its transaction and whichever replica
 * answered, is what the logs say for its snapshot: all of a transaction or nothing of it, the same
 * everywhere and always.
 */
import type { Timestamp } from "@firstlight/common";
import type { Attempt, RecordedRead, RecordedScan } from "../history/attempt.ts";
import type { LogHistory } from "../history/log-history.ts";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

function show(value: string | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function checkRead(
  attempt: Attempt,
  snapshot: Timestamp,
  { key, value, at }: RecordedRead,
  logs: LogHistory,
  findings: Findings,
): void {
  const version = logs.versionAt(key, snapshot);
  if (version?.value === value) return;
  const truth =
    version === undefined
      ? "nothing was written there"
      : `${show(version.value)} was written at ${version.timestamp}`;
  findings.add(
    "I4/I5",
    `${attempt.describe()} read ${key}: ${show(value)} (at ${at}), but ${truth}`,
  );
}

function checkScan(
  attempt: Attempt,
  snapshot: Timestamp,
  { span, entries, at }: RecordedScan,
  logs: LogHistory,
  findings: Findings,
): void {
  const truth = JSON.stringify(logs.entriesAt(span, snapshot));
  const seen = JSON.stringify(entries);
  if (seen === truth) return;
  findings.add("I4/I5", `${attempt.describe()} scanned (at ${at}) ${seen}, but ${truth} holds`);
}

export function checkReads({ history, logs }: Evidence, findings: Findings): void {
  for (const attempt of history.attempts) {
    const { snapshot } = attempt;
    if (snapshot === undefined) continue;
    for (const read of attempt.reads) checkRead(attempt, snapshot, read, logs, findings);
    for (const scan of attempt.scans) checkScan(attempt, snapshot, scan, logs, findings);
  }
}
