/**
 * The whole cluster in one process: the production services on simulated ports, every message
 * encoded and decoded by the production protocol. Processes crash, pause and come back; machines
 * keep their disks.
 */
import type {
  Adjudicator,
  JournalSeat,
  Key,
  LogId,
  NodeRuntime,
  RangeChange,
  RangeMap,
  Registrar,
  ShardPolicy,
} from "@firstlight/common";
import { firstLog, logsOf } from "@firstlight/common";
import type {
  AdjudicatorSettings,
  BalanceSettings,
  EndReason,
  TakeoverSettings,
} from "@firstlight/adjudicator";
import { AdjudicatorNode, RegistrarService } from "@firstlight/adjudicator";
import type { QuorumSettings } from "@firstlight/journal";
import { JournalReplicaHost } from "@firstlight/journal";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  adjudicatorHandlers,
  bothHandlers,
  directoryHandlers,
  journalReplicaHandlers,
  registrarHandlers,
  serveChannel,
  shardHandlers,
  storageHandlers,
} from "@firstlight/protocol";
import { StorageHost } from "@firstlight/storage";
import type { StorageSettings } from "@firstlight/storage";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { DiskFaults } from "../kernel/sim-disk.ts";
import { SimDisk } from "../kernel/sim-disk.ts";
import type { SimNetwork } from "../kernel/sim-network.ts";
import { SimNode } from "../kernel/sim-node.ts";
import type { Trace } from "../kernel/trace.ts";
import type { Marks } from "../simulation/marks.ts";
import type { BugSets } from "./bugs.ts";
import { SimConnections } from "./connections.ts";
import type { SimMember, SimShape } from "./members.ts";
import { simShape } from "./members.ts";
import type { Observations } from "./observations.ts";
import { ObservedAdjudicator, observingLog } from "./observations.ts";
import { ReplicaConditions } from "./replica-conditions.ts";
import type { RequestFaults } from "./request-faults.ts";

export interface SimClusterParts {
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly marks: Marks;
  readonly observations: Observations;
  readonly requestFaults: RequestFaults;
  readonly diskFaults: DiskFaults;
  readonly clockErrorMicros: number;
  readonly bugs: BugSets;
  readonly settings: {
    readonly shardMicros: number;
    readonly adjudicator: Partial<AdjudicatorSettings>;
    readonly takeover: Partial<TakeoverSettings>;
    readonly balance: Partial<BalanceSettings>;
    readonly journal: Partial<QuorumSettings>;
    readonly storage: Partial<StorageSettings>;
    readonly shardPolicy: Partial<ShardPolicy>;
  };
}

/** In production by the same factor longer, as the time limit of requests is (connections.ts). */
const REGISTRAR_SETTINGS = { leaseMicros: 3_000_000, holdMicros: 450_000 };

const SERVICES: ReadonlySet<string> = new Set(["adjudicator", "journal", "storage"]);
const ANNOUNCE_PAUSE_MICROS = 1_000_000;
const NEWS_MICROS_MAX = 2_000_000;

export interface SimProcess {
  readonly member: SimMember;
  readonly node: SimNode;
}

export class SimCluster {
  readonly shape: SimShape;
  readonly processes: Map<string, SimProcess> = new Map();
  /** Which machine is which journal replica, as whoever starts a process knows it. */
  readonly #seats: JournalSeat[];
  readonly conditions: ReplicaConditions;
  /** The adjudicators of processes that have begun to serve, by name. */
  readonly #adjudicators = new Map<string, { readonly life: number; node: AdjudicatorNode }>();
  /** Who has last begun an epoch of each log. */
  readonly #holders = new Map<LogId, { readonly name: string; readonly life: number }>();
  readonly #parts: SimClusterParts;
  /** Where ranges begin, as last heard. */
  boundaries: readonly Key[] = [];
  /** Clients are at work. */
  underLoad = false;

