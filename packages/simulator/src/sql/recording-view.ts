/** A query processor's view of the cluster that writes down what it commits. */
import type { Adjudicator, CommitReply, CommitRequest, Timestamp } from "@firstlight/common";
import type { ClusterView } from "../transactions.ts";
import type { Attempt, History } from "../history/attempt.ts";
import type { JobMarks } from "./job-marks.ts";
import type { Marks } from "../simulation/marks.ts";

export interface RecordingParts {
  readonly view: ClusterView;
  readonly client: string;
  readonly history: History;
  readonly marks: Marks;
  readonly jobs: JobMarks;
  /** True simulated time. */
  readonly now: () => number;
}

export function recordingView(parts: RecordingParts): ClusterView {
  const { view, now } = parts;
  /** When a snapshot was taken first. */
  const takenAt = new Map<Timestamp, number>();
  return {
    ...view,
    takeSnapshot: () => {
      const snapshot = view.takeSnapshot();
      if (!takenAt.has(snapshot)) takenAt.set(snapshot, now());
      return snapshot;
    },
    adjudicator: (log) => recording(parts, takenAt, view.adjudicator(log)),
  };
}

function begin(
  { client, history, now }: RecordingParts,
  takenAt: ReadonlyMap<Timestamp, number>,
  request: CommitRequest,
): Attempt {
  const attempt = history.begin(client, takenAt.get(request.snapshot) ?? now());
  attempt.snapshot = request.snapshot;
  attempt.transaction = request.transaction;
  attempt.participants = request.participants.length;
  attempt.outcome = { kind: "unknown" };
  for (const { key, value } of request.mutations) {
    attempt.writes.set(key, value && Buffer.from(value).toString("latin1"));
  }
  for (const check of request.checks) {
    if ("key" in check && check.intent === "X") attempt.locks.add(check.key);
  }
  return attempt;
}

function note(parts: RecordingParts, attempt: Attempt, reply: CommitReply): void {
  if (reply.verdict === "committed") {
    attempt.outcome = { kind: "committed", timestamp: reply.timestamp };
    parts.jobs.note(attempt.writes);
  } else {
    attempt.outcome = { kind: "refused", verdict: reply.verdict };
    parts.marks.hit(`refused: ${reply.verdict}`);
  }
  attempt.endedAt = parts.now();
}

function recording(
  parts: RecordingParts,
  takenAt: ReadonlyMap<Timestamp, number>,
  adjudicator: Adjudicator,
): Adjudicator {
  return {
    commit: async (request) => {
      const attempt = begin(parts, takenAt, request);
      const reply = await adjudicator.commit(request);
      note(parts, attempt, reply);
      return reply;
    },
    outcome: (transaction, after) => adjudicator.outcome(transaction, after),
    prepare: (request) => adjudicator.prepare(request),
    decide: (decision) => adjudicator.decide(decision),
    heartbeat: (atLeast) => adjudicator.heartbeat(atLeast),
    ranges: (atLeast) => adjudicator.ranges(atLeast),
    conflicts: () => adjudicator.conflicts(),
  };
}
