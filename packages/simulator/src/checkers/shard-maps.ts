/**
 * The history of the shard map, as the logs have it: every change makes the next version, no shard is
 * ever without a replica that serves it, and what changed by itself kept its policy's pause and
 * bounds, whoever proposed at the same time.
 */
import type { MappedShard, ShardMap, Timestamp } from "@firstlight/common";
import { SHARD_MAP_KEY, decodeShardMap, plusMicros } from "@firstlight/common";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

export function checkShardMaps({ logs, firstMap }: Evidence, findings: Findings): void {
  let before = firstMap;
  for (const { timestamp, value = "" } of logs.versions(SHARD_MAP_KEY)) {
    const map = decodeShardMap(Buffer.from(value, "latin1"));
    if (map.version !== before.version + 1) {
      findings.add("shards", `version ${map.version} follows version ${before.version}`);
    }
    const unserved = map.shards.find((each) => !isServed(each));
    if (unserved !== undefined) {
      findings.add("shards", `nobody serves ${unserved.shard} in version ${map.version}`);
    }
    if (map.changedAt !== before.changedAt) checkByItself(before, map, timestamp, findings);
    before = map;
  }
}

function isServed({ replicas }: MappedShard): boolean {
  return replicas.some(({ state }) => state === "serving");
}

function filling({ shards }: ShardMap): number {
  return shards.flatMap(({ replicas }) => replicas).filter(({ state }) => state === "filling")
    .length;
}

function checkByItself(before: ShardMap, map: ShardMap, at: Timestamp, findings: Findings): void {
  const { policy, changedAt, version } = before;
  if (map.changedAt < plusMicros(changedAt, policy.pauseMicros)) {
    const pause = map.changedAt - changedAt;
    findings.add("balance", `version ${version + 1}, at ${at}, was made ${pause} µs after another`);
  }
  // Both halves of a shard that is split have its replicas.
  const isMove = map.shards.length === before.shards.length && filling(map) > filling(before);
  if (isMove && filling(before) >= policy.movesMax) {
    findings.add("balance", `version ${version + 1}, at ${at}, begins one move too many`);
  }
}
