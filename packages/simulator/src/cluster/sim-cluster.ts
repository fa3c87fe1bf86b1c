/**
 * The whole cluster in one process: the production services on simulated ports, every message
 * encoded and decoded by the production protocol. Processes crash, pause and come back; machines
 * keep their disks.
 */
import type { LogId, NodeRuntime } from "@firstlight/common";
import type { AdjudicatorSettings } from "@firstlight/adjudicator";
import { AdjudicatorHost } from "@firstlight/adjudicator";
import type { QuorumSettings } from "@firstlight/journal";
import { JournalReplicaHost } from "@firstlight/journal";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  adjudicatorHandlers,
  journalReplicaHandlers,
  serveChannel,
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
import { Directory } from "./directory.ts";
import type { SimMember, SimShape } from "./members.ts";
import { simShape } from "./members.ts";
import type { Observations } from "./observations.ts";
import { ObservedAdjudicator, observingLog } from "./observations.ts";
import type { RequestFaults } from "./request-faults.ts";

/** How soon a process that gave up is started again. */
const SUPERVISOR_MICROS = 100_000;

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
    readonly adjudicator: Partial<AdjudicatorSettings>;
    readonly journal: Partial<QuorumSettings>;
    readonly storage: Partial<StorageSettings>;
  };
}

export interface SimProcess {
  readonly member: SimMember;
  readonly node: SimNode;
}

export class SimCluster {
  readonly shape: SimShape = simShape();
  readonly processes: ReadonlyMap<string, SimProcess>;
  readonly directory: Directory = new Directory();
  /** Replicas whose files are damaged or gone. No fault may take those of another one before. */
  readonly damaged: Set<string> = new Set();
  readonly #parts: SimClusterParts;

  constructor(parts: SimClusterParts) {
    this.#parts = parts;
    const processes = new Map<string, SimProcess>();
    for (const member of this.shape.members) {
      const { name } = member;
      const disk = new SimDisk(parts.random.split(`disk ${name}`), parts.diskFaults);
      const world = { ...parts, log: observingLog(name, parts.observations) };
      processes.set(name, { member, node: new SimNode(world, name, disk) });
    }
    this.processes = processes;
  }

  /** Starts every service, one adjudicator process per log; clients are started by their workload. */
  start(): void {
    for (const { log } of this.shape.topology.adjudicators) {
      const [first] = this.candidates(log);
      if (first !== undefined) this.takeOver(first.member.name, log);
    }
    for (const { member } of this.processes.values()) {
      if (member.role === "journal" || member.role === "storage") this.boot(member.name);
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

  /** The processes that can serve a log. */
  candidates(log: LogId): readonly SimProcess[] {
    return this.named("adjudicator").filter(({ member }) => member.log === log);
  }

  /** The process `name` is the one to serve `log` from now on, whatever became of the other. */
  takeOver(name: string, log: LogId): void {
    this.directory.assign(log, name);
    this.boot(name);
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
    return new SimConnections(runtime, {
      shape: this.shape,
      directory: this.directory,
      faults: this.#parts.requestFaults,
      random: this.#parts.random.split(`requests ${name} ${this.process(name).node.life}`),
      marks: this.#parts.marks,
      journal: this.#parts.settings.journal,
    });
  }

  async #serve(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.role === "journal") await this.#journal(member, runtime);
    else if (member.role === "adjudicator") await this.#adjudicator(member, runtime);
    else if (member.role === "storage") await this.#storage(member, runtime);
  }

  #listen(member: SimMember, runtime: NodeRuntime, handlers: RpcHandlers): Promise<unknown> {
    const { clock, log } = runtime;
    return runtime.network.listen(member.name, (channel) => {
      serveChannel(channel, { clock, log, handlers });
    });
  }

  async #journal(member: SimMember, runtime: NodeRuntime): Promise<void> {
    const members = this.shape.members.filter(({ role }) => role === "journal");
    const connections = this.connections(member.name, runtime);
    const { life } = this.process(member.name).node;
    const host = new JournalReplicaHost(runtime, {
      place: members.indexOf(member),
      others: members
        .filter((other) => other !== member)
        .map(({ name }) => connections.replica(name)),
      isNew: life === 1,
      bugs: this.#parts.bugs.journal,
      onFatal: (reason) => this.note(`${member.name} cannot go on: ${reason}`),
      onServing: () => this.#journalServes(member.name),
    });
    await this.#listen(member, runtime, journalReplicaHandlers(host));
    await host.start();
  }

  /** A replica whose files were damaged has them again. */
  #journalServes(name: string): void {
    this.note(`${name} serves`);
    if (this.damaged.delete(name)) this.#parts.marks.hit("damaged journal replica serves again");
  }

  async #adjudicator(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.log === undefined) throw new RangeError(`${member.name} has no log`);
    const connections = this.connections(member.name, runtime);
    const { life } = this.process(member.name).node;
    const host = new AdjudicatorHost(runtime, connections.journal(0), {
      log: member.log,
      ranges: this.shape.topology.adjudicators,
      peers: (log) => connections.adjudicator(log),
      settings: this.#parts.settings.adjudicator,
      bugs: this.#parts.bugs.adjudicator,
      onFatal: (reason) => this.#gaveUp(member, life, reason),
    });
    const observed = new ObservedAdjudicator(host, this.#parts.observations);
    await this.#listen(member, runtime, adjudicatorHandlers(observed));
    await host.start();
  }

  /** The process ends; its supervisor starts it again if it is still the one to serve the log. */
  #gaveUp({ name, log }: SimMember, life: number, reason: string): void {
    const { node } = this.process(name);
    this.note(`${name} gave up: ${reason}`);
    this.#parts.marks.hit("predecessor fenced");
    if (node.life !== life) return;
    this.crash(name);
    this.#parts.scheduler.after(SUPERVISOR_MICROS, () => {
      if (!node.alive && log !== undefined && this.directory.find(log) === name) this.boot(name);
    });
  }

  async #storage(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.span === undefined) throw new RangeError(`${member.name} has no span`);
    const connections = this.connections(member.name, runtime);
    const logs = this.shape.topology.adjudicators.map(({ log }) => log);
    const stubs = new Map(logs.map((log) => [log, connections.adjudicator(log)]));
    const host = new StorageHost(runtime, {
      peers: this.shape.members
        .filter(({ name, span }) => name !== member.name && span === member.span)
        .map(({ name }) => connections.storageReplica(name)),
      onFatal: (reason) => this.note(`${member.name} cannot go on: ${reason}`),
      onServing: () => this.#filled(member.name),
      onFilling: () => {
        this.damaged.add(member.name);
        this.#parts.marks.hit("storage replica filled from another one");
      },
      journal: connections.journal(member.name.charCodeAt(member.name.length - 1)),
      logs,
      heartbeats: (log) => stubs.get(log),
      span: member.span,
      settings: this.#parts.settings.storage,
      bugs: this.#parts.bugs.storage,
    });
    await host.start();
    await this.#listen(member, runtime, storageHandlers(host));
  }

  #filled(name: string): void {
    this.note(`${name} serves`);
    this.damaged.delete(name);
  }

  /** A client's own connections, in a new life of its node. */
  client(name: string): { readonly runtime: NodeRuntime; readonly connections: SimConnections } {
    const runtime = this.process(name).node.boot();
    return { runtime, connections: this.connections(name, runtime) };
  }
}
