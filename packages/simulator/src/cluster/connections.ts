/** A process's connections to the others: stubs over the simulated network. */
import type { Adjudicator, Journal, LogId, NodeRuntime, Storage } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import { QuorumJournal } from "@firstlight/journal";
import { AdjudicatorStub, JournalReplicaStub, RpcClient, StorageStub } from "@firstlight/protocol";
import type { ClusterView } from "@firstlight/query-processor";
import { ShardedStorage } from "@firstlight/query-processor";
import type { SimShape } from "./members.ts";

const RPC_SETTINGS = { timeoutMicros: 3_000_000, callsMax: 10_000 };

export class SimConnections {
  readonly #runtime: NodeRuntime;
  readonly #shape: SimShape;
  readonly #clients = new Map<string, RpcClient>();

  constructor(runtime: NodeRuntime, shape: SimShape) {
    this.#runtime = runtime;
    this.#shape = shape;
  }

  #client(name: string): RpcClient {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new RpcClient(this.#runtime.network, this.#runtime.clock, name, RPC_SETTINGS);
      this.#clients.set(name, client);
    }
    return client;
  }

  adjudicator(log: LogId): Adjudicator {
    const member = this.#shape.members.find((each) => each.log === log);
    if (member === undefined) throw new ServiceError("unavailable", `nobody has log ${log}`);
    return new AdjudicatorStub(this.#client(member.name));
  }

  journal(firstReplica: number): Journal {
    const replicas = this.#shape.members
      .filter((member) => member.role === "journal")
      .map((member) => new JournalReplicaStub(this.#client(member.name)));
    return new QuorumJournal({ clock: this.#runtime.clock, replicas, firstReplica });
  }

  #storage(preferred: number): Storage {
    const replicas = this.#shape.members.filter((member) => member.role === "storage");
    const shards = this.#shape.topology.shards.map(({ span }) => ({
      span,
      replicas: replicas
        .filter((member) => member.span === span)
        .map((member) => new StorageStub(this.#client(member.name))),
    }));
    return new ShardedStorage(shards, preferred);
  }

  view(preferred: number): ClusterView {
    const adjudicators = this.#shape.topology.adjudicators;
    const stubs = new Map(adjudicators.map(({ log }) => [log, this.adjudicator(log)]));
    return {
      storage: this.#storage(preferred),
      rowFormat: "encoded",
      adjudicators,
      adjudicator: (log) => stubs.get(log) ?? this.adjudicator(log),
      takeSnapshot: () => this.#runtime.clock.now().latest,
    };
  }
}
