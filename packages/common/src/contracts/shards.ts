/**
 * The shard map: which storage replicas hold which span. It is one value in the key space, under
 * SHARD_MAP_KEY, and changes by transactions like any other: first committer wins (I3), it survives
 * whatever the logs survive, and every storage replica keeps it, as of its watermark.
 *
 * It is a hint and an order, never a proof. What a replica holds completely it knows from its own
 * disk, and a request for anything else is answered "moved".
 */
import type { Key, Span } from "../keys/key.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { Timestamp } from "../time/timestamp.ts";

/**
 * - filling: is to copy the span; not asked by anybody.
 * - serving: holds the span from `since` on.
 * - leaving: holds it as well, and is asked for snapshots that the others cannot answer; once one of
 *   them can answer every readable snapshot, it goes.
 */
export type ShardReplicaState = "filling" | "serving" | "leaving";

export interface ShardReplica {
  readonly member: string;
  readonly state: ShardReplicaState;
  /** Older snapshots are behind the horizon here; 0 while it is filling. */
  readonly since: Timestamp;
  /** Who leaves when this one serves. */
  readonly replaces?: string;
}

export interface MappedShard {
  readonly shard: string;
  readonly span: Span;
  readonly replicas: readonly ShardReplica[];
}

export interface StorageMember {
  readonly name: string;
  readonly address: string;
  /** Was emptied by command: nothing is moved there by itself until it joins again. */
  readonly drained?: true;
}

/** What becomes of shards without being told. */
export interface ShardPolicy {
  /** Without it nothing changes by itself. */
  readonly enabled: boolean;
  /** A larger shard is split in two halves of equal size. */
  readonly bytesMax: number;
  /** A shard that is asked more often is split where half of the requests are below. */
  readonly readsPerSecondMax: number;
  /** Whether neighbours that are both small and seldom asked are merged. */
  readonly merges: boolean;
  /** Whether replicas move from loaded members to others. */
  readonly moves: boolean;
  /** Replicas that are being filled, by whose order ever, past which no move is begun. */
  readonly movesMax: number;
  /** Between two changes of the map that nobody asked for, wherever they are. */
  readonly pauseMicros: number;
}

export interface ShardMap {
  /** 0: as the topology has it; grows by one with every change. */
  readonly version: number;
  /** Ordered, disjoint, covering the key space. */
  readonly shards: readonly MappedShard[];
  readonly members: readonly StorageMember[];
  /** The number of the next shard to be named. */
  readonly next: number;
  readonly policy: ShardPolicy;
  /** When a shard was last split, merged or moved by itself. */
  readonly changedAt: Timestamp;
}

export const SHARDS_MAX = 1_000;

export const DEFAULT_SHARD_POLICY: ShardPolicy = {
  enabled: true,
  bytesMax: 16 * 2 ** 30,
  readsPerSecondMax: 50_000,
  merges: false,
  moves: false,
  movesMax: 1,
  pauseMicros: 60_000_000,
};

export type ShardChange =
  /** At the key, or, without one, in the middle of what is stored. */
  | {
      readonly kind: "split";
      readonly shard: string;
      readonly at: Key;
      readonly automatic?: Timestamp;
    }
  /** With the shard behind it. */
  | { readonly kind: "merge"; readonly shard: string; readonly automatic?: Timestamp }
  /** Without `from`: one replica more. */
  | {
      readonly kind: "move";
      readonly shard: string;
      readonly from?: string;
      readonly to: string;
      readonly automatic?: Timestamp;
    }
  | { readonly kind: "leave"; readonly shard: string; readonly member: string }
  | { readonly kind: "join"; readonly member: StorageMember }
  | { readonly kind: "drain"; readonly member: string }
  | { readonly kind: "remove"; readonly member: string; readonly force: boolean }
  | { readonly kind: "policy"; readonly policy: Partial<ShardPolicy> }
  /** Told by replicas themselves. */
  | {
      readonly kind: "filled";
      readonly shard: string;
      readonly span: Span;
      readonly member: string;
      readonly since: Timestamp;
    }
  | { readonly kind: "left"; readonly shard: string; readonly member: string };

/** What a person may ask for: a split may leave the key to the replica. */
export type ShardCommand =
  | ShardChange
  | { readonly kind: "split"; readonly shard: string; readonly at?: undefined };

export interface ReportedShard {
  readonly shard: string;
  /** The part of the shard that is held here. */
  readonly held: boolean;
  /** As last measured; undefined before the first time. */
  readonly bytes: number | undefined;
  readonly keys: number | undefined;
  readonly readsPerSecond: number;
}

/** What one replica says of itself. */
export interface ShardReport {
  readonly member: string;
  readonly map: ShardMap;
  readonly watermark: Timestamp;
  readonly horizon: Timestamp;
  readonly held: readonly (Span & { readonly since: Timestamp })[];
  readonly shards: readonly ReportedShard[];
  /** The span that is being copied, and how far. */
  readonly filling: (Span & { readonly done: Key }) | undefined;
  /** Rows of spans that were given up are still being removed. */
  readonly cleaning: boolean;
}

export interface ShardMapSource {
  /** Undefined when none newer than `known` is known. */
  shardMap(known: number): MaybePromise<ShardMap | undefined>;
}

export interface ShardKeeper extends ShardMapSource {
  shardReport(): MaybePromise<ShardReport>;
  /** Resolves with the map when the change is committed and known here. SqlError: it cannot be. */
  changeShards(command: ShardCommand): Promise<ShardMap>;
}
