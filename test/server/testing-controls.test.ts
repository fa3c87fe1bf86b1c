/** `firstlight start --testing`: what other processes may do to a database beyond SQL. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandResult } from "../support/command.ts";
import { runFirstlight } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("firstlight start --testing", () => {
  let directory: string;
  let running: Running | undefined;
  let client: pg.Client | undefined;

  beforeEach(() => {
    directory = temporaryDirectory("testing-controls");
  });
  afterEach(async () => {
    await client?.end();
    client = undefined;
    await running?.stop();
    running = undefined;
    removeDirectory(directory);
  });

  async function begin(...options: string[]): Promise<pg.Client> {
    running = await startServer(directory, options);
    client = await connectTo(running.ports[0] ?? 0);
    return client;
  }

  const control = (...args: string[]): Promise<CommandResult> =>
    runFirstlight(...args, "--data-dir", directory);

  it("keeps a state over a restart and goes back to it", async () => {
    const sql = await begin("--testing");
    await sql.query("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    expect(await control("checkpoint", "--name", "one")).toMatchObject({ code: 0 });
    await sql.end();
    await running?.stop();
    const again = await begin("--testing");
    await again.query("INSERT INTO t VALUES (2)");
    expect(await control("reset", "--to", "one")).toMatchObject({ code: 0 });
    expect((await again.query("SELECT id FROM t")).rows).toEqual([{ id: 1 }]);
    expect(await control("reset")).toMatchObject({ code: 0 });
    await expect(again.query("SELECT id FROM t")).rejects.toThrow("does not exist");
  });

  it("injects failures, from the start and later", async () => {
    const sql = await begin("--inject", "oc000=100%,tables=t");
    await sql.query("CREATE TABLE t (id int)");
    await expect(sql.query("INSERT INTO t VALUES (1)")).rejects.toThrow("(OC000)");
    expect(await control("inject", "oc001=every:1")).toMatchObject({ code: 0 });
    await expect(sql.query("SELECT * FROM t")).rejects.toThrow("(OC001)");
    expect(await control("inject")).toMatchObject({ code: 0 });
    expect((await sql.query("SELECT * FROM t")).rows).toEqual([]);
  });

  it("puts the clock forward", async () => {
    const sql = await begin("--clock", "frozen");
    const now = async (): Promise<number> =>
      Number((await sql.query("SELECT extract(epoch FROM now())::float8 AS s")).rows[0]?.s);
    const before = await now();
    expect(await control("clock", "--advance", "90m")).toMatchObject({ code: 0 });
    expect((await now()) - before).toBe(5400);
  });

  it("tells only the owner of the directory how, and nobody once it has stopped", async () => {
    await begin("--testing");
    const file = join(directory, "control.json");
    expect(statSync(file).mode & 0o077).toBe(0);
    const { url } = JSON.parse(readFileSync(file, "utf8")) as { url: string };
    expect((await fetch(`${url}/reset`, { method: "POST" })).status).toBe(401);
    await client?.end();
    client = undefined;
    await running?.stop();
    expect(existsSync(file)).toBe(false);
    const result = await control("reset");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('start it with "firstlight start --testing"');
  });

  it("says what is wrong in one line", async () => {
    await begin("--testing");
    const wrong: readonly (readonly [string[], string, number])[] = [
      [["reset", "--to", "nowhere"], 'checkpoint "nowhere" does not exist', 1],
      [["checkpoint"], "firstlight checkpoint needs --name", 2],
      [["checkpoint", "--name", "a b"], '"a b" is no name for a checkpoint', 1],
      [["inject", "oc9=1%"], 'invalid injection "oc9=1%"', 1],
      [["clock"], "firstlight clock needs --advance or --speed", 2],
      [["clock", "--advance", "soon"], '"soon" is no duration', 1],
      [["clock", "--speed", "fast"], '--speed must be a number up to 100000 or "frozen"', 2],
    ];
    for (const [args, text, code] of wrong) {
      const result = await control(...args);
      expect(result.stderr).toContain(text);
      expect(result.code).toBe(code);
    }
  });

  it("does nothing of it to a database that was started without", async () => {
    running = await startEmbedded(directory);
    expect(existsSync(join(directory, "control.json"))).toBe(false);
  });
});
