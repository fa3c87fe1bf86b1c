/** Reads in the past: SET TRANSACTION SNAPSHOT with a timestamp, firstlight.as_of, exported snapshots. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

async function one(client: pg.Client, text: string): Promise<unknown> {
  const { rows } = await client.query<unknown[]>({ text, rowMode: "array" });
  return rows[0]?.[0];
}

describe.skipIf(missing !== undefined).each(COMPOSITIONS)("the past, %s", (kind) => {
  let database: TestDatabase;
  let writer: pg.Client;
  let reader: pg.Client;
  /** Between the first and the second update. */
  let before: string;

  beforeAll(async () => {
    database = await startDatabase(kind);
    writer = await database.connect(0);
    reader = await database.connect(1);
    await writer.query("create table past (id int primary key, n int)");
    await writer.query("insert into past values (1, 1)");
    await writer.query("select pg_sleep(0.01)");
    before = String(await one(writer, "select clock_timestamp()::text"));
    await writer.query("select pg_sleep(0.01)");
    await writer.query("update past set n = 2 where id = 1");
    await writer.query("alter table past add column later text default 'x'");
  });
  afterAll(async () => {
    await writer?.end();
    await reader?.end();
    await database?.destroy();
  });

  it("SET TRANSACTION SNAPSHOT takes a timestamp, rows and schema are those of then", async () => {
    await reader.query("begin isolation level repeatable read");
    await reader.query(`set transaction snapshot '${before}'`);
    expect((await reader.query("select * from past")).rows).toEqual([{ id: 1, n: 1 }]);
    await reader.query("commit");
    expect((await reader.query("select * from past")).rows).toEqual([{ id: 1, n: 2, later: "x" }]);
  });

  it("firstlight.as_of holds for every transaction until it is reset, and nothing is written", async () => {
    await reader.query(`set firstlight.as_of = '${before}'`);
    expect(await one(reader, "select n from past where id = 1")).toBe(1);
    expect(await one(reader, "show transaction_read_only")).toBe("on");
    await expect(reader.query("update past set n = 3")).rejects.toMatchObject({ code: "25006" });
    await reader.query("reset firstlight.as_of");
    expect(await one(reader, "select n from past where id = 1")).toBe(2);
  });

  it("an interval is counted back from the beginning of each transaction", async () => {
    await reader.query("set firstlight.as_of = '1 hour'");
    // Before the table was there, and before what storage keeps.
    const tooEarly = reader.query("select n from past").catch((e: { code: string }) => e.code);
    expect(["42P01", "72000"]).toContain(await tooEarly);
    await reader.query("set firstlight.as_of = '-0.001 seconds'");
    await reader.query("select pg_sleep(0.01)");
    expect(await one(reader, "select n from past where id = 1")).toBe(2);
    await reader.query("set firstlight.as_of = ''");
  });

  it("what is too old, in the future or no time at all is refused", async () => {
    const refused = (text: string): Promise<unknown> =>
      reader.query(text).then(
        () => "accepted",
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await refused("set firstlight.as_of = 'some day'")).toBe("22023");
    expect(await refused("set firstlight.as_of = '2999-01-01'")).toBe("22023");
    await reader.query("begin isolation level repeatable read");
    expect(await refused("set transaction snapshot '2999-01-01 00:00:00+00'")).toBe("22023");
    await reader.query("rollback");
    await reader.query("begin isolation level repeatable read");
    expect(await refused("set transaction snapshot 'tomorrow noon'")).toBe("22023");
    await reader.query("rollback");
  });

  it("an exported snapshot is the same through another session", async () => {
    await writer.query("begin isolation level repeatable read");
    const id = String(await one(writer, "select pg_export_snapshot()"));
    await writer.query("select n from past");
    const other = await database.connect(0);
    await other.query("update past set n = 9 where id = 1");
    await other.end();
    await reader.query("begin isolation level repeatable read");
    await reader.query(`set transaction snapshot '${id}'`);
    expect(await one(reader, "select n from past where id = 1")).toBe(2);
    expect(await one(writer, "select n from past where id = 1")).toBe(2);
    await reader.query("commit");
    await writer.query("commit");
    expect(await one(reader, "select n from past where id = 1")).toBe(9);
  });
});
