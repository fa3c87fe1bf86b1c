/**
 * Settings that no operator would choose: bounds so small that what is rare happens all the time.
 * Each seed has some of them or none.
 */
import type { ShardPolicy } from "@firstlight/common";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { SimulationSettings } from "./settings.ts";
import { SIMULATION_DEFAULTS } from "./settings.ts";

type Bounds = Pick<
  SimulationSettings,
  "adjudicator" | "takeover" | "balance" | "journal" | "storage" | "admission"
>;

function some<T extends object>(random: SeededRandom, all: T): Partial<T> {
  const chosen = Object.entries(all).filter(() => random.chance(0.3));
  return Object.fromEntries(chosen) as Partial<T>;
}

/** All of a log's entries go straight to the disk, or those of several rows, or none. */
function straightWith(random: SeededRandom): object {
  return random.pick([{}, { straightBytesMin: 80 }, { straightBytesMin: 1 }]);
}

/** Split at every opportunity, or merged again. */
const LIMITS = [
  { bytesMax: 300, readsPerSecondMax: 8 },
  { bytesMax: 300, readsPerSecondMax: 80 },
  { bytesMax: 3_000, readsPerSecondMax: 8 },
  { bytesMax: 1_000_000, readsPerSecondMax: 10_000 },
] as const;

/** Shards so small, and limits so low, that they change by themselves all the time. */
export function hostilePolicy(random: SeededRandom): Partial<ShardPolicy> {
  return {
    enabled: random.chance(0.75),
    ...random.pick(LIMITS),
    merges: true,
    moves: true,
    movesMax: random.pick([1, 2]),
    pauseMicros: random.pick([200_000, 1_000_000]),
  };
}

/** None, and so low that who is slow for a moment refuses. */
const ADMISSION = [
  SIMULATION_DEFAULTS.admission,
  { storage: 200_000, journal: 200_000 },
  { storage: 1_000_000, journal: 1_000_000 },
] as const;

export function hostileSettings(random: SeededRandom): Bounds {
  const adjudicator = some(random, {
    leaseMicros: random.pick([20_000, 5_000_000]),
    prepareMicros: 20_000,
    decisionMicros: 10_000,
    appendBytesMax: 100,
    preparedMax: 2,
    largeKeys: 1,
    sliceKeys: 1,
    // Of all keys that a workload begins with, less than the time to prepare.
    slicePauseMicros: random.pick([0, 500]),
    waitingCommitsMax: 3,
    indexKeysMax: random.pick([2, 6]),
    outcomesMax: random.pick([4, 20]),
    readBackEntries: random.pick([1, 8]),
  });
  // Suspicion is wrong most of the time.
  const suspicion = random.pick([
    {},
    { watchMicros: 20_000, suspectMicros: 60_000 },
    { watchMicros: 20_000, suspectMicros: 300_000 },
    { watchMicros: 400_000, suspectMicros: 1_300_000 },
  ]);
  const takeover = some(random, {
    refusedMicros: 30_000,
    stepMicros: random.pick([1_000, 20_000]),
    bootMicros: 100_000,
    stallMicros: 100_000,
    retryMicros: 20_000,
    yieldMicrosMin: 50_000,
    handBackMicros: random.pick([500_000, 1_000_000]),
  });
  // A few commits more than the other one's are too many.
  const balance = random.pick([
    {},
    { windowMicros: 300_000, windows: 1, factor: 1.5, commitsMin: 2, pauseMicros: 500_000 },
  ]);
  const journal = some(random, {
    retainedBytesMax: 100,
    batchBytesMax: 50,
    pipelineMax: 1,
    requestMicros: 100_000,
    patienceMicros: 1_000_000,
    tailStallMicros: 50_000,
  });
  const storage = some(random, {
    applySliceMutations: 1,
    pendingBytesMax: 200,
    memoryBytesMax: 500,
    flushDelayMicros: 1_000,
    flushSliceMutations: 1,
    flushSliceBytes: 1,
    unsyncedBytesMax: 10,
    syncMicros: 5_000,
    collectMicros: 20_000,
    retentionMicros: 1_000_000,
    patienceMicros: 200_000,
    scanKeysMax: 1,
    scanBytesMax: 10,
    shardMicros: 10_000,
  });
  return {
    admission: random.pick(ADMISSION),
    adjudicator,
    takeover: { ...SIMULATION_DEFAULTS.takeover, ...suspicion, ...takeover },
    balance,
    journal: { ...SIMULATION_DEFAULTS.journal, ...journal },
    storage: { ...SIMULATION_DEFAULTS.storage, ...straightWith(random), ...storage },
  };
}
