/**
 * Which shards are to be merged or moved without being told to: pure, from what replicas report.
 * What a shard asks of a replica is counted in shards' worth: 1 for one that is as large as a shard
 * may be, 1 for one that is read as often as a shard may be.
 *
 * The invariant: a move leaves the member that gives at least as loaded as the one that takes. So the
 * sum of the squares of all loads falls with every move, and moves come to an end.
 */
import type {
  MappedShard,
  ReportedShard,
  ShardMap,
  ShardPolicy,
  ShardReplica,
  ShardReport,
} from "@firstlight/common";
import { haveSameReplicas } from "@firstlight/common";

/** The pair together has at most this share of what one shard may have. */
const MERGED_SHARE_MAX = 0.25;
/** Below it a member is not relieved: so many times the load of the one that would take. */
const FACTOR_MIN = 1.5;
/** In shards' worth: less is not worth a copy. */
const DIFFERENCE_MIN = 0.5;
/** A move that changes less of the difference is not worth a copy either. */
const DIFFERENCE_SHARE_MIN = 0.125;

export interface WantedMove {
  readonly shard: string;
  readonly from: string;
  readonly to: string;
}

type Amount = Pick<ReportedShard, "bytes" | "readsPerSecond">;

/** In shards' worth; undefined: not measured yet. */
function worthOf({ bytes, readsPerSecond }: Amount, policy: ShardPolicy): number | undefined {
  if (bytes === undefined) return undefined;
  return bytes / policy.bytesMax + readsPerSecond / policy.readsPerSecondMax;
}

/** The first shard of the two that are to be one, of those that the member looks after. */
export function wantedMerge(
  { shards, policy }: ShardMap,
  member: string,
  amountOf: (shard: MappedShard) => Amount,
): string | undefined {
  const isLittle = (pair: readonly MappedShard[]): boolean => {
    const amounts = pair.map(amountOf);
    const bytes = amounts.reduce((sum, each) => sum + (each.bytes ?? Infinity), 0);
    const reads = amounts.reduce((sum, { readsPerSecond }) => sum + readsPerSecond, 0);
    return (
      bytes <= policy.bytesMax * MERGED_SHARE_MAX &&
      reads <= policy.readsPerSecondMax * MERGED_SHARE_MAX
    );
  };
  return shards.find((first, i) => {
    const second = shards[i + 1];
    if (second === undefined || !looksAfter(member, first)) return false;
    return haveSameReplicas(first, second) && isLittle([first, second]);
  })?.shard;
}

/** The first of those that serve a shard looks after it. */
export function looksAfter(member: string, { replicas }: MappedShard): boolean {
  return replicas.find(serves)?.member === member;
}

function serves({ state }: ShardReplica): boolean {
  return state === "serving";
}

function stateOf(map: ShardMap, shard: string, member: string): ShardReplica["state"] | undefined {
  const found = map.shards.find((each) => each.shard === shard);
  return found?.replicas.find((each) => each.member === member)?.state;
}

/** What leaves is not counted. Undefined: it copies something, or has not measured everything. */
function loadOf(map: ShardMap, report: ShardReport): number | undefined {
  let load = 0;
  for (const each of report.shards) {
    const state = stateOf(map, each.shard, report.member);
    if (state === "leaving") continue;
    const worth = worthOf(each, map.policy);
    if (state !== "serving" || worth === undefined) return undefined;
    load += worth;
  }
  return load;
}

export function fillingReplicas({ shards }: ShardMap): number {
  return shards.flatMap(({ replicas }) => replicas).filter(({ state }) => state === "filling")
    .length;
}

/**
 * What the member is to give away, and to whom: to the least loaded that can take something. Reports
 * by other maps than this one say nothing.
 */
export function wantedMove(
  map: ShardMap,
  own: ShardReport,
  others: readonly ShardReport[],
): WantedMove | undefined {
  const ownLoad = loadOf(map, own);
  if (ownLoad === undefined || fillingReplicas(map) >= map.policy.movesMax) return undefined;
  const open = new Set(map.members.flatMap(({ name, drained }) => (drained ? [] : [name])));
  const takers = others
    .filter((each) => open.has(each.member) && each.map.version === map.version)
    .flatMap((each) => {
      const load = loadOf(map, each);
      return load === undefined ? [] : [{ member: each.member, load }];
    })
    .toSorted((a, b) => a.load - b.load);
  for (const { member: to, load } of takers) {
    if (ownLoad < load * FACTOR_MIN || ownLoad - load < DIFFERENCE_MIN) return undefined;
    const shard = heaviestFor(map, own, to, (ownLoad - load) / 2);
    if (shard !== undefined) return { shard, from: own.member, to };
  }
  return undefined;
}

function heaviestFor(
  map: ShardMap,
  { member, shards }: ShardReport,
  to: string,
  half: number,
): string | undefined {
  let best: { readonly shard: string; readonly worth: number } | undefined;
  for (const each of shards) {
    const { shard } = each;
    const worth = worthOf(each, map.policy) ?? Infinity;
    if (worth > half || worth < half * 2 * DIFFERENCE_SHARE_MIN) continue;
    if (worth <= (best?.worth ?? 0) || stateOf(map, shard, to) !== undefined) continue;
    if (stateOf(map, shard, member) !== "serving" || isReplaced(map, shard, member)) continue;
    best = { shard, worth };
  }
  return best?.shard;
}

function isReplaced({ shards }: ShardMap, shard: string, member: string): boolean {
  const found = shards.find((each) => each.shard === shard);
  return found?.replicas.some(({ replaces }) => replaces === member) === true;
}
