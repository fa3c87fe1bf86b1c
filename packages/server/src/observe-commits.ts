/** An adjudicator that tells of each commit BEFORE whoever asked for it learns that it is durable. */
import type { Adjudicator, Timestamp } from "@firstlight/common";

export function observeCommits(
  adjudicator: Adjudicator,
  onCommitted: (timestamp: Timestamp) => void,
): Adjudicator {
  return {
    async commit(request) {
      const reply = await adjudicator.commit(request);
      if (reply.verdict === "committed") onCommitted(reply.timestamp);
      return reply;
    },
    async outcome(transaction, after) {
      const outcome = await adjudicator.outcome(transaction, after);
      if (outcome.outcome === "committed") onCommitted(outcome.timestamp);
      return outcome;
    },
    prepare: (request) => adjudicator.prepare(request),
    decide: (decision) => adjudicator.decide(decision),
    heartbeat: (atLeast) => adjudicator.heartbeat(atLeast),
    ranges: (atLeast) => adjudicator.ranges(atLeast),
    conflicts: () => adjudicator.conflicts(),
  };
}
