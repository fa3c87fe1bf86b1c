/** The shard map as bytes: JSON, for it is small, read seldom and seen by people. */
import type { ShardMap } from "../contracts/shards.ts";
import { DEFAULT_SHARD_POLICY } from "../contracts/shards.ts";
import type { Timestamp } from "../time/timestamp.ts";
import { TIMESTAMP_ZERO } from "../time/timestamp.ts";

/** Earlier maps have fewer fields, and `splitAt`. */
type StoredMap = Omit<ShardMap, "changedAt" | "policy"> & {
  readonly policy: Partial<ShardMap["policy"]>;
  readonly changedAt?: Timestamp;
  readonly splitAt?: Timestamp;
};

/** Keys are latin1 strings: as bytes of UTF-8 each character of them comes back as it was. */
export function encodeShardMap(map: ShardMap): Uint8Array {
  return Buffer.from(JSON.stringify(map), "utf8");
}

export function decodeShardMap(bytes: Uint8Array): ShardMap {
  const { buffer, byteOffset, byteLength } = bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
  const { splitAt = TIMESTAMP_ZERO, changedAt = splitAt, ...map } = JSON.parse(text) as StoredMap;
  return { ...map, changedAt, policy: { ...DEFAULT_SHARD_POLICY, ...map.policy } };
}