  constructor(parts: SimClusterParts) {
    this.#parts = parts;
    this.shape = simShape(parts.settings.shardPolicy);
    this.conditions = new ReplicaConditions(this.shape);
    for (const member of this.shape.members) {
      const { name } = member;
      const disk = new SimDisk(parts.random.split(`disk ${name}`), parts.diskFaults);
      const world = { ...parts, log: observingLog(name, parts.observations) };
      this.processes.set(name, { member, node: new SimNode(world, name, disk) });
    }
    this.#seats = this.named("journal").map(({ member }, place) => {
      return { place, generation: 0, address: member.name };
    });
  }

  /** Starts every service; clients are started by their workload. */
  start(): void {
    for (const { member } of this.processes.values()) {
      if (SERVICES.has(member.role)) this.boot(member.name);
    }
  }

  process(name: string): SimProcess {
    const found = this.processes.get(name);
    if (found === undefined) throw new RangeError(`no process ${name}`);
    return found;
  }

  named(role: SimMember["role"]): readonly SimProcess[] {
    return [...this.processes.values()].filter(({ member }) => member.role === role);
  }

  /** A machine that has not been anything yet. */
  get spare(): SimProcess | undefined {
    return this.named("spare")[0];
  }

  /** Gives the place of a journal replica to another machine, for good, whatever the old one does. */
  replaceJournal(old: SimProcess, successor: SimProcess): void {
    const place = this.#seats.findIndex(({ address }) => address === old.member.name);
    const { generation } = this.#seats[place] as JournalSeat;
    const { name } = successor.member;
    this.note(`${name} replaces ${old.member.name}`);
    this.#seats[place] = { place, generation: generation + 1, address: name };
    const retired = { ...old.member, role: "retired" } as const;
    this.processes.set(old.member.name, { ...old, member: retired });
    this.processes.set(name, { ...successor, member: { ...successor.member, role: "journal" } });
    this.conditions.damaged.delete(old.member.name);
    this.conditions.damaged.add(name);
    this.boot(name);
  }

  /** The process that believes to serve a log and runs. */
  holder(log: LogId): SimProcess | undefined {
    const { name } = this.#holders.get(log) ?? {};
    return name === undefined ? undefined : this.process(name);
  }

  /** The process `name`, if it is up, takes the log from whoever serves it. */
  takeOver(name: string, log: LogId): void {
    const { node } = this.process(name);
    const found = this.#adjudicators.get(name);
    if (node.alive && found?.life === node.life) node.deliver(() => found.node.takeOver(log));
  }

  /** The process `name`, if it is up, changes the ranges. */
  changeRanges(name: string, change: RangeChange): void {
    const { node } = this.process(name);
    const found = this.#adjudicators.get(name);
    if (!node.alive || found?.life !== node.life) return;
    this.note(`${name} is to ${change.kind} ranges`);
    node.deliver(() => {
      found.node.changeRanges(change).then(
        (map) => this.#rangesChanged(change, map),
        (error: unknown) => this.note(`ranges were not changed: ${String(error)}`),
      );
    });
  }

  #rangesChanged({ kind }: RangeChange, { version, ranges }: RangeMap): void {
    this.note(`ranges are of version ${version}`);
    this.boundaries = ranges.slice(1).map(({ span }) => span.start);
    if (this.underLoad) this.#parts.marks.hit(`ranges: ${kind}`);
  }

  /** A new life of a service; failures to start are left to its retries or to the next boot. */
  boot(name: string): void {
    const { member, node } = this.process(name);
    this.note(`boot ${name}`);
    const runtime = node.boot();
    this.#serve(member, runtime).catch((error: unknown) => {
      this.note(`${name} could not start: ${String(error)}`);
    });
  }

  crash(name: string): void {
    this.note(`crash ${name}`);
    this.process(name).node.crash();
  }

  note(what: string): void {
    this.#parts.trace.record(this.#parts.scheduler.now, what);
  }

  connections(name: string, runtime: NodeRuntime): SimConnections {
    const { life } = this.process(name).node;
    return new SimConnections(runtime, {
      shape: this.shape,
      self: name,
      seats: [...this.#seats],
      directoryBugs: this.#parts.bugs.directory,
      onLearned: (serving) =>
        this.#parts.observations.learned.push({ process: name, life, serving }),
      faults: this.#parts.requestFaults,
      random: this.#parts.random.split(`requests ${name} ${life}`),
      marks: this.#parts.marks,
      journal: this.#parts.settings.journal,
      journalBugs: this.#parts.bugs.journal,
    });
  }

  async #serve(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.role === "journal") await this.#journal(member, runtime);
    else if (member.role === "adjudicator") await this.#adjudicator(member, runtime);
    else if (member.role === "storage") await this.#storage(member, runtime);
  }

  #listen(
    member: SimMember,
    runtime: NodeRuntime,
    handlers: RpcHandlers,
    lag: () => number = () => 0,
  ): Promise<unknown> {
    const { clock, log } = runtime;
    return runtime.network.listen(member.name, (channel) => {
      serveChannel(channel, { clock, log, handlers, lag });
    });
  }

  async #journal(member: SimMember, runtime: NodeRuntime): Promise<void> {
    const connections = this.connections(member.name, runtime);
    const { life } = this.process(member.name).node;
    const { seats } = connections.directory;
    const seat = seats.find(({ address }) => address === member.name);
    if (seat === undefined) throw new RangeError(`${member.name} is no journal replica`);
    const { place, generation } = seat;
    const host = new JournalReplicaHost(runtime, {
      place,
      generation,
      others: seats
        .filter((other) => other !== seat)
        .map((other) => connections.seated(other.place)),
      isNew: life === 1 && generation === 0,
      bugs: this.#parts.bugs.journal,
      onFatal: (reason) => this.note(`${member.name} cannot go on: ${reason}`),
      onServing: () => {
        this.#journalServes(member.name);
        if (generation > 0) void this.#announce(member.name, runtime, connections);
      },
    });
    await this.#listen(member, runtime, journalReplicaHandlers(host));
    await host.start();
  }

  /** Nothing rests on when it is heard, so that may be late. */
  async #announce(name: string, runtime: NodeRuntime, connections: SimConnections): Promise<void> {
    const late = this.#parts.random.split(`news of ${name}`).between(0, NEWS_MICROS_MAX);
    await runtime.clock.sleep(late);
    await connections.directory.announce(ANNOUNCE_PAUSE_MICROS);
  }

  /** A replica whose files were damaged has them again. */
  #journalServes(name: string): void {
    this.note(`${name} serves`);
    if (!this.conditions.damaged.delete(name)) return;
    const isSuccessor = this.#seats.some(
      ({ address, generation }) => address === name && generation > 0,
    );
    const what = isSuccessor
      ? "replacing journal replica serves"
      : "damaged journal replica serves again";
    this.#parts.marks.hit(what);
  }

  async #adjudicator(member: SimMember, runtime: NodeRuntime): Promise<void> {
    const { name } = member;
    const connections = this.connections(name, runtime);
    const { life } = this.process(name).node;
    const journal = connections.journal(0);
    const node: AdjudicatorNode = new AdjudicatorNode(runtime, journal, {
      member: name,
      members: this.named("adjudicator").map((each) => each.member.name),
      homes: connections.homes,
      ranges: this.shape.topology.adjudicators,
      directory: connections.directory,
      peers: connections.directoriesOf("adjudicator"),
      followers: [...connections.directoriesOf("storage").values()],
      route: (log) => connections.adjudicator(log),
      newestEntry: (log) => journal.newest(log),
      settings: this.#parts.settings.adjudicator,
      takeover: this.#parts.settings.takeover,
      balance: this.#parts.settings.balance,
      onBalanced: () => this.#parts.marks.hit("ranges: moved by load"),
      bugs: this.#parts.bugs.adjudicator,
      onServing: (log, epoch) => this.#serving(member, life, log, epoch),
      onEnded: (log, why) => this.#ended(name, log, why),
    });
    connections.serveHere((log) => node.adjudicator(log));
    this.#adjudicators.set(name, { life, node });
    const { observations } = this.#parts;
    const served = (log: LogId): Adjudicator =>
      new ObservedAdjudicator(node.adjudicator(log), observations);
    const turn = (): Promise<void> => new Promise((next) => runtime.clock.endOfTick(next));
    const handlers = [
      adjudicatorHandlers(served, turn),
      directoryHandlers(node),
      registrarHandlers(this.#registrarBeside(runtime, node)),
    ].reduce(bothHandlers);
    await this.#listen(member, runtime, handlers);
    await node.start();
  }

  /** As in packages/server/src/cluster/role-process.ts. */
  #registrarBeside({ clock }: NodeRuntime, node: AdjudicatorNode): Registrar {
    const log = firstLog(logsOf(this.shape.topology.adjudicators));
    const service = new RegistrarService({
      clock,
      confirm: () => node.confirmEpoch(log),
      settings: REGISTRAR_SETTINGS,
      bugs: this.#parts.bugs.adjudicator,
    });
    return {
      call: (request) => {
        node.requireServing(log);
        return service.call(request);
      },
    };
  }

  #serving({ name }: SimMember, life: number, log: LogId, epoch: number): void {
    const before = this.#holders.get(log);
    this.#holders.set(log, { name, life });
    this.note(`${name} serves ${log} in epoch ${epoch}`);
    if (before === undefined || before.name === name) return;
    const { node } = this.process(before.name);
    const how = node.life !== before.life || !node.alive ? "dead" : node.paused ? "paused" : "well";
    this.#parts.marks.hit(`takeover, predecessor ${how}`);
    const isHome = this.process(name).member.log === log;
    if (isHome && how === "well") this.#parts.marks.hit("taken back");
    if (this.underLoad) this.#parts.marks.hit("takeover under load");
    const held = [...this.#holders.values()].filter((each) => each.name === name).length;
    if (held > 1) this.#parts.marks.hit("one process serves two logs");
  }

  #ended(name: string, log: LogId, why: EndReason): void {
    this.note(`${name} serves ${log} no longer: ${why}`);
    this.#parts.marks.hit(`predecessor ${why}`);
  }

  async #storage(member: SimMember, runtime: NodeRuntime): Promise<void> {
    const connections = this.connections(member.name, runtime);
    const logs = this.shape.topology.adjudicators.map(({ log }) => log);
    const host = new StorageHost(runtime, {
      shards: {
        member: member.name,
        directory: connections.shards,
        storageOf: (name) => connections.storageReplica(name),
        keeperOf: (name) => connections.shardKeeper(name),
        adjudicator: (log) => connections.adjudicator(log),
        onStep: (step) => this.#shardStep(member.name, step),
      },
      onFatal: (reason) => this.note(`${member.name} cannot go on: ${reason}`),
      onServing: () => this.#filled(member.name),
      onFilling: () => {
        this.conditions.damaged.add(member.name);
        this.#parts.marks.hit("storage replica filled from another one");
        if (this.conditions.corrupted.delete(member.name))
          this.#parts.marks.hit("damaged row found");
      },
      journal: connections.journal(member.name.charCodeAt(member.name.length - 1)),
      logs,
      heartbeats: (log) => connections.adjudicator(log),
      settings: this.#parts.settings.storage,
      bugs: this.#parts.bugs.storage,
    });
    this.conditions.began(this.process(member.name), host);
    await host.start();
    const handlers = [
      storageHandlers(host),
      shardHandlers(host),
      directoryHandlers(connections.directory),
    ].reduce(bothHandlers);
    await this.#listen(member, runtime, handlers, () => host.lag?.micros ?? 0);
  }

  #shardStep(name: string, step: string): void {
    this.note(`${name}: a span is ${step}`);
    this.#parts.marks.hit(`shard ${step}`);
    if (this.underLoad) this.#parts.marks.hit(`shard ${step} under load`);
  }

  #filled(name: string): void {
    this.note(`${name} serves`);
  }

  /** Whether shards stay where they are. */
  get shardsStay(): boolean {
    return this.#parts.settings.shardMicros === 0;
  }

  /** A client's own connections, in a new life of its node. */
  client(name: string): { readonly runtime: NodeRuntime; readonly connections: SimConnections } {
    const runtime = this.process(name).node.boot();
    return { runtime, connections: this.connections(name, runtime) };
  }
}
