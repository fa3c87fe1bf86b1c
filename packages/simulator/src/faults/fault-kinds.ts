/**
 * What can go wrong. Each kind does its harm and returns how it is undone; undefined where the
 * cluster is in no state for it.
 */
import type { Key, LogId, RangeChange } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, keyFromLatin1 } from "@firstlight/common";
import type { SimCluster, SimProcess } from "../cluster/sim-cluster.ts";
import type { RequestFaults } from "../cluster/request-faults.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { DiskFaults } from "../kernel/sim-disk.ts";
import { CALM_SYNC_MICROS_MAX } from "../kernel/sim-disk.ts";
import type { NetworkFaults, SimNetwork } from "../kernel/sim-network.ts";
import { CALM_NETWORK } from "../kernel/sim-network.ts";
import type { Marks } from "../simulation/marks.ts";

export interface FaultWorld {
  readonly scheduler: Scheduler;
  readonly cluster: SimCluster;
  readonly network: SimNetwork;
  readonly random: SeededRandom;
  readonly marks: Marks;
  readonly requestFaults: RequestFaults;
  readonly diskFaults: DiskFaults;
  /** Keys that clients wrote lately. */
  readonly recentKeys: () => readonly Key[];
  /** No more harm is to be done. */
  readonly healing: () => boolean;
  /** Starts a client machine's sessions again. */
  readonly startClient: (name: string) => void;
}

/** As long as two takeovers in a row may take. */
const TAKEOVER_MICROS_MAX = 4_000_000;

type Undo = () => void;
export type Fault = (world: FaultWorld) => Undo | undefined;

function isHealthy({ node }: SimProcess): boolean {
  return node.alive && !node.paused;
}

/** A process that does its work at present. */
function pickHealthy(world: FaultWorld, ...roles: readonly string[]): SimProcess | undefined {
  const healthy = [...world.cluster.processes.values()].filter(
    (each) => roles.includes(each.member.role) && isHealthy(each),
  );
  return healthy.length === 0 ? undefined : world.random.pick(healthy);
}

/** A journal replica whose loss leaves a majority. */
function pickSpareReplica({ cluster, random }: FaultWorld): SimProcess | undefined {
  const replicas = cluster.named("journal");
  return replicas.every(isHealthy) ? random.pick(replicas) : undefined;
}

/** A replica whose files may be lost: no other lacks any of its own. */
function pickReplicaToDamage(world: FaultWorld): SimProcess | undefined {
  world.cluster.conditions.recheckDamaged();
  return world.cluster.conditions.damaged.size > 0 ? undefined : pickSpareReplica(world);
}

export function restart(world: FaultWorld, process: SimProcess): void {
  // It may have been given another role meanwhile.
  const { name } = process.member;
  const { role } = world.cluster.process(name).member;
  if (process.node.alive || role === "spare" || role === "retired") return;
  if (role === "client") world.startClient(name);
  else world.cluster.boot(name);
}

function crash(world: FaultWorld, victim: SimProcess | undefined): Undo | undefined {
  if (victim === undefined) return undefined;
  world.cluster.crash(victim.member.name);
  return () => restart(world, victim);
}

function pause(world: FaultWorld, victim: SimProcess | undefined): Undo | undefined {
  if (victim === undefined) return undefined;
  const { life } = victim.node;
  world.cluster.note(`pause ${victim.member.name}`);
  victim.node.pause();
  return () => {
    if (victim.node.life === life && victim.node.paused) victim.node.resume();
  };
}

function isolate(world: FaultWorld, victim: SimProcess | undefined): Undo | undefined {
  if (victim === undefined) return undefined;
  const { name } = victim.member;
  const others = [...world.cluster.processes.keys()].filter((other) => other !== name);
  world.cluster.note(`isolate ${name}`);
  for (const other of others) world.network.partition(name, other);
  return () => {
    for (const other of others) world.network.reconnect(name, other);
  };
}

