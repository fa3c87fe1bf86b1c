/**
 * The simulated cluster's shape: that of the local cluster (packages/server/src/cluster/layout.ts)
 * with one more adjudicator process, which is meant to serve no log and stands by for all, and one
 * more storage replica, which holds no shard until it is given one.
 */
import type { LogId, ShardMap, ShardPolicy, Span, Topology } from "@firstlight/common";
import { evenSpans, firstShardMap, logId } from "@firstlight/common";

/** The observer trims logs and remembers what it trimmed; no fault is aimed at it. */
export type MemberRole =
  | "client"
  | "adjudicator"
  | "journal"
  | "storage"
  | "observer"
  /** A machine that may become a journal replica, and one that was. */
  | "spare"
  | "retired";

export interface SimMember {
  readonly name: string;
  readonly role: MemberRole;
  /** What an adjudicator is meant to serve. */
  readonly log?: LogId;
  /** What a storage replica holds at first. */
  readonly span?: Span;
}

export interface SimShape {
  readonly members: readonly SimMember[];
  readonly topology: Topology;
  readonly firstMap: ShardMap;
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** How often a place of the journal may be given to another machine in one run. */
const SPARES = 5;

export function simShape(policy: Partial<ShardPolicy>): SimShape {
  const adjudicators = evenSpans(2).map((span, i) => ({ log: logId(`a${i + 1}`), span }));
  const shards = evenSpans(2).map((span, i) => ({ shard: `s${i + 1}`, span }));
  const members: SimMember[] = [
    ...numbered(2).map((n): SimMember => ({ name: `client-${n}`, role: "client" })),
    { name: "observer", role: "observer" },
    ...numbered(3).map((n): SimMember => {
      const log = adjudicators[n - 1]?.log;
      const plain = { name: `adjudicator-${n}`, role: "adjudicator" } as const;
      return log === undefined ? plain : { ...plain, log };
    }),
    ...numbered(3).map((n): SimMember => ({ name: `journal-${n}`, role: "journal" })),
    ...numbered(SPARES).map((n): SimMember => ({ name: `journal-${n + 3}`, role: "spare" })),
    ...shards.flatMap(({ shard, span }) =>
      numbered(2).map((n): SimMember => ({ name: `storage-${shard}-${n}`, role: "storage", span })),
    ),
    { name: "storage-spare", role: "storage" },
  ];
  const topology = { adjudicators, shards };
  return { members, topology, firstMap: firstMapOf(members, topology, policy) };
}

function firstMapOf(
  members: readonly SimMember[],
  { shards }: Topology,
  policy: Partial<ShardPolicy>,
): ShardMap {
  const replicas = members.filter(({ role }) => role === "storage");
  const first = firstShardMap(
    shards.map(({ shard, span }) => ({
      shard,
      span,
      members: replicas.filter((each) => each.span === span).map(({ name }) => name),
    })),
    replicas.map(({ name }) => ({ name, address: name })),
  );
  return { ...first, policy: { ...first.policy, ...policy } };
}
