/** A process's connections to the others: stubs over the simulated network. */
import type {
  Adjudicator,
  Journal,
  JournalReplica,
  LogId,
  NodeRuntime,
  Storage,
} from "@firstlight/common";
import type { QuorumSettings } from "@firstlight/journal";
import { QuorumJournal } from "@firstlight/journal";
import { AdjudicatorStub, JournalReplicaStub, RpcClient, StorageStub } from "@firstlight/protocol";
import type { ClusterView } from "../transactions.ts";
import { ShardedStorage } from "../transactions.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { Marks } from "../simulation/marks.ts";
import type { Directory } from "./directory.ts";
import { RoutedAdjudicator } from "./directory.ts";
import type { SimMember, SimShape } from "./members.ts";
import type { FaultySender, RequestFaults } from "./request-faults.ts";
import { FaultyAdjudicator, FaultyReplica } from "./request-faults.ts";

const RPC_SETTINGS = { timeoutMicros: 3_000_000, callsMax: 10_000 };

export interface ConnectionParts {
  readonly shape: SimShape;
  readonly directory: Directory;
  readonly faults: RequestFaults;
  readonly random: SeededRandom;
  readonly marks: Marks;
  readonly journal: Partial<QuorumSettings>;
}

export class SimConnections {
  readonly #runtime: NodeRuntime;
  readonly #parts: ConnectionParts;
  readonly #sender: FaultySender;
  readonly #clients = new Map<string, RpcClient>();

  constructor(runtime: NodeRuntime, parts: ConnectionParts) {
    this.#runtime = runtime;
    this.#parts = parts;
    const { faults, random, marks } = parts;
    this.#sender = { clock: runtime.clock, random, faults, marks };
  }

  #client(name: string): RpcClient {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new RpcClient(this.#runtime.network, this.#runtime.clock, name, RPC_SETTINGS);
      this.#clients.set(name, client);
    }
    return client;
  }

  #members(role: SimMember["role"]): readonly SimMember[] {
    return this.#parts.shape.members.filter((member) => member.role === role);
  }

  adjudicator(log: LogId): Adjudicator {
    const reach = (name: string): Adjudicator => new AdjudicatorStub(this.#client(name));
    const routed = new RoutedAdjudicator(log, this.#parts.directory, reach);
    return new FaultyAdjudicator(routed, this.#sender);
  }

  replica(name: string): JournalReplica {
    return new JournalReplicaStub(this.#client(name));
  }

  journal(firstReplica: number): Journal {
    const replicas = this.#members("journal").map(
      ({ name }) => new FaultyReplica(this.replica(name), this.#sender),
    );
    const { clock } = this.#runtime;
    return new QuorumJournal({ clock, replicas, firstReplica, settings: this.#parts.journal });
  }

  /** One storage replica, whoever else has the same. */
  storageReplica(name: string): Storage {
    return new StorageStub(this.#client(name));
  }

  /** All shards; `preferred`: which replica of each is asked first. */
  storage(preferred: number): Storage {
    const replicas = this.#members("storage");
    const shards = this.#parts.shape.topology.shards.map(({ span }) => ({
      span,
      replicas: replicas
        .filter((member) => member.span?.start === span.start)
        .map((member) => this.storageReplica(member.name)),
    }));
    return new ShardedStorage(shards, preferred, this.#runtime.clock);
  }

  view(preferred: number): ClusterView {
    const adjudicators = this.#parts.shape.topology.adjudicators;
    const stubs = new Map(adjudicators.map(({ log }) => [log, this.adjudicator(log)]));
    const journal = this.journal(preferred);
    return {
      storage: this.storage(preferred),
      tailLog: (log, from, listener) => journal.tail(log, from, listener),
      rowFormat: "encoded",
      adjudicators,
      adjudicator: (log) => stubs.get(log) ?? this.adjudicator(log),
      takeSnapshot: () => this.#runtime.clock.now().latest,
    };
  }
}
