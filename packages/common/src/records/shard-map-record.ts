/** The shard map as bytes: JSON, for it is small, read seldom and seen by people. */
import type { ShardMap } from "../contracts/shards.ts";

/** Keys are latin1 strings: as bytes of UTF-8 each character of them comes back as it was. */
export function encodeShardMap(map: ShardMap): Uint8Array {
  return Buffer.from(JSON.stringify(map), "utf8");
}

export function decodeShardMap(bytes: Uint8Array): ShardMap {
  const { buffer, byteOffset, byteLength } = bytes;
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString("utf8")) as ShardMap;
}
