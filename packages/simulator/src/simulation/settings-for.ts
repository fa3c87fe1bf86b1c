/** Settings of a run from what a command line or a test asks for. */
import type { Bug } from "../cluster/bugs.ts";
import { WORKLOADS } from "../workloads/all-workloads.ts";
import type { Workload } from "../workloads/workload.ts";
import { SeededRandom } from "../kernel/seeded-random.ts";
import { bugScenario } from "./bug-scenarios.ts";
import { hostilePolicy, hostileSettings } from "./hostile-settings.ts";
import type { SimulationSettings } from "./settings.ts";
import { SIMULATION_DEFAULTS } from "./settings.ts";

export interface Asked {
  readonly seed: number;
  readonly steps: number;
  /** Chosen by the seed if undefined. */
  readonly workload?: Workload | undefined;
  /** Switched on, in the scenario that exposes it. */
  readonly bug?: Bug | undefined;
  /** The scenario that exposes this bug, without the bug. */
  readonly like?: Bug | undefined;
  /** Slow users, and logs that are trimmed meanwhile. */
  readonly trim?: boolean;
  /** Shards are split, merged and moved meanwhile, and by themselves; with `trim`, too. */
  readonly shards?: boolean;
}

export function settingsFor({
  seed,
  steps,
  workload,
  bug,
  like = bug,
  trim = false,
  shards = false,
}: Asked): SimulationSettings {
  const [first] = WORKLOADS;
  const chosen = workload ?? WORKLOADS[seed % WORKLOADS.length] ?? first;
  if (chosen === undefined) throw new RangeError("there are no workloads");
  const random = new SeededRandom(seed).split("settings");
  const shardMicros = shards ? random.pick([300_000, 1_500_000, 6_000_000]) : 0;
  const shardPolicy = shards ? hostilePolicy(random) : SIMULATION_DEFAULTS.shardPolicy;
  const moved = { shardMicros, shardPolicy };
  const plain = { ...SIMULATION_DEFAULTS, seed, steps, workload: chosen, ...moved };
  if (trim) {
    const adjudicator = { outcomeWindowMicros: 10_000_000 };
    return { ...plain, trimsLogs: true, thinkMicrosMax: 1_000_000, adjudicator };
  }
  if (like === undefined)
    return random.chance(0.5) ? { ...plain, ...hostileSettings(random) } : plain;
  const scenario = { ...plain, ...bugScenario(like), like, bugs: bug === undefined ? [] : [bug] };
  return workload === undefined ? scenario : { ...scenario, workload };
}
