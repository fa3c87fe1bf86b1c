/**
 * Which replicas have what they should have on their disks: no fault may take the files of another
 * one before.
 */
import type { ShardReport, StorageStatus } from "@firstlight/common";
import type { StorageHost } from "@firstlight/storage";
import type { SimProcess } from "./sim-cluster.ts";
import type { SimShape } from "./members.ts";

interface KnownHost {
  readonly process: SimProcess;
  readonly life: number;
  readonly host: StorageHost;
}

export class ReplicaConditions {
  /** Replicas whose files are damaged or gone, until they have everything again. */
  readonly damaged: Set<string> = new Set();
  /** Storage replicas in whose files bits have flipped, which they may not have found yet. */
  readonly corrupted: Set<string> = new Set();
  readonly #shape: SimShape;
  /** Of each storage replica that has ever begun. */
  readonly #hosts = new Map<string, KnownHost>();

  constructor(shape: SimShape) {
    this.#shape = shape;
  }

  /** A new life of a storage replica. */
  began(process: SimProcess, host: StorageHost): void {
    this.#hosts.set(process.member.name, { process, life: process.node.life, host });
  }

  /** Storage replicas that have again whatever the shard map says that they hold. */
  recheckDamaged(): void {
    const reports = this.#reports();
    const version = Math.max(0, ...reports.map(({ map }) => map.version));
    for (const { member, map, shards } of reports) {
      if (map.version < version || !shards.every(({ held }) => held)) continue;
      if (this.#hasCaughtUp(member)) this.damaged.delete(member);
    }
  }

  /**
   * Whether a replica has on its disk what was ever trimmed from a log. One that lost its disk may
   * follow a log from the start that only a minority of the journal still has from there; until it
   * is through it has nothing that others may count on.
   */
  #hasCaughtUp(member: string): boolean {
    const own = this.#status(member)?.positions;
    const others = [...this.#hosts.keys()].flatMap((name) =>
      name === member || this.damaged.has(name) ? [] : [this.#status(name)?.positions],
    );
    if (own === undefined) return false;
    return Object.entries(own).every(([log, index]) =>
      others.some((known) => known !== undefined && index >= (known[log] ?? 0)),
    );
  }

  #status(member: string): StorageStatus | undefined {
    return this.#ofLiving(member, (host) => host.status());
  }

  /** Undefined of a process that does not answer. */
  #ofLiving<T>(member: string, ask: (host: StorageHost) => T): T | undefined {
    const found = this.#hosts.get(member);
    if (found === undefined) return undefined;
    const { node } = found.process;
    if (!node.alive || node.life !== found.life) return undefined;
    try {
      return ask(found.host);
    } catch {
      return undefined;
    }
  }

  /** Whether each shard has a replica to spare. */
  get shardsAreSafe(): boolean {
    const reports = this.#reports().toSorted((a, b) => b.map.version - a.map.version);
    const shards = reports[0]?.map.shards ?? this.#shape.firstMap.shards;
    return shards.every(({ replicas }) => {
      return replicas.filter(({ state }) => state === "serving").length > 1;
    });
  }

  #reports(): ShardReport[] {
    return [...this.#hosts.keys()].flatMap((name) => {
      const report = this.#ofLiving(name, (host) => host.shardReport());
      return report === undefined ? [] : [report];
    });
  }
}
