/**
 * The whole cluster in one process: the production services on simulated ports, every message
 * encoded and decoded by the production protocol. Processes crash, pause and come back; machines
 * keep their disks.
 */
import type { NodeRuntime } from "@firstlight/common";
import { SILENT_LOG } from "@firstlight/common";
import { AdjudicatorHost } from "@firstlight/adjudicator";
import { JournalReplicaService } from "@firstlight/journal";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  adjudicatorHandlers,
  journalReplicaHandlers,
  serveChannel,
  storageHandlers,
} from "@firstlight/protocol";
import { StorageNode } from "@firstlight/storage";
import type { StorageSettings } from "@firstlight/storage";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import { SimDisk } from "../kernel/sim-disk.ts";
import type { SimNetwork } from "../kernel/sim-network.ts";
import { SimNode } from "../kernel/sim-node.ts";
import type { Trace } from "../kernel/trace.ts";
import type { BugSets } from "./bugs.ts";
import { SimConnections } from "./connections.ts";
import type { SimMember, SimShape } from "./members.ts";
import { simShape } from "./members.ts";

export interface SimClusterParts {
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly clockErrorMicros: number;
  readonly bugs: BugSets;
  readonly storageSettings: Partial<StorageSettings>;
}

export interface SimProcess {
  readonly member: SimMember;
  readonly node: SimNode;
}

export class SimCluster {
  readonly shape: SimShape = simShape();
  readonly processes: ReadonlyMap<string, SimProcess>;
  readonly #parts: SimClusterParts;

  constructor(parts: SimClusterParts) {
    this.#parts = parts;
    const processes = new Map<string, SimProcess>();
    for (const member of this.shape.members) {
      const disk = new SimDisk(parts.random.split(`disk ${member.name}`));
      processes.set(member.name, { member, node: new SimNode(parts, member.name, disk) });
    }
    this.processes = processes;
  }

  /** Starts every service; clients are started by their workload. */
  start(): void {
    for (const { member } of this.processes.values()) {
      if (member.role !== "client") this.boot(member.name);
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

  /** A new life of a service; failures to start are left to its retries or to the next boot. */
  boot(name: string): void {
    const { member, node } = this.process(name);
    this.#note(`boot ${name}`);
    const runtime = node.boot();
    this.#serve(member, runtime).catch((error: unknown) => {
      this.#note(`${name} could not start: ${String(error)}`);
    });
  }

  crash(name: string): void {
    this.#note(`crash ${name}`);
    this.process(name).node.crash();
  }

  #note(what: string): void {
    this.#parts.trace.record(this.#parts.scheduler.now, what);
  }

  async #serve(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.role === "journal") await this.#journal(member, runtime);
    else if (member.role === "adjudicator") await this.#adjudicator(member, runtime);
    else if (member.role === "storage") await this.#storage(member, runtime);
  }

  #listen(member: SimMember, runtime: NodeRuntime, handlers: RpcHandlers): Promise<unknown> {
    const { clock } = runtime;
    return runtime.network.listen(member.name, (channel) => {
      serveChannel(channel, { clock, log: SILENT_LOG, handlers });
    });
  }

  async #journal(member: SimMember, runtime: NodeRuntime): Promise<void> {
    const store = await runtime.disk.open("journal");
    const { clock } = runtime;
    const replica = new JournalReplicaService(store, { clock, bugs: this.#parts.bugs.journal });
    await this.#listen(member, runtime, journalReplicaHandlers(replica));
  }

  async #adjudicator(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.log === undefined) throw new RangeError(`${member.name} has no log`);
    const connections = new SimConnections(runtime, this.shape);
    const host = new AdjudicatorHost(runtime, connections.journal(0), {
      log: member.log,
      ranges: this.shape.topology.adjudicators,
      peers: (log) => connections.adjudicator(log),
      bugs: this.#parts.bugs.adjudicator,
      onFatal: (reason) => this.#note(`${member.name} gave up: ${reason}`),
    });
    await this.#listen(member, runtime, adjudicatorHandlers(host));
    await host.start();
  }

  async #storage(member: SimMember, runtime: NodeRuntime): Promise<void> {
    if (member.span === undefined) throw new RangeError(`${member.name} has no span`);
    const connections = new SimConnections(runtime, this.shape);
    const store = await runtime.disk.open("storage");
    const logs = this.shape.topology.adjudicators.map(({ log }) => log);
    const stubs = new Map(logs.map((log) => [log, connections.adjudicator(log)]));
    const node = new StorageNode(runtime, {
      store,
      journal: connections.journal(member.name.length),
      logs,
      heartbeats: (log) => stubs.get(log),
      span: member.span,
      settings: this.#parts.storageSettings,
      bugs: this.#parts.bugs.storage,
    });
    node.start();
    await this.#listen(member, runtime, storageHandlers(node));
  }

  /** A client's own connections, in a new life of its node. */
  client(name: string): { readonly runtime: NodeRuntime; readonly connections: SimConnections } {
    const runtime = this.process(name).node.boot();
    return { runtime, connections: new SimConnections(runtime, this.shape) };
  }
}
