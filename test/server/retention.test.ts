/** `--retention`: for how long who has begun before a change can read what was there. */
import type pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runFirstlight } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("firstlight start --retention", () => {
  let directory: string;
  let running: Running | undefined;
  const clients: pg.Client[] = [];

  beforeEach(() => {
    directory = temporaryDirectory("retention");
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await running?.stop();
    running = undefined;
    removeDirectory(directory);
  });

  async function connected(): Promise<pg.Client> {
    const client = await connectTo(running?.ports[0] ?? 0);
    clients.push(client);
    return client;
  }

  /** What the reader of a row finds that was changed half an hour after the reader began. */
  async function readLate(...options: string[]): Promise<() => Promise<unknown>> {
    running = await startServer(directory, ["--testing", ...options]);
    const writer = await connected();
    const reader = await connected();
    await writer.query("CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
    await reader.query("BEGIN; SELECT n FROM t");
    await writer.query("UPDATE t SET n = 2");
    await runFirstlight("clock", "--advance", "30m", "--data-dir", directory);
    await writer.query("UPDATE t SET n = 3");
    return () =>
      reader.query("SAVEPOINT s; SELECT n FROM t").then(
        (results) => (results as unknown as pg.QueryResult[])[1]?.rows,
        (error: unknown) => (error as { code: string }).code,
      );
  }

  it("six minutes by default: then 72000", async () => {
    const read = await readLate();
    await eventually("the version is collected", async () => {
      const answer = await read();
      return answer === "72000" || answer === "25P02";
    });
  });

  it("as long as it says", async () => {
    const read = await readLate("--retention", "60");
    const writer = await connected();
    // Collecting goes on meanwhile: what is older than an hour.
    await writer.query("SELECT pg_sleep(2.5)");
    expect(await read()).toEqual([{ n: 1 }]);
  });

  it.each(["5", "10081", "1h"])("is not %s", async (minutes) => {
    const refused = await runFirstlight("start", "--retention", minutes, "--data-dir", directory);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("--retention must be a number from 6 to 10080");
  });
});
