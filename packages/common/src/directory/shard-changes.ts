/**
 * What each change makes of the shard map: pure, and refused with a SqlError where it cannot be.
 * Undefined: the map is so already.
 *
 * The invariant: a shard has at least one replica that serves it, and a replica comes to serve only
 * by its own word ("filled"), given AFTER its copy is complete and durable.
 */
import type {
  MappedShard,
  ShardChange,
  ShardMap,
  ShardReplica,
  StorageMember,
} from "../contracts/shards.ts";
import { DEFAULT_SHARD_POLICY, SHARDS_MAX } from "../contracts/shards.ts";
import { SqlError } from "../errors/sql-error.ts";
import type { Span } from "../keys/key.ts";
import type { Timestamp } from "../time/timestamp.ts";
import { TIMESTAMP_ZERO, laterOf } from "../time/timestamp.ts";

/** Before anything was changed. */
export function firstShardMap(
  shards: readonly {
    readonly shard: string;
    readonly span: Span;
    readonly members: readonly string[];
  }[],
  members: readonly StorageMember[],
): ShardMap {
  const serving = (member: string): ShardReplica => ({
    member,
    state: "serving",
    since: TIMESTAMP_ZERO,
  });
  return {
    version: 0,
    shards: shards.map(({ shard, span, members: of }) => ({
      shard,
      span,
      replicas: of.map(serving),
    })),
    members,
    next: shards.length + 1,
    policy: DEFAULT_SHARD_POLICY,
    changedAt: TIMESTAMP_ZERO,
  };
}

type Handlers = {
  readonly [K in ShardChange["kind"]]: (
    map: ShardMap,
    change: Extract<ShardChange, { readonly kind: K }>,
  ) => Partial<ShardMap> | undefined;
};

const HANDLERS: Handlers = { split, merge, move, leave, join, drain, remove, policy, filled, left };

export function changedShardMap(map: ShardMap, change: ShardChange): ShardMap | undefined {
  const handler = HANDLERS[change.kind] as (
    map: ShardMap,
    change: ShardChange,
  ) => Partial<ShardMap> | undefined;
  const changed = handler(map, change);
  return changed === undefined ? undefined : { ...map, ...changed, version: map.version + 1 };
}

function refused(message: string): SqlError {
  return new SqlError("55000", message);
}

function shardNamed(map: ShardMap, name: string): MappedShard {
  const found = map.shards.find(({ shard }) => shard === name);
  if (found === undefined) throw new SqlError("42704", `shard "${name}" does not exist`);
  return found;
}

function requireMember(map: ShardMap, name: string): void {
  if (map.members.some((each) => each.name === name)) return;
  throw new SqlError("42704", `storage replica "${name}" does not exist`);
}

function replicaOf({ replicas }: MappedShard, member: string): ShardReplica | undefined {
  return replicas.find((each) => each.member === member);
}

function serves({ state }: ShardReplica): boolean {
  return state === "serving";
}

function withShards(map: ShardMap, changed: MappedShard): Pick<ShardMap, "shards"> {
  return { shards: map.shards.map((each) => (each.shard === changed.shard ? changed : each)) };
}

type Change<K extends ShardChange["kind"]> = Extract<ShardChange, { readonly kind: K }>;

function split(map: ShardMap, { shard, at, automatic }: Change<"split">): Partial<ShardMap> {
  const { span, replicas } = shardNamed(map, shard);
  if (at <= span.start || at >= span.end) {
    throw new SqlError("22023", `shard "${shard}" cannot be split at a key that is not within it`);
  }
  if (map.shards.length >= SHARDS_MAX) {
    throw new SqlError("54000", `there are ${SHARDS_MAX} shards already`);
  }
  const halves: MappedShard[] = [
    { shard, span: { start: span.start, end: at }, replicas },
    { shard: `s${map.next}`, span: { start: at, end: span.end }, replicas },
  ];
  return {
    shards: map.shards.flatMap((each) => (each.shard === shard ? halves : [each])),
    next: map.next + 1,
    ...changedBySelf(automatic),
  };
}

function changedBySelf(automatic: Timestamp | undefined): Partial<ShardMap> {
  return automatic === undefined ? {} : { changedAt: automatic };
}

/** Whether one shard can be made of two: all their replicas serve both. */
export function haveSameReplicas(first: MappedShard, second: MappedShard): boolean {
  const names = ({ replicas }: MappedShard): string =>
    replicas
      .map(({ member, state }) => `${member} ${state}`)
      .toSorted()
      .join();
  return names(first) === names(second) && first.replicas.every(serves);
}

function merge(map: ShardMap, { shard, automatic }: Change<"merge">): Partial<ShardMap> {
  const first = shardNamed(map, shard);
  const second = map.shards.find(({ span }) => span.start === first.span.end);
  if (second === undefined) throw refused(`shard "${shard}" is the last one`);
  if (!haveSameReplicas(first, second)) {
    throw new SqlError("55000", `shards "${shard}" and "${second.shard}" have different replicas`, {
      hint: "Move one of them first.",
    });
  }
  const replicas = first.replicas.map((each) => {
    const since = laterOf(each.since, replicaOf(second, each.member)?.since ?? each.since);
    return { ...each, since };
  });
  const span = { start: first.span.start, end: second.span.end };
  const { shards } = withShards(map, { shard, span, replicas });
  const rest = shards.filter((each) => each.shard !== second.shard);
  return { shards: rest, ...changedBySelf(automatic) };
}

