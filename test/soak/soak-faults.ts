/**
 * What the soak driver does to a cluster, one fault at a time, in an order that the seed decides.
 * Each fault is undone before the next one begins.
 */
import type { SeededRandom } from "@firstlight/simulator";
import { pause } from "./soak-session.ts";
import type { SoakCluster, SoakMember } from "./soak-cluster.ts";

type Undo = () => Promise<void>;

export interface Struck {
  /** "kill journal", for the summary of gaps. */
  readonly kind: string;
  readonly what: string;
  readonly undo: Undo;
}

export interface SoakFaultWorld {
  readonly cluster: SoakCluster;
  readonly random: SeededRandom;
}

type Fault = (world: SoakFaultWorld, victim: SoakMember) => Undo;

const restartOf =
  (cluster: SoakCluster, name: string): Undo =>
  () =>
    cluster.restart(name);

function kill({ cluster }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.kill(name);
  return restartOf(cluster, name);
}

function stop({ cluster }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.stop(name);
  return () => {
    cluster.continue(name);
    return Promise.resolve();
  };
}

function isolate({ cluster }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.proxies.cut(name);
  return () => {
    cluster.proxies.mend(name);
    return Promise.resolve();
  };
}

function cutPair({ cluster, random }: SoakFaultWorld, { name }: SoakMember): Undo {
  const others = cluster.members.filter((each) => each.name !== name);
  const other = random.pick(others).name;
  cluster.proxies.cut(name, other);
  return () => {
    cluster.proxies.mend(name, other);
    return Promise.resolve();
  };
}

function slow({ cluster, random }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.proxies.slow(name, random.between(20, 300));
  return () => {
    cluster.proxies.slow(name, 0);
    return Promise.resolve();
  };
}

/** It comes back with an empty disk. */
function wipe({ cluster }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.kill(name);
  cluster.wipe(name);
  return restartOf(cluster, name);
}

/** Its disk has no room for a while. */
function fill({ cluster }: SoakFaultWorld, { name }: SoakMember): Undo {
  cluster.disks.fill(name);
  return () => {
    cluster.disks.empty(name);
    return Promise.resolve();
  };
}

const FAULTS: readonly (readonly [name: string, weight: number, fault: Fault])[] = [
  ["kill", 5, kill],
  ["stop", 3, stop],
  ["isolate", 2, isolate],
  ["cut", 2, cutPair],
  ["slow", 1, slow],
  ["wipe", 1, wipe],
  ["fill", 2, fill],
];

const ROLES = ["query-processor", "adjudicator", "journal", "storage"];
const ALL = FAULTS.flatMap(([name, weight, fault]) =>
  Array.from({ length: weight }, () => ({ name, fault })),
);

/** A role whose disk others can make good. */
function canBeWiped(role: string): boolean {
  return role === "storage" || role === "journal";
}

export function strike(world: SoakFaultWorld, only?: readonly string[]): Struck {
  const { cluster, random } = world;
  for (;;) {
    const { name, fault } = random.pick(ALL);
    const role = random.pick(ROLES);
    const kind = `${name} ${role}`;
    const victims = cluster.healthy(role);
    if (victims.length === 0 || (name === "wipe" && !canBeWiped(role))) continue;
    if (role === "query-processor" && ["isolate", "cut", "slow"].includes(name)) continue;
    if (only !== undefined && !only.some((each) => kind.startsWith(each))) continue;
    const victim = random.pick(victims);
    if (name === "fill" && !cluster.disks.canBeFilled(victim.name)) continue;
    return { kind, what: `${name} ${victim.name}`, undo: fault(world, victim) };
  }
}

/** Members that gave up are started again, as a supervisor would. */
export async function supervise(
  cluster: SoakCluster,
  report: (line: string) => void,
): Promise<void> {
  for (const { name } of cluster.fallen()) {
    report(`${name} ended by itself: ${cluster.logOf(name).split("\n").slice(-3).join(" ")}`);
    cluster.markDead(name);
    await cluster.restart(name);
    await pause(10);
  }
}
