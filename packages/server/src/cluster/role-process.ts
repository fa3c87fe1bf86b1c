/** What one process of the local cluster runs: a service, or a query processor. */
import { join } from "node:path";
import type {
  Adjudicator as AdjudicatorContract,
  Journal,
  JournalReplica,
  Listener,
  LogId,
  NodeRuntime,
  Registrar,
  Storage,
} from "@firstlight/common";
import { ServiceError, notificationLog } from "@firstlight/common";
import { AdjudicatorHost, RegistrarService } from "@firstlight/adjudicator";
import { JournalReplicaHost, QuorumJournal } from "@firstlight/journal";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  AdjudicatorStub,
  JournalReplicaStub,
  RpcClient,
  StorageStub,
  RegistrarStub,
  adjudicatorHandlers,
  bothHandlers,
  journalReplicaHandlers,
  registrarHandlers,
  serveChannel,
  storageHandlers,
} from "@firstlight/protocol";
import type { ClusterView } from "@firstlight/query-processor";
import { ShardedStorage } from "@firstlight/query-processor";
import { StorageHost } from "@firstlight/storage";
import { LogTrimmer } from "../log-trimmer.ts";
import type { ClusterLayout, Member } from "./layout.ts";
import { forgetNewJournal, isNewJournal } from "./new-journals.ts";
import { membersOf } from "./layout.ts";

export interface RunningRole {
  stop(): Promise<void>;
}

/** What a role is told of its process. */
export interface RoleSurroundings {
  /** The member's own. */
  readonly directory: string;
  readonly onFatal: (reason: string) => void;
}

export class ClusterConnections {
  readonly #runtime: NodeRuntime;
  readonly #layout: ClusterLayout;
  readonly #clients = new Map<string, RpcClient>();

  constructor(runtime: NodeRuntime, layout: ClusterLayout) {
    this.#runtime = runtime;
    this.#layout = layout;
  }

  /** One connection per address, shared by all that talk to it. */
  #client(address: string): RpcClient {
    let client = this.#clients.get(address);
    if (client === undefined) {
      client = new RpcClient(this.#runtime.network, this.#runtime.clock, address);
      this.#clients.set(address, client);
    }
    return client;
  }

