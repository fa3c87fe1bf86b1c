/** For each named bug the workload, faults and settings under which it shows soonest. */
import type { Bug } from "../cluster/bugs.ts";
import type { FaultProfile } from "../faults/nemesis.ts";
import { advisoryLocks } from "../workloads/advisory-locks.ts";
import { bank } from "../workloads/bank.ts";
import { counters } from "../workloads/counter.ts";
import { cycle } from "../workloads/cycle.ts";
import { indexBuild, indexInserts } from "../workloads/index-build.ts";
import { foreignKeys } from "../workloads/foreign-keys.ts";
import { keySchema } from "../workloads/key-schema.ts";
import { listAppend, serializableLists } from "../workloads/list-append.ts";
import { notifications } from "../workloads/notifications.ts";
import { registers } from "../workloads/register.ts";
import { sequences } from "../workloads/sequences.ts";
import { writeSkew } from "../workloads/write-skew.ts";
import type { SimulationSettings } from "./settings.ts";
import { SIMULATION_DEFAULTS } from "./settings.ts";

type Scenario = Partial<Omit<SimulationSettings, "seed" | "steps" | "bugs">>;

function faults(
  weights: FaultProfile["weights"],
  pauseMicrosMax: number,
  durationMicrosMax: number,
): FaultProfile {
  return { weights, pauseMicros: [0, pauseMicrosMax], durationMicros: [0, durationMicrosMax] };
}

const CALM = faults({}, 1, 1);
const { storage } = SIMULATION_DEFAULTS;

