/**
 * What one process of the local cluster runs: a service. Query processors are in
 * query-processor-process.ts, which brings all of SQL.
 */
import { join } from "node:path";
import type { Listener, NodeRuntime, Registrar, Storage } from "@firstlight/common";
import { firstLog, logsOf } from "@firstlight/common";
import type { BalanceSettings } from "@firstlight/adjudicator";
import { AdjudicatorNode, RegistrarService } from "@firstlight/adjudicator";
import { JournalReplicaHost } from "@firstlight/journal";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  adjudicatorHandlers,
  bothHandlers,
  clockHandlers,
  directoryHandlers,
  journalReplicaHandlers,
  registrarHandlers,
  serveChannel,
  shardHandlers,
  storageHandlers,
} from "@firstlight/protocol";
import { ServedTrimmers } from "../served-trimmers.ts";
import { ClusterConnections } from "./cluster-connections.ts";
import type { ClusterLayout, Member } from "./layout.ts";
import { forgetNewJournal, isNewJournal } from "./new-journals.ts";
import { membersOf } from "./layout.ts";

const ANNOUNCE_PAUSE_MICROS = 1_000_000;

export interface RunningRole {
  stop(): Promise<void>;
}

/** What a role is told of its process. */
export interface RoleSurroundings {
  /** The member's own. */
  readonly directory: string;
  readonly onFatal: (reason: string) => void;
  /** When adjudicators move ranges by load. */
  readonly balance: Partial<BalanceSettings>;
  /** For how long storage keeps old versions; undefined: as by default. */
  readonly retentionMicros: number | undefined;
}

/** `lag`: how far it is behind. */
function serve(
  runtime: NodeRuntime,
  address: string,
  handlers: RpcHandlers,
  lag?: () => number,
): Promise<Listener> {
  const { clock, log } = runtime;
  const served = bothHandlers(handlers, clockHandlers(clock));
  const parts = { clock, log, handlers: served, ...(lag === undefined ? {} : { lag }) };
  return runtime.network.listen(address, (channel) => serveChannel(channel, parts));
}

async function runJournal(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  { onFatal, directory }: RoleSurroundings,
): Promise<RunningRole> {
  const connections = new ClusterConnections(runtime, layout);
  const { generation = 0 } = member;
  const place = membersOf(layout, "journal").indexOf(member);
  const others = connections.directory.seats.filter((seat) => seat.place !== place);
  const host = new JournalReplicaHost(runtime, {
    place,
    generation,
    others: others.map((seat) => connections.journalReplica(seat.place)),
    isNew: isNewJournal(directory),
    onFatal,
    // Whoever began before this process got its place does not know of it.
    onServing: () => {
      if (generation > 0) void connections.directory.announce(ANNOUNCE_PAUSE_MICROS);
    },
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
  { balance }: RoleSurroundings,
): Promise<RunningRole> {
  const connections = new ClusterConnections(runtime, layout, member.name);
  const journal = connections.journal();
  const replicas = (): Promise<readonly Storage[]> => connections.storageReplicas();
  const trimmers = new ServedTrimmers(runtime, journal, replicas);
  const node: AdjudicatorNode = new AdjudicatorNode(runtime, journal, {
    member: member.name,
    members: membersOf(layout, "adjudicator").map(({ name }) => name),
    homes: connections.homes,
    ranges: layout.topology.adjudicators,
    directory: connections.directory,
    peers: connections.directoriesOf("adjudicator"),
    followers: [...connections.directoriesOf("storage").values()],
    route: (log) => connections.adjudicator(log),
    newestEntry: (log) => journal.newest(log),
    balance,
    onServing: (log) => trimmers.start(log, () => node.keepFrom(log)),
    onEnded: (log) => trimmers.stop(log),
  });
  connections.serveHere((log) => node.adjudicator(log));
  const registrar = registrarBeside(runtime, layout, node);
  const handlers = [
    adjudicatorHandlers(
      (log) => node.adjudicator(log),
      () => new Promise((resolve) => runtime.clock.endOfTick(resolve)),
    ),
    directoryHandlers(node),
    registrarHandlers(registrar),
    shardHandlers(connections.shards),
  ].reduce(bothHandlers);
  const listener = await serve(runtime, member.address, handlers);
  await node.start();
  return {
    stop: async () => {
      trimmers.stopAll();
      node.stop();
      await listener.close();
      connections.close();
    },
  };
}

/** Every adjudicator process has one; that which serves the first log answers. */
function registrarBeside(
  { clock }: NodeRuntime,
  layout: ClusterLayout,
  node: AdjudicatorNode,
): Registrar {
  const log = firstLog(logsOf(layout.topology.adjudicators));
  const service = new RegistrarService({ clock, confirm: () => node.confirmEpoch(log) });
  return {
    call: (request) => {
      node.requireServing(log);
      return service.call(request);
    },
  };
}

async function runStorage(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  { onFatal, retentionMicros }: RoleSurroundings,
): Promise<RunningRole> {
  // Of this role alone: it brings the functions of SQL.
  const { StorageHost } = await import("@firstlight/storage");
  const connections = new ClusterConnections(runtime, layout, member.name);
  const logs = logsOf(layout.topology.adjudicators);
  const host = new StorageHost(runtime, {
    shards: {
      member: member.name,
      directory: connections.shards,
      storageOf: (name) => connections.storageOf(name),
      keeperOf: (name) => connections.shardKeeper(name),
      adjudicator: (log) => connections.adjudicator(log),
    },
    onFatal,
    journal: connections.journal(),
    logs,
    heartbeats: (log) => connections.adjudicator(log),
    // An entry of 100 MB takes its time, on a busy machine, until a piece of it arrives here.
    settings: {
      patienceMicros: 30_000_000,
      ...(retentionMicros === undefined ? {} : { retentionMicros }),
    },
  });
  await host.start();
  const listener = await serve(
    runtime,
    member.address,
    [storageHandlers(host), shardHandlers(host), directoryHandlers(connections.directory)].reduce(
      bothHandlers,
    ),
    () => host.lag?.micros ?? 0,
  );
  return {
    stop: async () => {
      await listener.close();
      await host.stop();
      connections.close();
    },
  };
}

export async function runService(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  surroundings: RoleSurroundings,
): Promise<RunningRole> {
  if (member.role === "journal") return runJournal(runtime, layout, member, surroundings);
  if (member.role === "adjudicator") {
    return runAdjudicator(runtime, layout, member, surroundings);
  }
  if (member.role === "storage") return runStorage(runtime, layout, member, surroundings);
  throw new Error(`${member.name} is no service`);
}

export function directoryOf(dataDirectory: string, member: Member): string {
  return join(dataDirectory, member.name);
}