function partitionPair(world: FaultWorld): Undo {
  const names = [...world.cluster.processes.keys()];
  const [a, b] = [world.random.pick(names), world.random.pick(names)];
  world.cluster.note(`partition ${a} ${b}`);
  world.network.partition(a, b);
  return () => world.network.reconnect(a, b);
}

function disturbNetwork(world: FaultWorld, change: Partial<NetworkFaults>): Undo {
  const { network } = world;
  network.faults = { ...network.faults, ...change };
  return () => {
    network.faults = CALM_NETWORK;
  };
}

function loseJournalMajority(world: FaultWorld): Undo | undefined {
  const replicas = world.cluster.named("journal");
  if (!replicas.every(isHealthy)) return undefined;
  const spared = world.random.pick(replicas);
  const undos = replicas.filter((each) => each !== spared).map((each) => crash(world, each));
  world.marks.hit("journal majority lost");
  return () => {
    for (const undo of undos) undo?.();
  };
}

/**
 * All services lose their power at the same moment, and with it what was not synced, while every
 * disk has been slow for a while.
 */
function failPower(world: FaultWorld): Undo {
  const { cluster, scheduler, diskFaults, random } = world;
  let fails = true;
  diskFaults.syncMicrosMax = 200_000;
  scheduler.after(random.between(50_000, 200_000), () => {
    if (!fails) return;
    for (const { member, node } of cluster.processes.values()) {
      const isService = member.role !== "client" && member.role !== "observer";
      if (isService && node.alive) cluster.crash(member.name);
    }
  });
  return () => {
    fails = false;
    diskFaults.syncMicrosMax = CALM_SYNC_MICROS_MAX;
    for (const process of cluster.processes.values()) restart(world, process);
  };
}

function wipeStorage(world: FaultWorld): Undo | undefined {
  world.cluster.conditions.recheckDamaged();
  const { damaged, corrupted, shardsAreSafe } = world.cluster.conditions;
  if (damaged.size > 0 || corrupted.size > 0 || !shardsAreSafe) return undefined;
  const victim = pickHealthy(world, "storage");
  const undo = crash(world, victim);
  victim?.node.disk.wipe();
  if (victim === undefined) return undefined;
  world.cluster.conditions.damaged.add(victim.member.name);
  world.marks.hit("storage replica lost its disk");
  return undo;
}

/** Most rows are written over before anybody reads them. */
const FLIPPED_MAX = 20;

/** Some bits of what a replica has stored flip while it is down. */
function corruptStorage(world: FaultWorld): Undo | undefined {
  const { cluster } = world;
  const { conditions } = cluster;
  conditions.recheckDamaged();
  // Until it is found nobody may leave it the last one of a shard.
  const isWhole = conditions.damaged.size === 0 && conditions.corrupted.size === 0;
  const isSafe = isWhole && cluster.shardsStay;
  const victim = isSafe && conditions.shardsAreSafe ? pickHealthy(world, "storage") : undefined;
  if (victim === undefined) return undefined;
  const undo = crash(world, victim);
  if (victim.node.disk.corrupt("storage", FLIPPED_MAX))
    conditions.corrupted.add(victim.member.name);
  return undo;
}

function wipeJournal(world: FaultWorld): Undo | undefined {
  const victim = pickReplicaToDamage(world);
  if (victim === undefined) return undefined;
  const undo = crash(world, victim);
  victim.node.disk.wipe();
  world.cluster.conditions.damaged.add(victim.member.name);
  return undo;
}

function corruptJournal(world: FaultWorld): Undo | undefined {
  const victim = pickReplicaToDamage(world);
  if (victim === undefined) return undefined;
  const undo = crash(world, victim);
  if (victim.node.disk.corrupt("journal")) world.cluster.conditions.damaged.add(victim.member.name);
  return undo;
}

function truncateJournal(world: FaultWorld): Undo | undefined {
  const victim = pickReplicaToDamage(world);
  if (victim === undefined) return undefined;
  const undo = crash(world, victim);
  victim.node.disk.truncate("journal");
  world.cluster.conditions.damaged.add(victim.member.name);
  return undo;
}

