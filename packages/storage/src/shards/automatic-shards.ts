/**
 * Changes of the shard map that nobody asked for: a replica proposes to split, to merge and to move
 * what it looks after, by the policy that the map has. It decides by one version of the map, and only
 * that version is changed: so pauses and bounds hold for the whole cluster, whoever proposes at the
 * same time (I3). What may come and go is wanted at several looks in a row before it is done.
 */
import type {
  Clock,
  MappedShard,
  MaybePromise,
  ShardChange,
  ShardMap,
  ShardReport,
} from "@firstlight/common";
import { isServiceError, plusMicros } from "@firstlight/common";
import type { StorageNode } from "../storage-node.ts";
import { looksAfter, wantedMerge, wantedMove } from "./shard-balance.ts";
import type { ShardMeter } from "./shard-meter.ts";

const LOOKS = 3;
/** Looks between two changes, at most. */
const LOOKS_PER_PAUSE = 6;

export type AutomaticStep = "split by itself" | "merged by itself" | "moved by itself";

export interface AutomaticShardsParts {
  readonly clock: Clock;
  readonly member: string;
  readonly meter: ShardMeter;
  readonly ownReport: () => ShardReport;
  readonly reportOf: (member: string) => MaybePromise<ShardReport>;
  /** Of this version of the map and no other; ServiceError: it has changed. */
  readonly change: (change: ShardChange, version: number) => Promise<void>;
  readonly onStep: (step: AutomaticStep) => void;
}

type Split = Extract<ShardChange, { readonly kind: "split" }>;
type Wanted = Extract<ShardChange, { readonly kind: "merge" | "move" }>;

export class AutomaticShards {
  readonly #parts: AutomaticShardsParts;
  #lookedAt = -Infinity;
  /** How many looks in a row wanted this. */
  #wanted: { readonly kind: Wanted["kind"]; readonly looks: number } | undefined;

  constructor(parts: AutomaticShardsParts) {
    this.#parts = parts;
  }

  async round(node: StorageNode, map: ShardMap): Promise<void> {
    const { clock, change, onStep } = this.#parts;
    const { policy, changedAt, version } = map;
    const automatic = clock.now().latest;
    if (!policy.enabled || automatic < plusMicros(changedAt, policy.pauseMicros)) return;
    const split = this.#split(node, map);
    if (split !== undefined) {
      await change({ ...split, automatic }, version);
      return onStep("split by itself");
    }
    const wanted = await this.#look(node, map);
    if (wanted === undefined) return;
    this.#wanted = undefined;
    await change({ ...wanted, automatic }, version);
    onStep(wanted.kind === "merge" ? "merged by itself" : "moved by itself");
  }

  #split(node: StorageNode, { policy, shards }: ShardMap): Split | undefined {
    const { member, meter } = this.#parts;
    for (const each of shards) {
      if (!looksAfter(member, each)) continue;
      const size = meter.sizeOf(each);
      const isLarge = (size?.bytes ?? 0) > policy.bytesMax;
      const isHot = node.load.readsPerSecond(each.span) > policy.readsPerSecondMax;
      const at = isLarge ? size?.middle : isHot ? node.load.middle(each.span) : undefined;
      // The middle of a shard that few keys make up may be its first one.
      if (at !== undefined && at > each.span.start) return { kind: "split", shard: each.shard, at };
    }
    return undefined;
  }

  async #look(node: StorageNode, map: ShardMap): Promise<Wanted | undefined> {
    const { pauseMicros } = map.policy;
    const now = this.#parts.clock.monotonicMicros();
    if (now < this.#lookedAt + pauseMicros / LOOKS_PER_PAUSE) return undefined;
    this.#lookedAt = now;
    const found = this.#merge(node, map) ?? (await this.#move(map));
    const before = found?.kind === this.#wanted?.kind ? (this.#wanted?.looks ?? 0) : 0;
    this.#wanted = found === undefined ? undefined : { kind: found.kind, looks: before + 1 };
    return before + 1 < LOOKS ? undefined : found;
  }

  #merge(node: StorageNode, map: ShardMap): Wanted | undefined {
    if (!map.policy.merges) return undefined;
    const { member, meter } = this.#parts;
    const amountOf = (each: MappedShard): { bytes: number | undefined; readsPerSecond: number } => {
      const readsPerSecond = node.load.readsPerSecond(each.span);
      return { bytes: meter.sizeOf(each)?.bytes, readsPerSecond };
    };
    const shard = wantedMerge(map, member, amountOf);
    return shard === undefined ? undefined : { kind: "merge", shard };
  }

  async #move(map: ShardMap): Promise<Wanted | undefined> {
    if (!map.policy.moves) return undefined;
    const { member, ownReport } = this.#parts;
    const names = map.members.map(({ name }) => name).filter((name) => name !== member);
    const others = await Promise.all(names.map((name) => this.#report(name)));
    const known = others.filter((each) => each !== undefined);
    const found = wantedMove(map, ownReport(), known);
    return found === undefined ? undefined : { kind: "move", ...found };
  }

  /** Nothing is moved to whom does not answer. */
  async #report(member: string): Promise<ShardReport | undefined> {
    try {
      return await this.#parts.reportOf(member);
    } catch (error) {
      if (!isServiceError(error)) throw error;
      return undefined;
    }
  }
}
