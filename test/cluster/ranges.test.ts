/**
 * Key ranges go from one adjudicator to the other, and are cut and joined, by command and while
 * clients write: no snapshot has another total (I4), no acknowledged commit is lost (I8, I9), and
 * both query processors go on committing. The same through a kill of either adjudicator.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { indexPrefix } from "@firstlight/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killMember, restartMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { Load, prepareLoad } from "../support/load.ts";
import { buildMissing } from "../support/processes.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));
const missing = buildMissing();
const WORKERS_PER_PORT = 2;
/** A command is a process of its own, which takes a second and more to begin. */
const TEST_MILLIS = 300_000;

interface Range {
  readonly log: string;
  readonly start: string;
  readonly end: string;
}

describe.skipIf(missing !== undefined)("ranges of adjudicators", () => {
  let database: TestDatabase;
  let accounts: string;
  /** What the keys of the accounts begin with. */
  let table: string;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
    const client = await database.connect(0);
    const { rows } = await client.query("select pg_relation_filenode('account') as node");
    accounts = String((rows[0] as { node: unknown }).node);
    table = Buffer.from(indexPrefix(Number(accounts), 0), "latin1").toString("hex");
    await client.end();
  });
  afterAll(async () => {
    await database?.destroy();
  });

  async function ranges(...words: readonly string[]): Promise<readonly Range[]> {
    const args = [MAIN, "ranges", ...words, "--data-dir", database.running.directory];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [log = "", start = "", end = ""] = line.split("\t");
        return { log, start, end };
      });
  }

  function ownerOf(all: readonly Range[], key: string): string | undefined {
    return all.findLast(({ start }) => start <= key)?.log;
  }

  async function underLoad(
    change: (progress: () => Promise<void>) => Promise<void>,
  ): Promise<readonly string[]> {
    const { ports } = database.running;
    const client = await database.connect(0);
    await client.query("truncate counter");
    await client.end();
    const load = new Load(ports, WORKERS_PER_PORT);
    try {
      await load.progress(ports);
      await change(() => load.progress(ports));
      await load.progress(ports);
    } finally {
      await load.stop();
    }
    const report = await load.verify(ports[0] ?? 0);
    console.info(`${report.acknowledged} commits, ${JSON.stringify(report.errors)}`);
    return report.violations;
  }

  it(
    "I3, I4, I8: are moved, cut and joined while clients write",
    async () => {
      const violations = await underLoad(async (progress) => {
        await ranges("move", "--relation", accounts, "--to", "a1");
        const moved = await ranges("move", "--relation", accounts, "--to", "a2");
        expect(ownerOf(moved, `${table}c0`)).toBe("a2");
        await progress();
        const middle = `${table}80`;
        await ranges("split", "--at", middle);
        const halves = await ranges(
          "move",
          "--from",
          middle,
          "--until",
          `${table}ff`,
          "--to",
          "a1",
        );
        expect([ownerOf(halves, `${table}00`), ownerOf(halves, `${table}c0`)]).toEqual([
          "a2",
          "a1",
        ]);
        await progress();
        const joined = await ranges("merge", "--at", middle);
        expect(ownerOf(joined, `${table}c0`)).toBe("a2");
        await progress();
        await ranges("move", "--relation", accounts, "--to", "a1");
      });
      expect(violations).toEqual([]);
    },
    TEST_MILLIS,
  );

  it.each(["adjudicator-1", "adjudicator-2"])(
    "I8: what was moved stays so when %s dies and its log is taken over",
    async (name) => {
      const { directory } = database.running;
      const violations = await underLoad(async (progress) => {
        const moved = await ranges("move", "--relation", accounts, "--to", "a2");
        killMember(directory, name);
        await progress();
        expect(await ranges()).toEqual(moved);
        await ranges("move", "--relation", accounts, "--to", "a1");
        await progress();
        await restartMember(directory, name);
      });
      expect(violations).toEqual([]);
    },
    TEST_MILLIS,
  );

  it("says what is wrong with a change", async () => {
    const failing = (...words: readonly string[]): Promise<string> =>
      ranges(...words).then(
        () => "",
        (error: { stderr?: string }) => error.stderr ?? "",
      );
    expect(await failing("split", "--at", "xyz")).toContain("--at must be hexadecimal digits");
    expect(await failing("merge", "--at", "1234")).toContain("no range begins at this key");
    expect(await failing("move", "--to", "a9")).toContain("there is no log a9");
    expect(await failing("move")).toContain("--to names the log");
  });
});