/**
 * A journal replica's place is given to another machine while commits go on. The old one is gone; or it
 * is cut off, or stands still, and comes back when nobody should listen to it any more.
 */
function replaceJournal(world: FaultWorld): Undo | undefined {
  const { cluster, random, marks } = world;
  const successor = cluster.spare;
  const victim = successor && pickReplicaToDamage(world);
  if (successor === undefined || victim === undefined) return undefined;
  const how = random.pick(["dead", "paused", "isolated", "well"] as const);
  marks.hit(`journal replica replaced, ${how}`);
  const undo = {
    dead: () => void crash(world, victim),
    paused: () => pause(world, victim),
    isolated: () => isolate(world, victim),
    well: () => undefined,
  }[how]();
  cluster.replaceJournal(victim, successor);
  return () => undo?.();
}

/** Another process takes a log from one with which nothing is wrong. */
function takeFromWell({ cluster, random }: FaultWorld): Undo | undefined {
  const log: LogId = random.pick(cluster.shape.topology.adjudicators).log;
  const old = cluster.holder(log);
  if (old === undefined || !isHealthy(old)) return undefined;
  const others = cluster.named("adjudicator").filter((each) => each !== old);
  cluster.takeOver(random.pick(others).member.name, log);
  return () => undefined;
}

/** A key somewhere: mostly one that clients write. */
function someKey({ random, recentKeys }: FaultWorld): Key {
  const recent = recentKeys();
  if (recent.length > 0 && random.chance(0.8)) return random.pick(recent);
  return keyFromLatin1(String.fromCharCode(random.between(1, 254)));
}

function someChange(world: FaultWorld): RangeChange | undefined {
  const { random, cluster } = world;
  const { adjudicators } = cluster.shape.topology;
  const boundaries = cluster.boundaries;
  const dice = random.next();
  if (dice < 0.2) return { kind: "split", at: someKey(world) };
  if (dice < 0.4)
    return boundaries.length < 1 ? undefined : { kind: "merge", at: random.pick(boundaries) };
  const to = random.pick(adjudicators).log;
  const [start = KEY_MIN, end = KEY_MAX] = [someKey(world), someKey(world)].toSorted();
  const cut = random.pick([
    { start, end },
    { start: KEY_MIN, end },
    { start, end: KEY_MAX },
    { start: KEY_MIN, end: KEY_MAX },
  ]);
  return cut.start < cut.end ? { kind: "move", span: cut, to } : undefined;
}

/** Key ranges go from one adjudicator to another, or are cut, or joined. */
function changeRanges(world: FaultWorld): Undo | undefined {
  const process = pickHealthy(world, "adjudicator");
  const change = someChange(world);
  if (process === undefined || change === undefined) return undefined;
  world.cluster.changeRanges(process.member.name, change);
  return () => undefined;
}

/** The process that serves a log dies, or stands still for longer than the others wait. */
function failOver(world: FaultWorld): Undo | undefined {
  const { cluster, random, marks, scheduler } = world;
  const log: LogId = random.pick(cluster.shape.topology.adjudicators).log;
  const old = cluster.holder(log);
  if (old === undefined || !isHealthy(old)) return undefined;
  const how = random.pick(["dead", "paused", "paused"] as const);
  marks.hit(`failover, predecessor ${how}`);
  cluster.note(`fail over ${log} of ${old.member.name}, ${how}`);
  const undo = how === "dead" ? crash(world, old) : pause(world, old);
  const until = scheduler.now + random.between(0, TAKEOVER_MICROS_MAX);
  return () => {
    const left = until - scheduler.now;
    if (world.healing() || left <= 0) undo?.();
    else scheduler.after(left, () => undo?.());
  };
}

