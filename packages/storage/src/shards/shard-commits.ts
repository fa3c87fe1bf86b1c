/**
 * Changes the shard map by a transaction: read at a snapshot, written if nobody has changed it since
 * (I3), tried again if somebody has. What it returns was committed, and is known here.
 */
import type {
  Adjudicator,
  CommitRequest,
  LogId,
  NodeRuntime,
  ShardChange,
  ShardMap,
  Timestamp,
} from "@firstlight/common";
import {
  SHARD_MAP_KEY,
  ServiceError,
  changedShardMap,
  decodeShardMap,
  encodeShardMap,
  isServiceError,
  transactionId,
} from "@firstlight/common";
import type { StorageNode } from "../storage-node.ts";

export interface ShardCommitParts {
  readonly runtime: NodeRuntime;
  readonly logs: readonly LogId[];
  readonly adjudicator: (log: LogId) => Adjudicator;
  readonly firstMap: ShardMap;
}

const ATTEMPTS_MAX = 10;
const PAUSE_MICROS = 100_000;
const OUTCOME_MICROS = 20_000_000;

export class ShardCommits {
  readonly #parts: ShardCommitParts;

  constructor(parts: ShardCommitParts) {
    this.#parts = parts;
  }

  /** `only`: of this version of the map and no other. */
  async change(node: StorageNode, change: ShardChange, only?: number): Promise<ShardMap> {
    const { clock, random } = this.#parts.runtime;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const snapshot = clock.now().latest;
      const map = await this.#mapAt(node, snapshot);
      if (only !== undefined && map.version !== only) {
        throw new ServiceError("unavailable", "the shard map has changed");
      }
      const next = changedShardMap(map, change);
      if (next === undefined) return map;
      const committed = await this.#commit(next, snapshot);
      if (committed !== undefined) return this.#mapAt(node, committed);
      await clock.sleep(Math.floor(PAUSE_MICROS * attempt * (0.5 + random.next())));
    }
    throw new ServiceError("unavailable", "the shard map could not be changed");
  }

  async #mapAt(node: StorageNode, snapshot: Timestamp): Promise<ShardMap> {
    const keys = [SHARD_MAP_KEY];
    const [value] = await node.read({ snapshot, catalogVersion: undefined, keys });
    return value === undefined ? this.#parts.firstMap : decodeShardMap(value);
  }

  /** The key is global, so every adjudicator takes part. Undefined: not committed. */
  async #commit(map: ShardMap, snapshot: Timestamp): Promise<Timestamp | undefined> {
    const { logs, adjudicator, runtime } = this.#parts;
    const [coordinator] = logs;
    if (coordinator === undefined) throw new RangeError("a cluster without logs");
    const request: CommitRequest = {
      transaction: transactionId(Buffer.from(runtime.random.bytes(16)).toString("hex")),
      snapshot,
      mutations: [{ key: SHARD_MAP_KEY, value: encodeShardMap(map), intent: "X" }],
      checks: [],
      participants: logs,
    };
    try {
      const reply = await adjudicator(coordinator).commit(request);
      return reply.verdict === "committed" ? reply.timestamp : undefined;
    } catch (error) {
      if (!isServiceError(error)) throw error;
      return this.#outcome(coordinator, request);
    }
  }

  /** The answer was lost (I9). */
  async #outcome(
    coordinator: LogId,
    { transaction, snapshot }: CommitRequest,
  ): Promise<Timestamp | undefined> {
    const { adjudicator, runtime } = this.#parts;
    const giveUp = runtime.clock.monotonicMicros() + OUTCOME_MICROS;
    while (runtime.clock.monotonicMicros() < giveUp) {
      try {
        const answer = await adjudicator(coordinator).outcome(transaction, snapshot);
        if (answer.outcome === "committed") return answer.timestamp;
        if (answer.outcome === "aborted") return undefined;
      } catch (error) {
        if (!isServiceError(error)) throw error;
      }
      await runtime.clock.sleep(PAUSE_MICROS);
    }
    throw new ServiceError("unavailable", "whether the shard map was changed is unknown");
  }
}
