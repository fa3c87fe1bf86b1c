/**
 * The simulator's monitors over what a real cluster has recorded: the logs of every journal
 * replica, and every storage replica against them.
 */
import type { JournalReplica, LogEntry, LogId, Span, Storage, Timestamp } from "@firstlight/common";
import { evenSpans, logId } from "@firstlight/common";
import { GrpcNetwork, JournalReplicaStub, RpcClient, StorageStub } from "@firstlight/protocol";
import type { Findings, LogHistory, ReplicaLog } from "@firstlight/simulator";
import { checkRecordedLogs, firstDifference, keptBy, rowsAt } from "@firstlight/simulator";
import { SystemClock } from "../../packages/server/src/adapters/system-clock.ts";
import { persist } from "./replica-equality.ts";
import type { SoakCluster, SoakMember } from "./soak-cluster.ts";

const LOGS = ["a1", "a2"].map(logId);
const SHARDS = 2;
const READ_BYTES = 4 << 20;

interface RecordedReplica {
  readonly name: string;
  readonly storage: Storage;
  readonly span: Span;
}

async function readLog(replica: JournalReplica, log: LogId): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  const { firstIndex } = await replica.state(log);
  for (;;) {
    const read = await replica.read(log, firstIndex + entries.length, READ_BYTES, false);
    if (read.entries.length === 0) return entries;
    entries.push(...read.entries);
  }
}

async function readLogs(
  journal: ReadonlyMap<string, JournalReplica>,
): Promise<readonly ReplicaLog[]> {
  const found: ReplicaLog[] = [];
  for (const [replica, stub] of journal) {
    for (const log of LOGS) found.push({ replica, log, entries: await readLog(stub, log) });
  }
  return found;
}

/** Undefined: the logs were trimmed, so that nothing can be said of what they began with. */
function checkLogs(replicaLogs: readonly ReplicaLog[], findings: Findings): LogHistory | undefined {
  const isWhole = (log: LogId): boolean =>
    replicaLogs.some((each) => each.log === log && (each.entries[0]?.index ?? 1) === 1);
  if (!LOGS.every(isWhole)) return undefined;
  const spans = evenSpans(LOGS.length);
  const adjudicators = LOGS.map((log, i) => ({ log, span: spans[i] as Span }));
  return checkRecordedLogs(replicaLogs, { adjudicators, shards: [] }, findings);
}

/** I4, I5: a replica holds what follows from the logs, to the key. */
async function checkRows(
  { name, storage, span }: RecordedReplica,
  { logs, snapshot }: { readonly logs: LogHistory; readonly snapshot: Timestamp },
  findings: Findings,
): Promise<number> {
  const isKept = keptBy(logs.keys());
  const seen = (await rowsAt(storage, span, snapshot)).filter(([key]) => isKept(key));
  const truth = logs.entriesAt(span, snapshot).filter(([key]) => isKept(key));
  const difference = firstDifference(seen, truth);
  if (difference !== undefined) findings.add("I4/I5", `${name} at ${snapshot}: ${difference}`);
  return seen.length;
}

type Cluster = Pick<SoakCluster, "members">;

/** Of a cluster that was healed, while nobody writes. Returns what was looked at. */
export async function checkAgainstLogs(cluster: Cluster, findings: Findings): Promise<string> {
  const [clock, network] = [new SystemClock(), new GrpcNetwork()];
  const clients: RpcClient[] = [];
  const reach = ({ addresses: [address = ""] }: SoakMember): RpcClient => {
    const client = new RpcClient(network, clock, address);
    clients.push(client);
    return client;
  };
  const of = (role: string): readonly SoakMember[] =>
    cluster.members.filter((each) => each.role === role);
  const journal = of("journal").map(
    (each) => [each.name, new JournalReplicaStub(reach(each))] as const,
  );
  const storage = of("storage").map((each) => ({
    name: each.name,
    storage: new StorageStub(reach(each)),
  }));
  try {
    return await monitor(new Map(journal), storage, findings);
  } finally {
    for (const client of clients) client.close();
  }
}

async function monitor(
  journal: ReadonlyMap<string, JournalReplica>,
  replicas: readonly Omit<RecordedReplica, "span">[],
  findings: Findings,
): Promise<string> {
  const statuses = await Promise.all(
    replicas.map(({ storage }) => persist(async () => storage.status())),
  );
  const snapshot = Math.min(...statuses.map(({ watermark }) => watermark)) as Timestamp;
  const logs = checkLogs(await persist(() => readLogs(journal)), findings);
  if (logs === undefined) return "the logs were trimmed: not checked";
  const spans = evenSpans(SHARDS);
  let rows = 0;
  for (const replica of replicas) {
    const shard = Number(/^storage-(\d+)-/u.exec(replica.name)?.[1] ?? 0);
    const span = spans[shard - 1] as Span;
    rows += await persist(() => checkRows({ ...replica, span }, { logs, snapshot }, findings));
  }
  return `${logs.transactions.length} transactions in the logs, ${rows} rows of replicas as they say`;
}
