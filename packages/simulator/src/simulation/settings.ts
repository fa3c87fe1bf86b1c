/** What decides a run beside the code: two runs with equal settings are equal byte for byte. */
import type {
  AdjudicatorSettings,
  BalanceSettings,
  TakeoverSettings,
} from "@firstlight/adjudicator";
import type { ShardPolicy } from "@firstlight/common";
import type { QuorumSettings } from "@firstlight/journal";
import type { StorageSettings } from "@firstlight/storage";
import type { AdmissionBounds } from "../transactions.ts";
import type { Bug } from "../cluster/bugs.ts";
import type { FaultProfile } from "../faults/nemesis.ts";
import type { Workload } from "../workloads/workload.ts";

export interface SimulationSettings {
  readonly seed: number;
  /** Transactions that clients begin. */
  readonly steps: number;
  readonly workload: Workload;
  readonly bugs: readonly Bug[];
  /** Whose scenario this is, for the command that repeats the run. */
  readonly like?: Bug;
  /** Chosen by the seed if undefined. */
  readonly faults: FaultProfile | undefined;
  readonly sessionsPerMachine: number;
  readonly thinkMicrosMax: number;
  readonly clockErrorMicros: number;
  /** Trim the logs while they are in use. */
  readonly trimsLogs: boolean;
  /** Split, merge and move shards, so long between two commands at most; 0: never. */
  readonly shardMicros: number;
  /** What becomes of shards by themselves. */
  readonly shardPolicy: Partial<ShardPolicy>;
  readonly adjudicator: Partial<AdjudicatorSettings>;
  readonly takeover: Partial<TakeoverSettings>;
  readonly balance: Partial<BalanceSettings>;
  readonly journal: Partial<QuorumSettings>;
  readonly storage: Partial<StorageSettings>;
  /** Of clients that speak no SQL. */
  readonly admission: AdmissionBounds;
}

export const SIMULATION_DEFAULTS: Omit<SimulationSettings, "seed" | "workload"> = {
  steps: 300,
  bugs: [],
  faults: undefined,
  sessionsPerMachine: 4,
  thinkMicrosMax: 200_000,
  clockErrorMicros: 5_000,
  trimsLogs: false,
  shardMicros: 0,
  shardPolicy: { enabled: false },
  adjudicator: {},
  // Short, so that runs of some seconds reach it.
  takeover: { handBackMicros: 3_000_000 },
  balance: {},
  // As with the hand-back.
  journal: { refusedMicros: 500_000 },
  // Short, so that runs of some seconds reach the horizon and the disk.
  storage: {
    retentionMicros: 5_000_000,
    collectMicros: 300_000,
    flushDelayMicros: 50_000,
    syncMicros: 200_000,
    shardMicros: 100_000,
    measureMicros: 1_000_000,
    loadMicros: 1_000_000,
    loadEvery: 1,
    scrubMicros: 100_000,
    scrubRecords: 20,
  },
  admission: { storage: Infinity, journal: Infinity },
};
