/** A process's connections to the others, and what it knows of who serves which log. */
import type {
  Adjudicator,
  ClockSource,
  DirectorySource,
  JournalReplica,
  LogId,
  NodeRuntime,
  Registrar,
  ShardKeeper,
  ShardMap,
  Storage,
} from "@firstlight/common";
import {
  ClusterDirectory,
  Route,
  ShardDirectory,
  firstShardMap,
  RoutedAdjudicator,
  RoutedRegistrar,
  SeatedReplica,
  firstLog,
  logsOf,
} from "@firstlight/common";
import { QuorumJournal } from "@firstlight/journal";
import {
  AdjudicatorStub,
  ClockStub,
  DirectoryStub,
  JournalReplicaStub,
  RegistrarStub,
  RpcClient,
  ShardStub,
  StorageStub,
} from "@firstlight/protocol";
import type { ClusterLayout, Role } from "./layout.ts";
import { membersOf } from "./layout.ts";

/** A request that takes longer may have been sent to a process that does not answer any more. */
const PATIENCE_MICROS = 250_000;
/** The registrar keeps requests open for 1.5 s. */
const REGISTRAR_PATIENCE_MICROS = 2_000_000;

export class ClusterConnections {
  readonly #runtime: NodeRuntime;
  readonly #layout: ClusterLayout;
  readonly #self: string | undefined;
  readonly #clients = new Map<string, RpcClient>();
  readonly #adjudicators = new Map<LogId, Adjudicator>();
  readonly #storage = new Map<string, Storage>();
  #here: ((log: LogId) => Adjudicator) | undefined;
  /** The process that is meant to serve each log. */
  readonly homes: ReadonlyMap<LogId, string>;
  readonly directory: ClusterDirectory;
  readonly shards: ShardDirectory;

  /** `self`: the member that this process is, if others ask it. */
  constructor(runtime: NodeRuntime, layout: ClusterLayout, self?: string) {
    this.#runtime = runtime;
    this.#layout = layout;
    this.#self = self;
    this.homes = new Map(
      membersOf(layout, "adjudicator").flatMap(({ log, name }) =>
        log === undefined ? [] : [[log, name] as const],
      ),
    );
    const sources = [...this.directoriesOf("adjudicator"), ...this.directoriesOf("storage")];
    this.directory = new ClusterDirectory({
      clock: runtime.clock,
      homes: this.homes,
      ranges: { version: 0, ranges: layout.topology.adjudicators },
      seats: membersOf(layout, "journal").map(({ address, generation = 0 }, place) => {
        return { place, generation, address };
      }),
      sources: sources.map(([, source]) => source),
    });
    this.shards = new ShardDirectory({
      clock: runtime.clock,
      first: firstMapOf(layout),
      reach: (name) => this.shardKeeper(name),
    });
  }

  /** One connection per member, shared by all that talk to it. */
  #client(name: string): RpcClient {
    const member = this.#layout.members.find((each) => each.name === name);
    const address = member?.address ?? this.shards.members.get(name);
    if (address === undefined) throw new RangeError(`the cluster has no member ${name}`);
    return this.#clientAt(address);
  }

  #clientAt(address: string): RpcClient {
    let client = this.#clients.get(address);
    if (client === undefined) {
      client = new RpcClient(this.#runtime.network, this.#runtime.clock, address);
      this.#clients.set(address, client);
    }
    return client;
  }

  /** Requests for logs that this process serves itself do not leave it. */
  serveHere(adjudicator: (log: LogId) => Adjudicator): void {
    this.#here = adjudicator;
  }

  /** What the other processes of a role know of the directory, by name. */
  directoriesOf(role: Role): ReadonlyMap<string, DirectorySource> {
    const others = membersOf(this.#layout, role).filter(({ name }) => name !== this.#self);
    return new Map(others.map(({ name }) => [name, new DirectoryStub(this.#client(name))]));
  }

  adjudicator(log: LogId): Adjudicator {
    let adjudicator = this.#adjudicators.get(log);
    if (adjudicator === undefined) {
      const stubs = new Map(
        membersOf(this.#layout, "adjudicator").map(({ name }) => [name, this.#reach(name, log)]),
      );
      const reach = (member: string): Adjudicator => stubs.get(member) ?? this.#reach(member, log);
      adjudicator = new RoutedAdjudicator(this.#route(log, PATIENCE_MICROS, reach));
      this.#adjudicators.set(log, adjudicator);
    }
    return adjudicator;
  }

  #reach(member: string, log: LogId): Adjudicator {
    if (member === this.#self && this.#here !== undefined) return this.#here(log);
    return new AdjudicatorStub(this.#client(member), log);
  }

  #route<T>(log: LogId, patienceMicros: number, reach: (member: string) => T): Route<T> {
    const { directory } = this;
    return new Route({ log, clock: this.#runtime.clock, directory, reach, patienceMicros });
  }

  /** Beside the adjudicator of the first range. */
  registrar(): Registrar {
    const log = firstLog(logsOf(this.#layout.topology.adjudicators));
    const reach = (member: string): Registrar => new RegistrarStub(this.#client(member));
    return new RoutedRegistrar(this.#route(log, REGISTRAR_PATIENCE_MICROS, reach));
  }

  journal(): QuorumJournal {
    const replicas = this.directory.seats.map(({ place }) => this.journalReplica(place));
    // Members next to each other, the replicas of a shard for instance, read different ones.
    const at = this.#layout.members.findIndex(({ name }) => name === this.#self);
    const firstReplica = Math.max(0, at) % replicas.length;
    return new QuorumJournal({ replicas, firstReplica, clock: this.#runtime.clock });
  }

  /** The one at a place, whichever process that is at the time. */
  journalReplica(place: number): JournalReplica {
    const { clock } = this.#runtime;
    const reach = (address: string): JournalReplica =>
      new JournalReplicaStub(this.#clientAt(address));
    return new SeatedReplica({ place, directory: this.directory, clock, reach });
  }

  /** Of the other services, by name. */
  clocks(): ReadonlyMap<string, ClockSource> {
    const others = this.#layout.members.filter(
      ({ name, role }) => role !== "query-processor" && name !== this.#self,
    );
    return new Map(others.map(({ name }) => [name, new ClockStub(this.#client(name))]));
  }

  shardKeeper(name: string): ShardKeeper {
    return new ShardStub(this.#client(name));
  }

  storageOf(name: string): Storage {
    let storage = this.#storage.get(name);
    if (storage === undefined) {
      storage = new StorageStub(this.#client(name));
      this.#storage.set(name, storage);
    }
    return storage;
  }

  /** Whoever tails the logs, whether it holds a shard or not. */
  async storageReplicas(): Promise<readonly Storage[]> {
    await this.shards.refresh();
    return this.shards.map.members.map(({ name }) => this.storageOf(name));
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}

/** Before anybody has changed it. */
function firstMapOf(layout: ClusterLayout): ShardMap {
  const members = membersOf(layout, "storage").filter(({ shard }) => shard !== undefined);
  const shards = layout.topology.shards.map(({ shard, span }) => ({
    shard,
    span,
    members: members.filter((member) => member.shard === shard).map(({ name }) => name),
  }));
  return firstShardMap(
    shards,
    members.map(({ name, address }) => ({ name, address })),
  );
}
