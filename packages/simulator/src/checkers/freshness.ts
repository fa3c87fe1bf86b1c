/**
 * I6: who begins after a commit was acknowledged has a snapshot at or above it. And the reverse: who
 * begins after a read was answered commits above that read's snapshot, so the read stays true. Both
 * together make every single-key history linearizable, with the timestamps as its order.
 */
import type { Timestamp } from "@firstlight/common";
import type { Attempt } from "../history/attempt.ts";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

interface Known {
  readonly at: number;
  readonly timestamp: Timestamp;
  readonly from: Attempt;
}

function acknowledgements(attempts: readonly Attempt[]): Known[] {
  return attempts.flatMap((from) => {
    const { outcome, endedAt } = from;
    if (outcome.kind !== "committed" || endedAt === undefined) return [];
    return [{ at: endedAt, timestamp: outcome.timestamp, from }];
  });
}

function answers(attempts: readonly Attempt[]): Known[] {
  return attempts.flatMap((from) => {
    const { snapshot } = from;
    const first = from.reads[0] ?? from.scans[0];
    if (snapshot === undefined || first === undefined) return [];
    return [{ at: first.at, timestamp: snapshot, from }];
  });
}

/** Calls `visit` for each attempt with the latest timestamp known before it began. */
function withLatestBefore(
  attempts: readonly Attempt[],
  known: readonly Known[],
  visit: (attempt: Attempt, latest: Known) => void,
): void {
  const ordered = known.toSorted((a, b) => a.at - b.at);
  let next = 0;
  let latest: Known | undefined;
  for (const attempt of attempts.toSorted((a, b) => a.begunAt - b.begunAt)) {
    for (; (ordered[next]?.at ?? Infinity) < attempt.begunAt; next++) {
      const one = ordered[next];
      if (one !== undefined && one.timestamp > (latest?.timestamp ?? -1)) latest = one;
    }
    if (latest !== undefined) visit(attempt, latest);
  }
}

export function checkFreshness({ history }: Evidence, findings: Findings): void {
  const { attempts } = history;
  withLatestBefore(attempts, acknowledgements(attempts), (attempt, { timestamp, from }) => {
    if (attempt.historical || attempt.snapshot === undefined) return;
    if (attempt.snapshot >= timestamp) return;
    findings.add("I6", `${attempt.describe()} began after ${from.describe()} was acknowledged`);
  });
  withLatestBefore(attempts, answers(attempts), (attempt, { timestamp, from }) => {
    const { outcome } = attempt;
    if (outcome.kind !== "committed" || outcome.timestamp > timestamp) return;
    const text = `${attempt.describe()} began after a read of ${from.describe()} was answered`;
    findings.add("I7", text);
  });
}
