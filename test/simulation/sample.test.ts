/**
 * A bounded sample of what `npm run sim` does without bounds: every invariant holds for some seeds
 * of every workload, and the sample reaches what is rare.
 */
import { Marks, describeFailure, describeMarks, runSimulation } from "@firstlight/simulator";
import { WORKLOADS, settingsFor } from "@firstlight/simulator";
import { expect, test } from "vitest";

const SEEDS_PER_WORKLOAD = 12;
const TRIMMED_SEEDS_PER_WORKLOAD = 4;
const SHARDS_SEEDS_PER_WORKLOAD = 4;
const STEPS = 200;

/** What the sample must reach at least once, or it proves less than it seems to. */
const REACHED = [
  "one adjudicator committed",
  "two adjudicators committed",
  "refused: conflict",
  "refused: tooOld",
  "refused: aborted",
  "lost answer: committed",
  "lost answer: aborted",
  "outcome: unknown",
  "failover, predecessor dead",
  "failover, predecessor paused",
  "fault: takeFromWell",
  "takeover, predecessor dead",
  "takeover, predecessor paused",
  "takeover, predecessor well",
  "takeover under load",
  "one process serves two logs",
  "taken back",
  "predecessor fenced",
  "predecessor replaced",
  "journal majority lost",
  "storage replica lost its disk",
  "storage replica filled from another one",
  "horizon refused a read",
  "read again at an old snapshot",
  "fault: crashClient",
  "fault: crashAdjudicator",
  "fault: crashJournal",
  "fault: crashStorage",
  "fault: wipeJournal",
  "fault: corruptJournal",
  "fault: truncateJournal",
  "damaged journal replica serves again",
  "fault: replaceJournal",
  "replacing journal replica serves",
  "fault: failPower",
  "fault: isolateJournal",
  "fault: partitionPair",
  "fault: slowDisks",
  "fault: fillDisks",
  "fault: slowStorage",
  "fault: slowJournal",
  "fault: corruptStorage",
  "damaged row found",
  "admission refused: storage",
  "admission refused: journal",
  "admission recovered: storage",
  "admission recovered: journal",
  "fault: breakConnections",
  "fault: disturbClocks",
  "commit sent twice",
  "prepare sent twice",
  "decide sent twice",
  "append sent twice",
  "append overtaken",
  "heartbeat sent twice",
  "ranges: move",
  "ranges: split",
  "ranges: merge",
  "ranges: moved by load",
  "routed again",
  "log trimmed",
  "shards: split",
  "shards: merge",
  "shards: move",
  "shard filled under load",
  "shard left under load",
  "shard given up under load",
  "shard split by itself under load",
  "shard moved by itself under load",
  "shard merged by itself under load",
  "job completed",
  "job resumed",
  "job failed: 23505",
];

const reached = new Marks();

test.each(WORKLOADS)("every invariant holds under faults: $name", async (workload) => {
  for (let seed = 1; seed <= SEEDS_PER_WORKLOAD; seed++) {
    const result = await runSimulation(settingsFor({ seed, steps: STEPS, workload }));
    expect(result.violations, describeFailure(result)).toEqual([]);
    reached.add(result.marks);
  }
});

test.each(WORKLOADS)("logs are trimmed meanwhile: $name", async (workload) => {
  for (let seed = 1; seed <= TRIMMED_SEEDS_PER_WORKLOAD; seed++) {
    const result = await runSimulation(settingsFor({ seed, steps: STEPS, workload, trim: true }));
    expect(result.violations, describeFailure(result)).toEqual([]);
    reached.add(result.marks);
  }
});

test.each(WORKLOADS)("shards are split, merged and moved meanwhile: $name", async (workload) => {
  for (let seed = 1; seed <= SHARDS_SEEDS_PER_WORKLOAD; seed++) {
    const trim = seed % 2 === 0;
    const asked = { seed, steps: STEPS, workload, shards: true, trim };
    const result = await runSimulation(settingsFor(asked));
    expect(result.violations, describeFailure(result)).toEqual([]);
    reached.add(result.marks);
  }
});

test("the sample reaches every rare path", () => {
  const missed = REACHED.filter((name) => reached.count(name) === 0);
  expect(missed, describeMarks(reached)).toEqual([]);
});
