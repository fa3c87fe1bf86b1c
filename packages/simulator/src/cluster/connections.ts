/** A process's connections to the others: stubs over the simulated network. */
import type {
  Adjudicator,
  DirectoryBug,
  DirectorySource,
  JournalReplica,
  JournalSeat,
  LogId,
  NodeRuntime,
  Registrar,
  Serving,
  ShardKeeper,
  Storage,
} from "@firstlight/common";
import {
  ClusterDirectory,
  Route,
  RoutedAdjudicator,
  RoutedRegistrar,
  ShardDirectory,
  SeatedReplica,
  firstLog,
  logsOf,
} from "@firstlight/common";
import type { JournalBug, QuorumSettings } from "@firstlight/journal";
import { QuorumJournal } from "@firstlight/journal";
import {
  AdjudicatorStub,
  DirectoryStub,
  JournalReplicaStub,
  RegistrarStub,
  RpcClient,
  ShardStub,
  StorageStub,
} from "@firstlight/protocol";
import type { ClusterView } from "../transactions.ts";
import { ShardedStorage, measuredView } from "../transactions.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { Marks } from "../simulation/marks.ts";
import type { SimMember, SimShape } from "./members.ts";
import type { FaultySender, RequestFaults } from "./request-faults.ts";
import { FaultyAdjudicator, FaultyRegistrar, FaultyReplica } from "./request-faults.ts";

const PATIENCE_MICROS = 250_000;
/** As in production relative to the registrar's settings (sim-cluster.ts). */
const REGISTRAR_PATIENCE_MICROS = 600_000;
const REFRESH_MICROS = 100_000;
const RPC_SETTINGS = { timeoutMicros: 3_000_000, callsMax: 10_000 };

export interface ConnectionParts {
  readonly shape: SimShape;
  readonly self: string;
  /** As of the start of the process. */
  readonly seats: readonly JournalSeat[];
  readonly directoryBugs: ReadonlySet<DirectoryBug>;
  readonly onLearned: (serving: Serving) => void;
  readonly faults: RequestFaults;
  readonly random: SeededRandom;
  readonly marks: Marks;
  readonly journal: Partial<QuorumSettings>;
  readonly journalBugs: ReadonlySet<JournalBug>;
}

export class SimConnections {
  readonly #runtime: NodeRuntime;
  readonly #parts: ConnectionParts;
  readonly #sender: FaultySender;
  readonly #clients = new Map<string, RpcClient>();
  readonly #adjudicators = new Map<LogId, Adjudicator>();
  #here: ((log: LogId) => Adjudicator) | undefined;
  readonly homes: ReadonlyMap<LogId, string>;
  readonly directory: ClusterDirectory;
  readonly shards: ShardDirectory;

  constructor(runtime: NodeRuntime, parts: ConnectionParts) {
    this.#runtime = runtime;
    this.#parts = parts;
    const { faults, random, marks } = parts;
    this.#sender = { clock: runtime.clock, random, faults, marks };
    this.homes = new Map(
      this.members("adjudicator").flatMap(({ log, name }) =>
        log === undefined ? [] : [[log, name] as const],
      ),
    );
    const sources = [...this.directoriesOf("adjudicator"), ...this.directoriesOf("storage")];
    this.directory = new ClusterDirectory({
      clock: runtime.clock,
      homes: this.homes,
      ranges: { version: 0, ranges: parts.shape.topology.adjudicators },
      seats: parts.seats,
      sources: sources.map(([, source]) => source),
      bugs: parts.directoryBugs,
      onLearned: parts.onLearned,
    });
    this.shards = new ShardDirectory({
      clock: runtime.clock,
      first: parts.shape.firstMap,
      reach: (name) => this.shardKeeper(name),
    });
  }

  /** Requests for logs that this process serves itself do not leave it. */
  serveHere(adjudicator: (log: LogId) => Adjudicator): void {
    this.#here = adjudicator;
  }

