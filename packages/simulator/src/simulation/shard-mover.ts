/**
 * Splits, merges and moves shards at random while a run goes on, as people do by command: over the
 * network, at any replica, not knowing what became of the command before.
 */
import type { Key, MappedShard, ShardChange, ShardMap } from "@firstlight/common";
import { ServiceError, SqlError, TIMESTAMP_ZERO } from "@firstlight/common";
import type { ClientMachine } from "../clients/client-machines.ts";
import type { SimShape } from "../cluster/members.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { Marks } from "./marks.ts";

const SHARDS_MAX = 8;
const ROWS_SEEN = 40;

export interface ShardMoverParts {
  readonly machine: ClientMachine;
  readonly shape: SimShape;
  readonly random: SeededRandom;
  readonly marks: Marks;
  /** Between two commands at most. */
  readonly pauseMicrosMax: number;
  readonly stopped: () => boolean;
}

export class ShardMover {
  readonly #parts: ShardMoverParts;

  constructor(parts: ShardMoverParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { machine, random, marks, stopped, pauseMicrosMax } = this.#parts;
    const { connections, runtime } = machine;
    while (!stopped()) {
      await runtime.clock.sleep(random.between(0, pauseMicrosMax));
      try {
        await connections.shards.refresh();
        const change = await this.#choose(connections.shards.map);
        if (change === undefined) continue;
        const asked = random.pick(connections.members("storage")).name;
        const map = await connections.shardKeeper(asked).changeShards(change);
        connections.shards.learn(map);
        marks.hit(`shards: ${change.kind}`);
      } catch (error) {
        if (!(error instanceof ServiceError) && !(error instanceof SqlError)) throw error;
        marks.hit(error instanceof SqlError ? "shards: refused" : "shards: no answer");
      }
    }
  }

  async #choose(map: ShardMap): Promise<ShardChange | undefined> {
    const { random } = this.#parts;
    const found = random.pick(map.shards);
    const { shard } = found;
    const dice = random.next();
    if (dice < 0.25) return this.#split(map, found);
    if (dice < 0.4) return { kind: "merge", shard };
    if (dice < 0.85) return this.#move(found);
    const { member } = random.pick(found.replicas);
    const serving = found.replicas.filter(({ state }) => state === "serving").length;
    return serving > 2 ? { kind: "leave", shard, member } : undefined;
  }

  async #split(map: ShardMap, { shard, span }: MappedShard): Promise<ShardChange | undefined> {
    if (map.shards.length >= SHARDS_MAX) return undefined;
    const page = await this.#parts.machine.view.storage.scan({
      snapshot: this.#parts.machine.view.takeSnapshot() ?? TIMESTAMP_ZERO,
      catalogVersion: undefined,
      span,
      reverse: false,
      rowLimit: ROWS_SEEN,
      pageBytes: 1 << 16,
      withKeys: true,
      format: "encoded",
    });
    const keys: readonly Key[] = page.keys ?? [];
    return keys.length === 0
      ? undefined
      : { kind: "split", shard, at: this.#parts.random.pick(keys) };
  }

  #move({ shard, replicas }: MappedShard): ShardChange | undefined {
    const { shape, random } = this.#parts;
    const free = shape.members.filter(
      ({ name, role }) => role === "storage" && replicas.every(({ member }) => member !== name),
    );
    if (free.length === 0) return undefined;
    const to = random.pick(free).name;
    if (random.chance(0.2)) return { kind: "move", shard, to };
    return { kind: "move", shard, from: random.pick(replicas).member, to };
  }
}