function move(map: ShardMap, { shard, from, to, automatic }: Change<"move">): Partial<ShardMap> {
  const found = shardNamed(map, shard);
  requireMember(map, to);
  if (replicaOf(found, to) !== undefined) throw refused(`${to} is a replica of "${shard}" already`);
  if (from !== undefined) {
    const source = replicaOf(found, from);
    if (source === undefined) throw refused(`${from} is no replica of "${shard}"`);
    if (source.state !== "serving") throw refused(`${from} is ${source.state}, not serving`);
    const taken = found.replicas.find(({ replaces }) => replaces === from);
    if (taken !== undefined) throw refused(`${taken.member} is replacing ${from} already`);
  }
  const filling: ShardReplica = {
    member: to,
    state: "filling",
    since: TIMESTAMP_ZERO,
    ...(from === undefined ? {} : { replaces: from }),
  };
  const moved = withShards(map, { ...found, replicas: [...found.replicas, filling] });
  return { ...moved, ...changedBySelf(automatic) };
}

function leave(map: ShardMap, { shard, member }: Change<"leave">): Partial<ShardMap> | undefined {
  const found = shardNamed(map, shard);
  const replica = replicaOf(found, member);
  if (replica === undefined) throw refused(`${member} is no replica of "${shard}"`);
  if (replica.state === "leaving") return undefined;
  const others = found.replicas.filter((each) => each !== replica);
  if (replica.state === "filling") return withShards(map, { ...found, replicas: others });
  if (!others.some(serves)) throw refused(`${member} is the last replica of "${shard}"`);
  return withShards(map, { ...found, replicas: [...others, { ...replica, state: "leaving" }] });
}

function join(map: ShardMap, { member }: Change<"join">): Partial<ShardMap> | undefined {
  const known = map.members.find(({ name }) => name === member.name);
  if (known?.address === member.address && known.drained !== true) return undefined;
  return { members: [...map.members.filter((each) => each !== known), member] };
}

/** Each of its replicas goes to the member that has fewest, and none comes back by itself. */
function drain(map: ShardMap, { member }: Change<"drain">): Partial<ShardMap> | undefined {
  requireMember(map, member);
  const others = map.members.filter(({ name, drained }) => name !== member && drained !== true);
  const load = new Map(others.map(({ name }) => [name, 0]));
  for (const { replicas } of map.shards) {
    for (const each of replicas) {
      const count = load.get(each.member);
      if (count !== undefined) load.set(each.member, count + 1);
    }
  }
  let drained: ShardMap = map;
  for (const found of map.shards) {
    const replica = replicaOf(found, member);
    if (replica === undefined || replica.state === "leaving") continue;
    drained = { ...drained, ...withoutReplica(drained, found, replica, load) };
  }
  const members = map.members.map((each): StorageMember => {
    return each.name === member ? { ...each, drained: true } : each;
  });
  const isKnown = map.members.some((each) => each.name === member && each.drained === true);
  return drained === map && isKnown ? undefined : { shards: drained.shards, members };
}

function withoutReplica(
  map: ShardMap,
  found: MappedShard,
  { member, state }: ShardReplica,
  load: Map<string, number>,
): Partial<ShardMap> | undefined {
  const { shard } = found;
  if (state === "filling") return leave(map, { kind: "leave", shard, member });
  if (found.replicas.some(({ replaces }) => replaces === member)) return undefined;
  const free = [...load].filter(([name]) => replicaOf(found, name) === undefined);
  const [best] = free.toSorted(([, a], [, b]) => a - b);
  if (best === undefined) throw refused(`no other storage replica can take shard "${shard}"`);
  load.set(best[0], best[1] + 1);
  return move(map, { kind: "move", shard, from: member, to: best[0] });
}

/** By force: it will not come back, though shards may still name it. */
function remove(map: ShardMap, { member, force }: Change<"remove">): Partial<ShardMap> {
  requireMember(map, member);
  const shards = map.shards.map((found): MappedShard => {
    const others = found.replicas.filter((each) => each.member !== member);
    if (others.length === found.replicas.length) return found;
    const { shard } = found;
    if (!force) throw refused(`${member} is a replica of "${shard}": drain it first`);
    if (!others.some(serves)) throw refused(`no other replica serves "${shard}"`);
    return { ...found, replicas: others };
  });
  return { shards, members: map.members.filter(({ name }) => name !== member) };
}

function policy(map: ShardMap, change: Change<"policy">): Partial<ShardMap> {
  return { policy: { ...map.policy, ...change.policy } };
}

function filled(map: ShardMap, change: Change<"filled">): Partial<ShardMap> | undefined {
  const found = map.shards.find(({ shard }) => shard === change.shard);
  const replica = found && replicaOf(found, change.member);
  if (found === undefined || replica?.state !== "filling") return undefined;
  const { span } = found;
  // It may have been merged meanwhile: then it is not held whole.
  if (span.start < change.span.start || change.span.end < span.end) return undefined;
  const { replaces } = replica;
  const replicas = found.replicas.map((each): ShardReplica => {
    if (each === replica) {
      return { member: each.member, state: "serving", since: change.since };
    }
    const goes = each.member === replaces && each.state === "serving";
    return goes ? { ...each, state: "leaving" } : each;
  });
  return withShards(map, { ...found, replicas });
}

function left(map: ShardMap, { shard, member }: Change<"left">): Partial<ShardMap> | undefined {
  const found = map.shards.find((each) => each.shard === shard);
  if (found === undefined || replicaOf(found, member)?.state !== "leaving") return undefined;
  const replicas = found.replicas.filter((each) => each.member !== member);
  return withShards(map, { ...found, replicas });
}

/** Whether the others answer every snapshot that `horizon` leaves readable. */
export function mayLeave({ replicas }: MappedShard, horizon: Timestamp): boolean {
  return replicas.some((each) => serves(each) && each.since <= horizon);
}
