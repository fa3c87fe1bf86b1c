/** The local cluster: which processes there are, what each one holds, and where it listens. */
import type { LogId, Topology } from "@firstlight/common";
import { evenSpans, logId } from "@firstlight/common";

export type Role = "query-processor" | "adjudicator" | "journal" | "storage";

export interface Member {
  readonly name: string;
  readonly role: Role;
  /** SQL for a query processor, gRPC for the others. */
  readonly address: string;
  /** The adjudicator's log. */
  readonly log?: LogId;
  /** How often the journal replica's place was given to another process. */
  readonly generation?: number;
  /** The storage replica's first shard. */
  readonly shard?: string;
}

export interface ClusterLayout {
  readonly members: readonly Member[];
  readonly topology: Topology;
}

const HOST = "127.0.0.1";
const QUERY_PROCESSORS = 2;
const ADJUDICATORS = 2;
const JOURNAL_REPLICAS = 3;
const SHARDS = 2;
const REPLICAS_PER_SHARD = 2;

/** Ports used from the base port on. */
export const PORTS_USED: number =
  QUERY_PROCESSORS + ADJUDICATORS + JOURNAL_REPLICAS + SHARDS * REPLICAS_PER_SHARD;

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** Storage replicas that were added later; they hold what the shard map gives them. */
export interface AddedMember {
  readonly name: string;
  readonly address: string;
}

/** Members take consecutive ports in this order; those that were added have addresses of their own. */
export function localCluster(basePort: number, added: readonly AddedMember[] = []): ClusterLayout {
  let port = basePort;
  const address = (): string => `${HOST}:${port++}`;
  const members: Member[] = [
    ...numbered(QUERY_PROCESSORS).map((n): Member => ({
      name: `query-processor-${n}`,
      role: "query-processor",
      address: address(),
    })),
    ...numbered(ADJUDICATORS).map((n): Member => ({
      name: `adjudicator-${n}`,
      role: "adjudicator",
      address: address(),
      log: logId(`a${n}`),
    })),
    ...numbered(JOURNAL_REPLICAS).map((n): Member => ({
      name: `journal-${n}`,
      role: "journal",
      address: address(),
    })),
    ...numbered(SHARDS).flatMap((shard) =>
      numbered(REPLICAS_PER_SHARD).map((n): Member => ({
        name: `storage-${shard}-${n}`,
        role: "storage",
        address: address(),
        shard: `s${shard}`,
      })),
    ),
    ...added.map(({ name, address: at }): Member => ({ name, role: "storage", address: at })),
  ];
  return { members, topology: topologyOf() };
}

/** A place of the journal that was given to another process than the one that began there. */
export interface ReplacedJournal {
  /** Counted from 0. */
  readonly place: number;
  readonly generation: number;
  readonly name: string;
  readonly address: string;
  /** Who had the place before: so a replacement that was interrupted can be gone on with. */
  readonly replaces?: string;
}

/** The members as they are after their replacements, at their places. */
export function withReplacements(
  layout: ClusterLayout,
  replaced: readonly ReplacedJournal[],
): ClusterLayout {
  const journals = membersOf(layout, "journal");
  const members = layout.members.map((member): Member => {
    const found = replaced.find(({ place }) => journals[place] === member);
    if (found === undefined) return member;
    const { name, address, generation } = found;
    return { name, role: "journal", address, generation };
  });
  return { ...layout, members };
}

function topologyOf(): Topology {
  return {
    adjudicators: evenSpans(ADJUDICATORS).map((span, i) => ({ log: logId(`a${i + 1}`), span })),
    shards: evenSpans(SHARDS).map((span, i) => ({ shard: `s${i + 1}`, span })),
  };
}

export function membersOf(layout: ClusterLayout, role: Role): readonly Member[] {
  return layout.members.filter((member) => member.role === role);
}
