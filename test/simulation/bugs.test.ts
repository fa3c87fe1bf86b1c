/**
 * Proof that the simulation can fail: every named bug is caught within a stated number of seeds, and
 * the same seeds in the same scenario pass without it.
 */
import { readFileSync } from "node:fs";
import type { Bug } from "@firstlight/simulator";
import {
  BUGS,
  describeFailure,
  runSimulation,
  settingsFor,
  workloadNamed,
} from "@firstlight/simulator";
import { describe, expect, test } from "vitest";

const STEPS = 150;

/**
 * Within how many seeds, counted from 1, and as a violation of what (one of these at least). Which
 * seeds catch a bug changes with every change of timing. So a limit leaves room: a bug that half of
 * the seeds catch has twelve; and a scenario that catches seldom is to be made one in which harm is
 * likely, see bugScenario for what harm needs.
 */
const CAUGHT: { readonly [B in Bug]: readonly [seeds: number, invariants: readonly string[]] } = {
  skipConflictCheck: [2, ["I3", "lost update"]],
  registrarGrantsAtOnce: [12, ["advisory locks"]],
  forgetFloorAfterFailover: [2, ["I3", "lost update"]],
  ackBeforeDurable: [3, ["I8"]],
  watermarkIgnoresPending: [2, ["I7"]],
  participantForgetsHeldKeys: [4, ["I3"]],
  timestampGoesBack: [30, ["I7"]],
  locksLeaveNoTrace: [4, ["foreign keys"]],
  forgottenIsJudged: [3, ["I9"]],
  forgottenIsAborted: [3, ["I9"]],
  readsAreNotChecked: [4, ["write skew"]],
  decisionsLeaveClockBehind: [20, ["G2"]],
  // 9 of 10 seeds catch it: inserts that are open during a step commit after the backfill's read.
  backfillTooEarly: [4, ["index equals table"]],
  backfillOverwrites: [4, ["index equals table"]],
  blocksBeforeCommit: [4, ["defect"]],
  leasesNeverEnd: [12, ["advisory locks"]],
  askedForIsUnknown: [12, ["advisory locks"]],
  // Every third seed catches it.
  skipVerification: [20, ["index equals table"]],
  outdatedWritersPass: [6, ["index equals table"]],
  childrenComeUnseen: [20, ["foreign keys"]],
  parentsLeaveUnseen: [40, ["foreign keys"]],
  largeCommitsHoldNothing: [30, ["I3"]],
  deltasAreNotChecked: [4, ["I3", "counter"]],
  deltasAddedTwice: [4, ["I4/I5", "counter"]],
  notifyBeforeVisible: [4, ["I12"]],
  admissionNeverRecovers: [2, ["admission"]],
  ignoreSeal: [12, ["I7", "I8", "defect"]],
  forgetPromises: [10, ["I4/I5", "I8"]],
  serveDamage: [20, ["I8"]],
  takeoverWithoutSeal: [12, ["I1", "I8", "I4/I5"]],
  // About every tenth seed catches it: the old one counts only until news of the new one has come.
  replacedReplicaVotes: [30, ["I2", "I8", "I4/I5"]],
  takeoverKeepsOldFloor: [12, ["I3"]],
  // The first seed catches the first two; every third one or so the last.
  moveKeepsOldFloor: [6, ["I3", "lost update"]],
  bothOwnRange: [6, ["I3", "bank", "ranges"]],
  takeoverForgetsRanges: [16, ["ranges", "I3"]],
  directoryGoesBack: [2, ["directory"]],
  readBelowWatermark: [2, ["I4/I5"]],
  applyOutOfOrder: [8, ["I4/I5"]],
  positionsBeforeData: [2, ["I4/I5"]],
  // Every second seed catches it: few copies have a commit of their shard between start and end.
  positionsAfterCopy: [12, ["I4/I5"]],
  // What flips in a position stops the replica for good, what flips in a row is read.
  serveDamagedRecord: [12, ["I4/I5", "liveness"]],
  collectTooEarly: [2, ["I4/I5"]],
  servesBeforeCopied: [3, ["I4/I5"]],
  // 3 of 8 seeds: a commit has to fall into the time of one page.
  copyMissesWrites: [16, ["I4/I5", "counter"]],
  // 6 of 8 seeds.
  dropsSpanTooEarly: [6, ["I4/I5"]],
  balancesByOldMap: [6, ["balance"]],
  straightPassesOlder: [4, ["I4/I5"]],
};

test("every bug is listed in docs/testing.md", () => {
  const text = readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8");
  expect(BUGS.filter((bug) => !text.includes(`\`${bug}\``))).toEqual([]);
});

async function firstCatch(bug: Bug, seedMax: number, invariants: readonly string[]) {
  for (let seed = 1; seed <= seedMax; seed++) {
    const { violations } = await runSimulation(settingsFor({ seed, steps: STEPS, bug }));
    if (violations.some(({ invariant }) => invariants.includes(invariant))) return seed;
  }
  return undefined;
}

/** Workloads that no scenario above has, each with bugs that its own invariant catches. */
const CAUGHT_BY = [
  ["unique-race", "skipConflictCheck", "unique race", 2],
  ["ledger", "skipConflictCheck", "ledger", 2],
  ["ledger", "deltasAddedTwice", "ledger", 12],
] as const;

test.each(CAUGHT_BY)("%s catches %s", async (name, bug, invariant, seedMax) => {
  const workload = workloadNamed(name);
  expect(workload).toBeDefined();
  let caught = false;
  for (let seed = 1; seed <= seedMax && !caught; seed++) {
    const asked = { seed, steps: STEPS, workload };
    const healthy = await runSimulation(settingsFor({ ...asked, like: bug }));
    expect(healthy.violations, describeFailure(healthy)).toEqual([]);
    const { violations } = await runSimulation(settingsFor({ ...asked, bug }));
    caught = violations.some((each) => each.invariant === invariant);
  }
  expect(caught, `not caught within ${seedMax} seeds`).toBe(true);
});

describe("simulation", () => {
  test.each(BUGS)("catches %s", async (bug) => {
    const [seedMax, invariants] = CAUGHT[bug];
    const caught = await firstCatch(bug, seedMax, invariants);
    expect(caught, `not caught within ${seedMax} seeds`).toBeDefined();
    for (let seed = 1; seed <= (caught ?? 0); seed++) {
      const result = await runSimulation(settingsFor({ seed, steps: STEPS, like: bug }));
      expect(result.violations, describeFailure(result)).toEqual([]);
    }
  });
});
