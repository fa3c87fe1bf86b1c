/**
 * A storage replica that comes back without its files after the logs were trimmed: it is filled from
 * the other replica of its shard under a write load, and holds the same bytes afterwards (I5).
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { logId } from "@firstlight/common";
import { QuorumJournal } from "@firstlight/journal";
import { GrpcNetwork, JournalReplicaStub, RpcClient, StorageStub } from "@firstlight/protocol";
import { Findings } from "@firstlight/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SystemClock } from "../../packages/server/src/adapters/system-clock.ts";
import { checkReplicas } from "../soak/replica-equality.ts";
import { membersIn } from "../soak/soak-cluster.ts";
import { killMember, memberLog, restartMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { Load, prepareLoad } from "../support/load.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();
const LOGS = [logId("a1"), logId("a2")];

describe.skipIf(missing !== undefined)("storage replicas that are filled", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
    const client = await database.connect(0);
    await client.query("create table filled (id int primary key, t text unique)");
    await client.query("create sequence filled_gap");
    await client.query("create table filled_too (id int primary key, t text)");
    for (const table of ["filled", "filled_too"]) {
      await client.query(`insert into ${table} select i, 't' || i from generate_series(1, 5000) i`);
      await client.query(`delete from ${table} where id % 7 = 0`);
    }
    await client.end();
  });
  afterAll(async () => {
    await database?.destroy();
  });

  /** Forgets of each log what all storage replicas have made durable; whether that was anything. */
  async function trimLogs(): Promise<boolean> {
    const clock = new SystemClock();
    const network = new GrpcNetwork();
    const members = membersIn(database.running.directory);
    const clients = members.map(({ role, addresses: [address = ""] }) => ({
      role,
      client: new RpcClient(network, clock, address),
    }));
    const of = (role: string): RpcClient[] =>
      clients.filter((each) => each.role === role).map(({ client }) => client);
    try {
      const replicas = of("journal").map((client) => new JournalReplicaStub(client));
      const journal = new QuorumJournal({ clock, replicas });
      const statuses = await Promise.all(
        of("storage").map((each) => new StorageStub(each).status()),
      );
      const trimmed = LOGS.map(async (log) => {
        await journal.trim(log, Math.min(...statuses.map(({ positions }) => positions[log] ?? 0)));
        return (await replicas[0]?.state(log))?.firstIndex ?? 1;
      });
      return (await Promise.all(trimmed)).every((first) => first > 1);
    } finally {
      for (const { client } of clients) client.close();
    }
  }

  it.each(["storage-1-1", "storage-2-2"])(
    "I5: %s is byte-equal to the other afterwards",
    async (name) => {
      const { directory, ports } = database.running;
      const load = new Load(ports, 1);
      try {
        await load.progress(ports);
        await eventually("logs are trimmed", trimLogs);
        killMember(directory, name);
        rmSync(join(directory, name), { recursive: true });
        await load.progress(ports);
        await restartMember(directory, name);
        const isFilled = (): boolean => memberLog(directory, name).includes("serves again");
        await eventually(`${name} filled`, isFilled);
        await load.progress(ports);
      } finally {
        await load.stop();
      }
      const findings = new Findings();
      await checkReplicas({ members: membersIn(directory) }, findings);
      expect(findings.violations).toEqual([]);
    },
  );
});