  directoriesOf(role: SimMember["role"]): ReadonlyMap<string, DirectorySource> {
    const others = this.members(role).filter(({ name }) => name !== this.#parts.self);
    return new Map(others.map(({ name }) => [name, new DirectoryStub(this.#client(name))]));
  }

  #client(name: string): RpcClient {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new RpcClient(this.#runtime.network, this.#runtime.clock, name, RPC_SETTINGS);
      this.#clients.set(name, client);
    }
    return client;
  }

  members(role: SimMember["role"]): readonly SimMember[] {
    return this.#parts.shape.members.filter((member) => member.role === role);
  }

  adjudicator(log: LogId): Adjudicator {
    let adjudicator = this.#adjudicators.get(log);
    if (adjudicator === undefined) {
      const { clock } = this.#runtime;
      const reach = (member: string): Adjudicator => this.#reach(member, log);
      const { directory } = this;
      const route = new Route({ log, clock, directory, reach, patienceMicros: PATIENCE_MICROS });
      adjudicator = new FaultyAdjudicator(new RoutedAdjudicator(route), this.#sender);
      this.#adjudicators.set(log, adjudicator);
    }
    return adjudicator;
  }

  #reach(member: string, log: LogId): Adjudicator {
    if (member === this.#parts.self && this.#here !== undefined) return this.#here(log);
    return new AdjudicatorStub(this.#client(member), log);
  }

  /** Beside the adjudicator of the first range. */
  registrar(): Registrar {
    const log = firstLog(logsOf(this.#parts.shape.topology.adjudicators));
    const { clock } = this.#runtime;
    const { directory } = this;
    const reach = (member: string): Registrar => new RegistrarStub(this.#client(member));
    const patienceMicros = REGISTRAR_PATIENCE_MICROS;
    const route = new Route({ log, clock, directory, reach, patienceMicros });
    return new FaultyRegistrar(new RoutedRegistrar(route), this.#sender);
  }

  replica(name: string): JournalReplica {
    return new JournalReplicaStub(this.#client(name));
  }

  /** The one at a place, whichever machine that is at the time. */
  seated(place: number): JournalReplica {
    const { clock } = this.#runtime;
    const reach = (address: string): JournalReplica => this.replica(address);
    return new SeatedReplica({ place, directory: this.directory, clock, reach });
  }

  journal(firstReplica: number): QuorumJournal {
    const replicas = this.directory.seats.map(
      ({ place }) => new FaultyReplica(this.seated(place), this.#sender),
    );
    const { clock } = this.#runtime;
    const { journal: settings, journalBugs: bugs } = this.#parts;
    return new QuorumJournal({ clock, replicas, firstReplica, settings, bugs });
  }

  /** One storage replica, whoever else has the same. */
  storageReplica(name: string): Storage {
    return new StorageStub(this.#client(name));
  }

  shardKeeper(name: string): ShardKeeper {
    return new ShardStub(this.#client(name));
  }

  /** All shards; `preferred`: which replica of each is asked first. */
  storage(preferred: number): ShardedStorage {
    return new ShardedStorage({
      directory: this.shards,
      storageOf: (name) => this.storageReplica(name),
      clock: this.#runtime.clock,
      home: preferred,
      refreshMicros: REFRESH_MICROS,
    });
  }

  view(preferred: number): ClusterView {
    const { topology } = this.#parts.shape;
    const journal = this.journal(preferred);
    const storage = this.storage(preferred);
    const view: ClusterView = {
      storage,
      tailLog: (log, from, listener) => journal.tail(log, from, listener),
      rowFormat: "encoded",
      logs: logsOf(topology.adjudicators),
      ranges: this.directory.ranges,
      adjudicator: (log) => this.adjudicator(log),
      takeSnapshot: () => this.#runtime.clock.now().latest,
      registrar: { service: this.registrar(), isAlone: false },
    };
    return measuredView(view, this.#runtime.clock, (spans) => storage.partsOf(spans));
  }
}
