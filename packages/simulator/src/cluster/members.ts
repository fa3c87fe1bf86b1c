/**
 * The simulated cluster's shape: that of the local cluster (packages/server/src/cluster/layout.ts)
 * with a second adjudicator process per log, which takes the log over in a failover.
 */
import type { LogId, Span, Topology } from "@firstlight/common";
import { evenSpans, logId } from "@firstlight/common";

/** The observer trims logs and remembers what it trimmed; no fault is aimed at it. */
export type MemberRole = "client" | "adjudicator" | "journal" | "storage" | "observer";

export interface SimMember {
  readonly name: string;
  readonly role: MemberRole;
  readonly log?: LogId;
  readonly span?: Span;
}

export interface SimShape {
  readonly members: readonly SimMember[];
  readonly topology: Topology;
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

export function simShape(): SimShape {
  const adjudicators = evenSpans(2).map((span, i) => ({ log: logId(`a${i + 1}`), span }));
  const shards = evenSpans(2).map((span, i) => ({ shard: `s${i + 1}`, span }));
  const members: SimMember[] = [
    ...numbered(2).map((n): SimMember => ({ name: `client-${n}`, role: "client" })),
    { name: "observer", role: "observer" },
    ...adjudicators.flatMap(({ log }) =>
      numbered(2).map((n): SimMember => ({
        name: `adjudicator-${log}-${n}`,
        role: "adjudicator",
        log,
      })),
    ),
    ...numbered(3).map((n): SimMember => ({ name: `journal-${n}`, role: "journal" })),
    ...shards.flatMap(({ shard, span }) =>
      numbered(2).map((n): SimMember => ({ name: `storage-${shard}-${n}`, role: "storage", span })),
    ),
  ];
  return { members, topology: { adjudicators, shards } };
}
