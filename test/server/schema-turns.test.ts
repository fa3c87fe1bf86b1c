/**
 * Schema changes in transaction blocks beside a session that changes the schema without a pause: they
 * are committed as well, though nothing of a block can be run again.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const BLOCKS = 10;

describe.skipIf(missing !== undefined)("beside endless schema changes", () => {
  let database: TestDatabase;
  let endless: pg.Client;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    [endless, client] = await Promise.all([database.connect(), database.connect()]);
    await client.query("create table base (a int)");
  });
  afterAll(async () => {
    await Promise.all([endless?.end(), client?.end()]);
    await database?.destroy();
  });

  /** How many of the blocks were committed while the other session makes and drops tables. */
  async function committed(statements: readonly string[]): Promise<number> {
    let isOver = false;
    const changes = (async () => {
      while (!isOver) {
        await endless.query("create table passing (a int primary key)");
        await endless.query("drop table passing");
      }
    })();
    let count = 0;
    for (let at = 0; at < BLOCKS; at++) {
      try {
        for (const statement of statements) await client.query(statement);
        count++;
      } catch (error) {
        expect(error).toMatchObject({ code: "40001" });
        await client.query("rollback");
      }
    }
    isOver = true;
    await changes;
    return count;
  }

  const CHANGES = ["comment on table base is 'x'", "create table mine (a int)", "drop table mine"];

  it("blocks that begin with a change are committed", async () => {
    expect(await committed(["begin", ...CHANGES, "commit"])).toBeGreaterThan(BLOCKS / 2);
  });

  it("blocks that read first are committed once one of them was refused", async () => {
    const statements = ["begin", "select count(*) from base", ...CHANGES, "commit"];
    expect(await committed(statements)).toBeGreaterThan(BLOCKS / 2);
  });

  it("blocks in one message are run again", async () => {
    expect(await committed([["begin", ...CHANGES, "commit"].join(";")])).toBe(BLOCKS);
  });

  it("a block that is left open delays others for a while only", async () => {
    // The client has lost before.
    await client.query("begin; create table open (a int)");
    await endless.query("create table meanwhile (a int)");
    await expect(client.query("commit")).rejects.toMatchObject({ code: "40001" });
  });

  it("a second BEGIN does not make a block one without a change", async () => {
    await client.query("rollback");
    for (const statement of ["begin", "select from base", "commit"]) await client.query(statement);
    for (const statement of ["begin", "create table twice (a int)", "begin"]) {
      await client.query(statement);
    }
    await endless.query("create table in_between (a int)");
    await expect(client.query("commit")).rejects.toMatchObject({ code: "40001" });
    await client.query("begin");
    await client.query("select from base");
    const later = endless.query("create table later (a int)");
    // It waits for the block. If it did not, it would be over before the block goes on.
    await Promise.race([later, new Promise((resolve) => setTimeout(resolve, 500))]);
    await client.query("create table twice (a int)");
    await client.query("commit");
    await later;
  });
});