const SCENARIOS: { readonly [B in Bug]: Scenario } = {
  skipConflictCheck: { workload: listAppend, faults: CALM },
  registrarGrantsAtOnce: {
    workload: advisoryLocks,
    faults: faults({ failOver: 1, takeFromWell: 3 }, 600_000, 50_000),
    sessionsPerMachine: 8,
  },
  forgetFloorAfterFailover: {
    workload: listAppend,
    faults: faults({ crashAdjudicator: 1, failOver: 1, takeFromWell: 3 }, 400_000, 50_000),
  },
  ackBeforeDurable: {
    workload: registers,
    faults: {
      weights: { failPower: 1 },
      pauseMicros: [500_000, 1_000_000],
      durationMicros: [200_000, 300_000],
    },
    clockErrorMicros: 10,
  },
  watermarkIgnoresPending: {
    workload: cycle,
    faults: faults({ slowNetwork: 1 }, 300_000, 500_000),
  },
  participantForgetsHeldKeys: { workload: bank, faults: CALM, thinkMicrosMax: 20_000 },
  timestampGoesBack: {
    workload: bank,
    faults: faults({ failOver: 1, takeFromWell: 3, disturbClocks: 2 }, 200_000, 20_000),
    clockErrorMicros: 50_000,
  },
  // Harm: a request that comes again after two others. Additions pass, so they are added twice.
  forgottenIsJudged: {
    workload: counters,
    faults: faults({ repeatRequests: 1 }, 50_000, 2_000_000),
    thinkMicrosMax: 10_000,
    sessionsPerMachine: 8,
    adjudicator: { outcomesMax: 2 },
  },
  // Harm: an answer is lost, and two others commit before the outcome is asked for.
  forgottenIsAborted: {
    workload: counters,
    faults: faults({ breakConnections: 1 }, 50_000, 2_000_000),
    thinkMicrosMax: 10_000,
    sessionsPerMachine: 8,
    adjudicator: { outcomesMax: 2 },
  },
  locksLeaveNoTrace: { workload: foreignKeys, faults: CALM, thinkMicrosMax: 20_000 },
  readsAreNotChecked: { workload: writeSkew, faults: CALM, thinkMicrosMax: 20_000 },
  decisionsLeaveClockBehind: {
    workload: serializableLists,
    faults: faults({ disturbClocks: 2 }, 200_000, 100_000),
    clockErrorMicros: 50_000,
    thinkMicrosMax: 20_000,
    sessionsPerMachine: 8,
  },
  // Harm: a row inserted by a transaction that is open when writers begin to make entries, and that
  // commits before the next step refuses it: after the backfill has read its place. So transactions
  // are about as long as a step (50 ms and more), few meet another one's row, and steps of other
  // builds, which refuse them sooner, are rare. Nothing else has to go wrong: no faults.
  backfillTooEarly: { workload: indexInserts, faults: CALM, thinkMicrosMax: 300_000 },
  blocksBeforeCommit: { workload: sequences, faults: CALM, thinkMicrosMax: 20_000 },
  // Harm: a machine that nobody reaches for longer than a lease, and clients that hold locks for as long.
  leasesNeverEnd: {
    workload: advisoryLocks,
    faults: faults({ isolateClient: 1 }, 9_000_000, 10_000_000),
    thinkMicrosMax: 9_000_000,
  },
  // Harm: an attendance between a request and the answer that it was granted.
  askedForIsUnknown: {
    workload: advisoryLocks,
    faults: faults({ slowNetwork: 2, repeatRequests: 1 }, 100_000, 500_000),
    thinkMicrosMax: 20_000,
    sessionsPerMachine: 8,
  },
  backfillOverwrites: { workload: indexBuild, faults: CALM },
  skipVerification: { workload: indexBuild, faults: CALM },
  outdatedWritersPass: { workload: indexBuild, faults: CALM },
  childrenComeUnseen: {
    workload: keySchema,
    faults: CALM,
    thinkMicrosMax: 80_000,
    sessionsPerMachine: 8,
  },
  parentsLeaveUnseen: {
    workload: keySchema,
    faults: CALM,
    thinkMicrosMax: 80_000,
    sessionsPerMachine: 8,
  },
  largeCommitsHoldNothing: {
    workload: bank,
    faults: CALM,
    thinkMicrosMax: 20_000,
    adjudicator: { largeKeys: 2, sliceKeys: 1, slicePauseMicros: 5_000 },
  },
  deltasAreNotChecked: { workload: counters, faults: CALM, thinkMicrosMax: 20_000 },
  deltasAddedTwice: {
    workload: counters,
    faults: faults({ crashStorage: 1 }, 100_000, 50_000),
    // Slices that end within an entry.
    storage: { ...storage, flushSliceMutations: 1 },
  },
  // Harm: one refusal. So bounds are low, storage has hardly any memory, and its disks are slow.
  admissionNeverRecovers: {
    workload: registers,
    faults: faults({ slowStorage: 1, slowJournal: 1 }, 500_000, 2_000_000),
    thinkMicrosMax: 50_000,
    storage: { ...storage, memoryBytesMax: 500, unsyncedBytesMax: 10 },
    admission: { storage: 300_000, journal: 300_000 },
  },
  notifyBeforeVisible: { workload: notifications, faults: CALM, clockErrorMicros: 50_000 },
  ignoreSeal: {
    workload: bank,
    faults: faults({ failOver: 1 }, 300_000, 300_000),
    thinkMicrosMax: 20_000,
  },
  forgetPromises: {
    workload: bank,
    faults: faults({ wipeJournal: 2, isolateJournal: 3, failOver: 2 }, 150_000, 600_000),
    thinkMicrosMax: 20_000,
  },
  serveDamage: {
    workload: bank,
    faults: faults({ corruptJournal: 2, failOver: 1 }, 300_000, 200_000),
    thinkMicrosMax: 20_000,
  },
  // Harm: both append at once. So logs are taken every few hundredths of a second while all are at
  // work, messages are under way for long, and users go slowly enough for many takeovers in a run.
  takeoverWithoutSeal: {
    workload: counters,
    faults: faults({ takeFromWell: 3, slowNetwork: 4 }, 20_000, 200_000),
    thinkMicrosMax: 20_000,
    sessionsPerMachine: 8,
    adjudicator: { leaseMicros: 20_000 },
  },
  // Harm: an append that one other replica and the one that was replaced hold, and a seal that meets
  // the new one and the third. So the third is cut off while the new one is not known everywhere, and
  // the writer is replaced before it has sent the new one what that lacks.
  replacedReplicaVotes: {
    workload: bank,
    faults: faults({ replaceJournal: 4, isolateJournal: 6, failOver: 4 }, 80_000, 1_000_000),
    thinkMicrosMax: 20_000,
  },
  takeoverKeepsOldFloor: {
    workload: bank,
    faults: faults({ takeFromWell: 1 }, 100_000, 20_000),
    thinkMicrosMax: 40_000,
    sessionsPerMachine: 12,
    adjudicator: { leaseMicros: 100_000 },
  },
  // Harm: two that write a key with a change in between. So there are few keys and many changes.
  moveKeepsOldFloor: {
    workload: listAppend,
    faults: faults({ changeRanges: 1 }, 60_000, 1),
    thinkMicrosMax: 20_000,
    sessionsPerMachine: 8,
  },
  bothOwnRange: {
    workload: bank,
    faults: faults({ changeRanges: 1 }, 200_000, 1),
    thinkMicrosMax: 10_000,
    sessionsPerMachine: 8,
  },
  takeoverForgetsRanges: {
    workload: bank,
    faults: faults({ changeRanges: 3, takeFromWell: 1 }, 80_000, 1),
    thinkMicrosMax: 10_000,
    sessionsPerMachine: 8,
  },
  directoryGoesBack: {
    workload: registers,
    faults: faults({ failOver: 1, isolateService: 1 }, 500_000, 2_000_000),
  },
  readBelowWatermark: { workload: cycle, faults: CALM },
  applyOutOfOrder: { workload: bank, faults: CALM },
  positionsBeforeData: {
    workload: bank,
    faults: faults({ crashStorage: 1 }, 200_000, 50_000),
  },
  // Harm: a commit between a copy's timestamp and its end. So logs are trimmed after a second, not
  // after twelve in which nothing is copied; users are quick; and copies are slow, a message per key.
  // What a replica has skipped shows in a counter for ever; a balance is soon written over.
  positionsAfterCopy: {
    workload: counters,
    faults: faults({ wipeStorage: 2, slowNetwork: 2 }, 500_000, 500_000),
    trimsLogs: true,
    thinkMicrosMax: 1_000_000,
    adjudicator: { outcomeWindowMicros: 1_000_000 },
    storage: { ...storage, scanKeysMax: 1 },
  },
  // Harm: a read of a replica that copies. So copies are slow, a message per key and
  // a pause after it, and frequent.
  servesBeforeCopied: {
    workload: bank,
    faults: CALM,
    shardMicros: 300_000,
    storage: { ...storage, scanKeysMax: 1, copyPauseMicros: 200_000 },
  },
  copyMissesWrites: {
    workload: counters,
    faults: faults({ slowNetwork: 2 }, 100_000, 500_000),
    shardMicros: 200_000,
    thinkMicrosMax: 50_000,
    sessionsPerMachine: 8,
  },
  // Harm: a read of a replica on its way out, by those who have not heard of it yet.
  dropsSpanTooEarly: {
    workload: bank,
    faults: faults({ isolateService: 1 }, 500_000, 500_000),
    shardMicros: 300_000,
    thinkMicrosMax: 50_000,
  },
  // Harm: two that decide by one version. So all of them have cause to change something all the time.
  balancesByOldMap: {
    workload: registers,
    faults: faults({ slowNetwork: 2 }, 100_000, 500_000),
    thinkMicrosMax: 50_000,
    sessionsPerMachine: 8,
    shardPolicy: {
      enabled: true,
      bytesMax: 300,
      readsPerSecondMax: 8,
      merges: true,
      moves: true,
      pauseMicros: 300_000,
    },
  },
  // Harm: a read of a row of which a bit has flipped. So there are few rows, which stay as they are.
  serveDamagedRecord: {
    workload: listAppend,
    faults: faults({ corruptStorage: 1 }, 300_000, 50_000),
  },
  collectTooEarly: {
    workload: listAppend,
    faults: CALM,
    storage: { ...storage, collectMicros: 50_000 },
  },
  // Harm: a large entry behind a small one of the same row. So what is small waits in memory.
  straightPassesOlder: {
    workload: bank,
    faults: CALM,
    thinkMicrosMax: 20_000,
    storage: { ...storage, straightBytesMin: 80, flushDelayMicros: 500_000 },
  },
};

export function bugScenario(bug: Bug): Scenario {
  return SCENARIOS[bug];
}
