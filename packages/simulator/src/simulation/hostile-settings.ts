/**
 * Settings that no operator would choose: bounds so small that what is rare happens all the time.
 * Each seed has some of them or none.
 */
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { SimulationSettings } from "./settings.ts";
import { SIMULATION_DEFAULTS } from "./settings.ts";

type Bounds = Pick<SimulationSettings, "adjudicator" | "journal" | "storage">;

function some<T extends object>(random: SeededRandom, all: T): Partial<T> {
  const chosen = Object.entries(all).filter(() => random.chance(0.3));
  return Object.fromEntries(chosen) as Partial<T>;
}

export function hostileSettings(random: SeededRandom): Bounds {
  const adjudicator = some(random, {
    leaseMicros: random.pick([20_000, 5_000_000]),
    prepareMicros: 20_000,
    decisionMicros: 10_000,
    appendBytesMax: 100,
    preparedMax: 2,
    largeKeys: 1,
    sliceKeys: 1,
    slicePauseMicros: random.pick([0, 3_000]),
    waitingCommitsMax: 3,
    indexKeysMax: random.pick([2, 6]),
    outcomesMax: random.pick([4, 20]),
  });
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
  });
  return { adjudicator, journal, storage: { ...SIMULATION_DEFAULTS.storage, ...storage } };
}
