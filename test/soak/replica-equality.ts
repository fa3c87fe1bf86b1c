/** Whether the storage replicas of each shard hold the same bytes at one timestamp (I5). */
import { createHash } from "node:crypto";
import type { Clock, Span, Storage, Timestamp } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, evenSpans } from "@firstlight/common";
import { GrpcNetwork, RpcClient, StorageStub } from "@firstlight/protocol";
import type { Findings } from "@firstlight/simulator";
import { rowsAt } from "@firstlight/simulator";
import { SystemClock } from "../../packages/server/src/adapters/system-clock.ts";
import { pause } from "./soak-session.ts";
import type { SoakCluster } from "./soak-cluster.ts";

const SHARDS = 2;
const SETTLE_MILLIS_MAX = 30_000;

interface Replica {
  readonly name: string;
  readonly shard: number;
  readonly storage: Storage;
}

/** SHA-256 over keys and values of a span at `snapshot`, and how many there are. */
async function digest(storage: Storage, span: Span, snapshot: Timestamp): Promise<string> {
  const hash = createHash("sha256");
  const rows = await rowsAt(storage, span, snapshot);
  for (const [key, value] of rows) hash.update(`${key}=${value};`, "latin1");
  return `${rows.length} keys, ${hash.digest("hex").slice(0, 16)}`;
}

export async function persist<T>(ask: () => Promise<T> | T): Promise<T> {
  const giveUp = Date.now() + SETTLE_MILLIS_MAX;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await pause(300);
    }
  }
}

export async function checkReplicas(
  cluster: Pick<SoakCluster, "members">,
  findings: Findings,
): Promise<string> {
  const clock: Clock = new SystemClock();
  const network = new GrpcNetwork();
  const members = cluster.members.filter(({ role }) => role === "storage");
  const clients = members.map(
    ({ addresses: [address = ""] }) => new RpcClient(network, clock, address),
  );
  const replicas = members.map(({ name }, i): Replica => {
    const shard = Number(/^storage-(\d+)-/u.exec(name)?.[1] ?? 0);
    return { name, shard, storage: new StorageStub(clients[i] as RpcClient) };
  });
  try {
    return await compare(replicas, findings);
  } finally {
    for (const client of clients) client.close();
  }
}

async function compare(replicas: readonly Replica[], findings: Findings): Promise<string> {
  const statuses = await Promise.all(
    replicas.map(({ storage }) => persist(async () => storage.status())),
  );
  const snapshot = Math.max(...statuses.map(({ watermark }) => watermark)) as Timestamp;
  const spans = evenSpans(SHARDS);
  const told: string[] = [];
  for (let shard = 1; shard <= SHARDS; shard++) {
    const span = spans[shard - 1] ?? { start: KEY_MIN, end: KEY_MAX };
    const same = replicas.filter((each) => each.shard === shard);
    const digests = await Promise.all(
      same.map(({ storage }) => persist(() => digest(storage, span, snapshot))),
    );
    told.push(`shard ${shard}: ${digests[0] ?? "no replica"}`);
    const different = digests.filter((each) => each !== digests[0]);
    if (different.length > 0) {
      const all = same.map(({ name }, i) => `${name} ${digests[i]}`).join("; ");
      findings.add("I5", `at ${snapshot}: ${all}`);
    }
  }
  return told.join("; ");
}
