/**
 * A table that is written much more than all others is cut by load: while clients write, part of its
 * range goes to the other adjudicator by itself, and no commit is lost or counted twice (I3, I8, I9).
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { indexPrefix } from "@firstlight/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { connectTo, startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));
const missing = buildMissing();
const ROWS = 200;
const WRITERS_PER_PORT = 2;
const TEST_MILLIS = 400_000;

/** Adds one to one row after the other, as fast as it goes. */
class Writer {
  acknowledged = 0;
  readonly failed: string[] = [];
  readonly #stopped: () => boolean;

  constructor(stopped: () => boolean) {
    this.#stopped = stopped;
  }

  async run(port: number, first: number): Promise<void> {
    const client = await connectTo(port);
    for (let id = first; !this.#stopped(); id = (id + 7) % ROWS) {
      try {
        await client.query("update hot set n = n + 1 where id = $1", [id]);
        this.acknowledged++;
      } catch (error) {
        const { code } = error as { code?: unknown };
        // One of the others was faster.
        if (code !== "40001") this.failed.push(String(error));
      }
    }
    await client.end();
  }
}

describe.skipIf(missing !== undefined)("ranges by load", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    // On a machine with more work than processors nobody has 200 commits a second.
    database = await startDatabase("cluster", ["--balance-from", "5"]);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  /** Who judges the keys of the table, in their order. */
  async function ownersOf(table: string): Promise<readonly string[]> {
    const args = [MAIN, "ranges", "--data-dir", database.running.directory];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const ranges = stdout.trimEnd().split("\n");
    const owners = ranges.flatMap((line) => {
      const [log = "", start = "", end = ""] = line.split("\t");
      const isBehind = start > `${table}ff`;
      const isBefore = /^[\da-f]+$/u.test(end) && end <= table;
      return isBehind || isBefore ? [] : [log];
    });
    return [...new Set(owners)];
  }

  it(
    "I3, I8, I9: a hot table is cut while clients write it, and nothing is lost",
    async () => {
      const client = await database.connect(0);
      await client.query("create table hot (id int primary key, n int not null)");
      await client.query("insert into hot select i, 0 from generate_series(0, $1) i", [ROWS - 1]);
      const { rows } = await client.query("select pg_relation_filenode('hot') as node");
      const node = Number((rows[0] as { node: unknown }).node);
      const table = Buffer.from(indexPrefix(node, 0), "latin1").toString("hex");
      expect(await ownersOf(table)).toHaveLength(1);
      let isOver = false;
      const writers = database.running.ports.flatMap((port, i) =>
        Array.from({ length: WRITERS_PER_PORT }, (_, j) => {
          const writer = new Writer(() => isOver);
          return { writer, done: writer.run(port, 31 * i + 59 * j) };
        }),
      );
      try {
        await eventually("both judge the table", async () => (await ownersOf(table)).length === 2);
        const before = writers.map(({ writer }) => writer.acknowledged);
        await eventually("everybody commits again", () =>
          writers.every(({ writer }, i) => writer.acknowledged > (before[i] ?? 0) + 5),
        );
      } finally {
        isOver = true;
        await Promise.all(writers.map(({ done }) => done));
      }
      expect(writers.flatMap(({ writer }) => writer.failed)).toEqual([]);
      const acknowledged = writers.reduce((sum, { writer }) => sum + writer.acknowledged, 0);
      const sum = await client.query<{ n: string }>("select sum(n) n from hot");
      expect(sum.rows[0]?.n).toBe(String(acknowledged));
      await client.end();
    },
    TEST_MILLIS,
  );
});
