/**
 * Shards of a running cluster are split, merged and moved, by command and by themselves, while
 * clients read and write: totals and whole scans stay what they are (I4, I5), no acknowledged commit
 * is lost (I8), and every replica of a shard holds the same rows, also after a restart of everything.
 */
import { createHash } from "node:crypto";
import type { ShardMap, ShardReport, Span, Timestamp } from "@firstlight/common";
import { mayLeave } from "@firstlight/common";
import { GrpcNetwork, RpcClient, ShardStub, StorageStub } from "@firstlight/protocol";
import { rowsAt } from "@firstlight/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SystemClock } from "../../packages/server/src/adapters/system-clock.ts";
import { killMember, restartMember } from "../support/cluster-member.ts";
import { runFirstlight } from "../support/command.ts";
import type { TestDatabase } from "../support/databases.ts";
import { connectTo, startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { Load, prepareLoad, underLoad } from "../support/load.ts";
import { buildMissing, clusterProcesses, freePorts } from "../support/processes.ts";

const ROWS = 6_000;
const missing = buildMissing();

/** Reads a table as a whole, again and again; every answer must be the same. */
class Scans {
  readonly wrong: string[] = [];
  readonly failed: string[] = [];
  count = 0;
  #stopping = false;
  readonly #done: Promise<void>;

  constructor(port: number) {
    this.#done = this.#run(port);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #run(port: number): Promise<void> {
    const client = await connectTo(port);
    while (!this.#stopping) {
      try {
        const { rows } = await client.query<{ n: string; s: string; t: string }>(
          "select count(*) n, sum(id) s, count(distinct t) t from moved",
        );
        const seen = JSON.stringify(rows[0]);
        const truth = `${ROWS} ${(ROWS * (ROWS + 1)) / 2} ${ROWS}`;
        if (`${rows[0]?.n} ${rows[0]?.s} ${rows[0]?.t}` !== truth) this.wrong.push(seen);
        this.count++;
      } catch (error) {
        this.failed.push(String(error));
      }
    }
    await client.end();
  }
}

describe.skipIf(missing !== undefined)("shards of a running cluster", () => {
  let database: TestDatabase;
  let added: number;
  let others: number;
  const clock = new SystemClock();
  const network = new GrpcNetwork();
  const clients = new Map<string, RpcClient>();

  beforeAll(async () => {
    added = await freePorts(1);
    others = await freePorts(1);
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
    const client = await database.connect(0);
    await client.query("create table moved (id int primary key, t text unique)");
    for (let from = 1; from <= ROWS; from += 2_000) {
      await client.query(
        "insert into moved select i, 't' || i from generate_series($1::int, $2::int) i",
        [from, from + 1_999],
      );
    }
    await client.end();
  });
  afterAll(async () => {
    for (const client of clients.values()) client.close();
    await database?.destroy();
  });

  function clientOf(member: string): RpcClient {
    const address = clusterProcesses(database.running.directory)[member]?.addresses[0] ?? "";
    const client = clients.get(address) ?? new RpcClient(network, clock, address);
    clients.set(address, client);
    return client;
  }

  function reportOf(member: string): Promise<ShardReport> {
    return new ShardStub(clientOf(member)).shardReport();
  }

  async function shards(...args: string[]): Promise<string> {
    const { directory } = database.running;
    const { code, stdout, stderr } = await runFirstlight(
      "shards",
      ...args,
      "--data-dir",
      directory,
    );
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Until the replicas of the shard are these, and all of them serve. */
  async function serve(shard: string, members: readonly string[]): Promise<void> {
    await eventually(`${shard} is served by ${members.join(", ")}`, async () => {
      const { map } = await reportOf("storage-1-1");
      const found = map.shards.find((each) => each.shard === shard);
      const serving = found?.replicas.filter(({ state }) => state === "serving");
      return (
        serving?.length === found?.replicas.length &&
        serving
          ?.map(({ member }) => member)
          .toSorted()
          .join() === members.toSorted().join()
      );
    });
  }

  async function rowsOf(member: string, whole: Span, snapshot: Timestamp): Promise<string> {
    const hash = createHash("sha256");
    const rows = await rowsAt(new StorageStub(clientOf(member)), whole, snapshot);
    for (const [key, value] of rows) hash.update(key, "latin1").update(value, "latin1");
    return hash.digest("hex");
  }

  /** Shards whose replicas differ. */
  async function differing(map: ShardMap, snapshot: Timestamp): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const { shard, span, replicas } of map.shards) {
      const found = await Promise.all(replicas.map(({ member }) => rowsOf(member, span, snapshot)));
      if (new Set(found).size !== 1) wrong.push(shard);
    }
    return wrong;
  }

  const LONG = { timeout: 400_000 };

  it("split, merge and move while clients read and write", LONG, async () => {
    const { directory, ports } = database.running;
    const load = new Load(ports, 1);
    const scans = ports.map((port) => new Scans(port));
    try {
      await load.progress(ports);
      await shards("split", "s1");
      await shards("split", "s2");
      // s2 and s4 have its rows; s4 becomes s4 and s5, and s4 again.
      await shards("split", "s4");
      expect(await shards("list")).toContain("s5  ");
      expect(await shards("merge", "s4")).not.toContain("s5  ");
      await shards("move", "s2", "--from", "storage-2-1", "--to", "storage-1-1");
      await serve("s2", ["storage-1-1", "storage-2-2"]);
      await load.progress(ports);
      await shards("add", "storage-3-1", "--port", String(added));
      await shards("move", "s3", "--from", "storage-1-2", "--to", "storage-3-1");
      await serve("s3", ["storage-1-1", "storage-3-1"]);
      await load.progress(ports);
      killMember(directory, "storage-3-1");
      await restartMember(directory, "storage-3-1");
      await load.progress(ports);
      const { map, watermark } = await reportOf("storage-1-1");
      expect(await differing(map, watermark)).toEqual([]);
      await shards("drain", "storage-3-1");
      await eventually("storage-3-1 holds nothing", async () => {
        const { held } = await reportOf("storage-3-1");
        return held.length === 0;
      });
      await shards("remove", "storage-3-1");
      await load.progress(ports);
    } finally {
      await load.stop();
      for (const each of scans) await each.stop();
    }
    const report = await load.verify(ports[0] ?? 0);
    expect(report.violations, JSON.stringify(report.errors)).toEqual([]);
    for (const { wrong, failed, count } of scans) {
      expect({ wrong, failed }).toEqual({ wrong: [], failed: [] });
      expect(count).toBeGreaterThan(0);
    }
  });

  it("are where they were after the whole cluster was started again", LONG, async () => {
    const before = await reportOf("storage-1-1");
    for (const name of Object.keys(clusterProcesses(database.running.directory))) {
      killMember(database.running.directory, name);
    }
    for (const name of Object.keys(clusterProcesses(database.running.directory))) {
      await restartMember(database.running.directory, name);
    }
    await eventually("a query processor answers", async () => {
      const client = await database.connect(1);
      const { rows } = await client.query<{ n: string }>("select count(*) n from moved");
      await client.end();
      return rows[0]?.n === String(ROWS);
    });
    await eventually("every storage process answers", async () => {
      const members = before.map.members.map(({ name }) => reportOf(name));
      return (await Promise.allSettled(members)).every(({ status }) => status === "fulfilled");
    });
    const after = await reportOf("storage-1-1");
    expect(after.map.version).toBeGreaterThanOrEqual(before.map.version);
    expect(await differing(after.map, after.watermark)).toEqual([]);
  });

  it("are split, moved and merged by themselves, and not when they must not be", LONG, async () => {
    const { ports } = database.running;
    const mapNow = async (): Promise<ShardMap> => (await reportOf("storage-1-1")).map;
    const before = (await mapNow()).shards.length;
    await shards("add", "storage-4-1", "--port", String(others));
    const violations = await underLoad(ports, async (load) => {
      const limits = ["--max-bytes", "100000", "--pause", "1", "--max-moves", "1"];
      await shards("policy", ...limits, "--moves", "on");
      await eventually("a shard was split", async () => (await mapNow()).shards.length > before);
      await eventually("a replica was moved to who had none", async () => {
        const { shards: all } = await mapNow();
        return all.some(({ replicas }) =>
          replicas.some(({ member, state }) => member === "storage-4-1" && state === "serving"),
        );
      });
      await load.progress(ports);
      const large = ["--max-bytes", "1000000000", "--max-reads", "1000000000"];
      await shards("policy", ...large, "--moves", "off");
      const split = (await mapNow()).shards.length;
      const shown = await shards("policy", "--merges", "on");
      expect(shown).toContain("above 1000000000 bytes or 1000000000 reads/s, merged below a");
      await eventually("shards were merged", async () => (await mapNow()).shards.length < split);
      expect(await shards("policy", "--automatic", "off")).toContain("nothing changes by itself");
    });
    expect(violations).toEqual([]);
    const client = await database.connect(1);
    const { rows } = await client.query<{ n: string }>("select count(*) n from moved");
    await client.end();
    expect(rows[0]?.n).toBe(String(ROWS));
    // Where all replicas have been moved, the last of the old ones stays for older snapshots.
    await eventually("nothing moves any more", async () => {
      const { map: now, horizon } = await reportOf("storage-1-1");
      return now.shards.every((each) =>
        each.replicas.every(
          ({ state }) => state === "serving" || (state === "leaving" && !mayLeave(each, horizon)),
        ),
      );
    });
    const { map, watermark } = await reportOf("storage-1-1");
    expect(await differing(map, watermark)).toEqual([]);
  });

  it("refuse what would leave a shard without a replica", async () => {
    await expect(shards("leave", "s999", "--from", "storage-1-1")).rejects.toThrow(
      "does not exist",
    );
    await expect(shards("remove", "storage-1-1")).rejects.toThrow("drain it first");
  });
});