/** Some machines' disks are nearly full at the same time, perhaps those of all journal replicas. */
function fillDisks({ cluster, random }: FaultWorld): Undo {
  const chance = random.pick([0.3, 1]);
  const machines = [...cluster.named("journal"), ...cluster.named("storage")].filter(() =>
    random.chance(chance),
  );
  for (const { node } of machines) node.disk.isFull = true;
  return () => {
    for (const { node } of machines) node.disk.isFull = false;
  };
}

/** The disks of all machines of a role take long to make anything durable, as those that fail do. */
function slowRole(role: "storage" | "journal"): Fault {
  return ({ cluster, random }) => {
    const machines = cluster.named(role);
    const micros = random.pick([100_000, 500_000, 1_500_000]);
    for (const { node } of machines) node.disk.slowMicros = micros;
    return () => {
      for (const { node } of machines) node.disk.slowMicros = 0;
    };
  };
}

function slowDisks({ diskFaults, random }: FaultWorld): Undo {
  diskFaults.syncMicrosMax = random.between(5_000, 100_000);
  return () => {
    diskFaults.syncMicrosMax = CALM_SYNC_MICROS_MAX;
  };
}

function disturbClocks({ cluster, random }: FaultWorld): Undo {
  for (const { node } of cluster.processes.values()) if (random.chance(0.5)) node.disturbClock();
  return () => undefined;
}

function repeatRequests({ requestFaults, random }: FaultWorld): Undo {
  requestFaults.duplicateChance = random.next() * 0.3;
  requestFaults.lateChance = random.next() * 0.3;
  requestFaults.lateMicrosMax = random.pick([2_000, 20_000, 200_000]);
  return () => {
    requestFaults.duplicateChance = 0;
    requestFaults.lateChance = 0;
  };
}

export type FaultKind =
  | "crashClient"
  | "crashAdjudicator"
  | "crashStorage"
  | "crashJournal"
  | "loseJournalMajority"
  | "failPower"
  | "wipeStorage"
  | "wipeJournal"
  | "corruptJournal"
  | "truncateJournal"
  | "replaceJournal"
  | "pauseService"
  | "pauseJournal"
  | "isolateService"
  | "isolateJournal"
  | "partitionPair"
  | "slowNetwork"
  | "slowDisks"
  | "fillDisks"
  | "breakConnections"
  | "failOver"
  | "takeFromWell"
  | "changeRanges"
  | "disturbClocks"
  | "repeatRequests"
  | "slowStorage"
  | "slowJournal"
  | "corruptStorage"
  | "isolateClient";

export const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  crashClient: (world) => crash(world, pickHealthy(world, "client")),
  crashAdjudicator: (world) => crash(world, pickHealthy(world, "adjudicator")),
  crashStorage: (world) => crash(world, pickHealthy(world, "storage")),
  crashJournal: (world) => crash(world, pickSpareReplica(world)),
  loseJournalMajority,
  failPower,
  wipeStorage,
  wipeJournal,
  corruptJournal,
  truncateJournal,
  replaceJournal,
  pauseService: (world) => pause(world, pickHealthy(world, "client", "adjudicator", "storage")),
  pauseJournal: (world) => pause(world, pickSpareReplica(world)),
  isolateService: (world) => isolate(world, pickHealthy(world, "client", "adjudicator", "storage")),
  isolateJournal: (world) => isolate(world, pickSpareReplica(world)),
  partitionPair,
  slowNetwork: (world) =>
    disturbNetwork(world, { slowChance: 0.2, delayMicrosMax: world.random.between(1_000, 20_000) }),
  slowDisks,
  fillDisks,
  breakConnections: (world) => disturbNetwork(world, { breakChance: 0.01 }),
  failOver,
  takeFromWell,
  changeRanges,
  disturbClocks,
  repeatRequests,
  slowStorage: slowRole("storage"),
  slowJournal: slowRole("journal"),
  corruptStorage,
  isolateClient: (world) => isolate(world, pickHealthy(world, "client")),
};

export const FAULT_KINDS: readonly FaultKind[] = Object.keys(FAULTS) as FaultKind[];