  adjudicator(log: LogId): AdjudicatorContract {
    const member = membersOf(this.#layout, "adjudicator").find((each) => each.log === log);
    if (member === undefined)
      throw new ServiceError("unavailable", `no adjudicator has log ${log}`);
    return new AdjudicatorStub(this.#client(member.address));
  }

  /** Beside the adjudicator of the first range. */
  registrar(): Registrar {
    const log = notificationLog(this.#layout.topology.adjudicators);
    const member = membersOf(this.#layout, "adjudicator").find((each) => each.log === log);
    if (member === undefined) throw new ServiceError("unavailable", "no registrar");
    return new RegistrarStub(this.#client(member.address));
  }

  journal(): Journal {
    const replicas = membersOf(this.#layout, "journal").map(
      (member) => new JournalReplicaStub(this.#client(member.address)),
    );
    return new QuorumJournal({ replicas, clock: this.#runtime.clock });
  }

  journalReplica(address: string): JournalReplica {
    return new JournalReplicaStub(this.#client(address));
  }

  storageReplicas(): readonly Storage[] {
    const members = membersOf(this.#layout, "storage");
    return members.map((member) => new StorageStub(this.#client(member.address)));
  }

  /** Of the same shard. */
  otherReplicas({ name, shard }: Member): readonly Storage[] {
    return membersOf(this.#layout, "storage")
      .filter((member) => member.shard === shard && member.name !== name)
      .map((member) => new StorageStub(this.#client(member.address)));
  }

  storage(preferred: number): Storage {
    const members = membersOf(this.#layout, "storage");
    const shards = this.#layout.topology.shards.map(({ shard, span }) => ({
      span,
      replicas: members
        .filter((member) => member.shard === shard)
        .map((member) => new StorageStub(this.#client(member.address))),
    }));
    return new ShardedStorage(shards, preferred, this.#runtime.clock);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}

function serve(runtime: NodeRuntime, address: string, handlers: RpcHandlers): Promise<Listener> {
  const { clock, log } = runtime;
  return runtime.network.listen(address, (channel) => {
    serveChannel(channel, { clock, log, handlers });
  });
}

async function runJournal(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  { onFatal, directory }: RoleSurroundings,
): Promise<RunningRole> {
  const connections = new ClusterConnections(runtime, layout);
  const members = membersOf(layout, "journal");
  const host = new JournalReplicaHost(runtime, {
    place: members.indexOf(member),
    others: members
      .filter((other) => other !== member)
      .map(({ address }) => connections.journalReplica(address)),
    isNew: isNewJournal(directory),
    onFatal,
  });
  await host.start();
  forgetNewJournal(directory);
  const listener = await serve(runtime, member.address, journalReplicaHandlers(host));
  return {
    stop: async () => {
      await listener.close();
      await host.stop();
      connections.close();
    },
  };
}

async function runAdjudicator(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  onFatal: (reason: string) => void,
): Promise<RunningRole> {
  if (member.log === undefined) throw new Error(`${member.name} has no log`);
  const connections = new ClusterConnections(runtime, layout);
  const journal = connections.journal();
  const host = new AdjudicatorHost(runtime, journal, {
    log: member.log,
    ranges: layout.topology.adjudicators,
    peers: (log) => connections.adjudicator(log),
    onFatal,
  });
  const registrar = new RegistrarService({
    clock: runtime.clock,
    confirm: () => host.confirmEpoch(),
  });
  const handlers = bothHandlers(adjudicatorHandlers(host), registrarHandlers(registrar));
  const listener = await serve(runtime, member.address, handlers);
  await host.start();
  const replicas = connections.storageReplicas();
  const trimmer = new LogTrimmer({ runtime, journal, log: member.log, replicas });
  trimmer.start();
  return {
    stop: async () => {
      trimmer.stop();
      host.stop();
      await listener.close();
      connections.close();
    },
  };
}

async function runStorage(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  onFatal: (reason: string) => void,
): Promise<RunningRole> {
  const shard = layout.topology.shards.find((each) => each.shard === member.shard);
  if (shard === undefined) throw new Error(`${member.name} has no shard`);
  const connections = new ClusterConnections(runtime, layout);
  const logs = layout.topology.adjudicators.map((each) => each.log);
  const stubs = new Map(logs.map((log) => [log, connections.adjudicator(log)]));
  const host = new StorageHost(runtime, {
    peers: connections.otherReplicas(member),
    onFatal,
    journal: connections.journal(),
    logs,
    heartbeats: (log) => stubs.get(log),
    span: shard.span,
  });
  await host.start();
  const listener = await serve(runtime, member.address, storageHandlers(host));
  return {
    stop: async () => {
      await listener.close();
      await host.stop();
      connections.close();
    },
  };
}

/** The cluster as a query processor sees it: snapshots from the clock (design.md, Time). */
export function clusterView(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  preferred: number,
): { readonly view: ClusterView; close(): void } {
  const connections = new ClusterConnections(runtime, layout);
  const ranges = layout.topology.adjudicators;
  const stubs = new Map(ranges.map(({ log }) => [log, connections.adjudicator(log)]));
  const journal = connections.journal();
  return {
    view: {
      registrar: { service: connections.registrar(), isAlone: false },
      tailLog: (log, from, listener) => journal.tail(log, from, listener),
      storage: connections.storage(preferred),
      rowFormat: "encoded",
      adjudicators: ranges,
      adjudicator: (log) => stubs.get(log) ?? connections.adjudicator(log),
      takeSnapshot: () => runtime.clock.now().latest,
    },
    close: () => connections.close(),
  };
}

export async function runService(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  surroundings: RoleSurroundings,
): Promise<RunningRole> {
  const { onFatal } = surroundings;
  if (member.role === "journal") return runJournal(runtime, layout, member, surroundings);
  if (member.role === "adjudicator") return runAdjudicator(runtime, layout, member, onFatal);
  if (member.role === "storage") return runStorage(runtime, layout, member, onFatal);
  throw new Error(`${member.name} is no service`);
}

export function directoryOf(dataDirectory: string, member: Member): string {
  return join(dataDirectory, member.name);
}
