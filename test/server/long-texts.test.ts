/** Texts that are parsed on another thread: what they answer, how they fail and end. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

function list(count: number, item: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(", ");
}

describe.skipIf(buildMissing() !== undefined)("a long text", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    client = await database.connect();
    await client.query("create table long_texts (i int primary key, s text)");
  });

  afterAll(async () => {
    await client.end();
    await database.destroy();
  });

  test("of many rows is inserted and read again", async () => {
    const rows = list(20_000, (i) => `(${i}, 'é ${i}')`);
    const inserted = await client.query(`insert into long_texts values ${rows}`);
    expect(inserted.rowCount).toBe(20_000);
    const items = list(20_000, (i) => String(i * 2));
    const text = `select count(*)::int, min(s) from long_texts where i in (${items})`;
    expect((await client.query(text)).rows).toEqual([{ count: 10_000, min: "é 0" }]);
    // The extended protocol.
    const more = await client.query(`${text} and i > $1`, [9_999]);
    expect(more.rows).toEqual([{ count: 5_000, min: "é 10000" }]);
  });

  test("of many statements is one transaction", async () => {
    const text = Array.from({ length: 3_000 }, (_, i) => `select ${i}`).join("; ");
    // pg's types know one result only.
    const all = (await client.query(text)) as unknown as readonly pg.QueryResult[];
    expect(all).toHaveLength(3_000);
    expect(all.at(-1)?.rows).toEqual([{ "?column?": 2_999 }]);
  });

  test("with one long literal", async () => {
    const { rows } = await client.query(`select length('${"äb".repeat(1_000_000)}')`);
    expect(rows).toEqual([{ length: 2_000_000 }]);
  });

  test("that is wrong says where", async () => {
    const text = `select 'é' where 1 in (${list(10_000, (i) => (i === 9_000 ? "1 1" : "1"))})`;
    await expect(client.query(text)).rejects.toMatchObject({
      code: "42601",
      message: 'syntax error at or near "1"',
      position: String(text.indexOf("1 1") + 3),
    });
    const unread = `select 'é' where 1 in (${list(10_000, (i) => (i === 9_000 ? "'x'" : "1"))})`;
    await expect(client.query(unread)).rejects.toMatchObject({
      code: "22P02",
      position: String(unread.indexOf("'x'") + 1),
    });
  });

  test("that nests too deep is refused", async () => {
    const text = `select ${"not ".repeat(9_000)}true`;
    await expect(client.query(text)).rejects.toMatchObject({ code: "54001" });
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("meets statement_timeout", async () => {
    await client.query("set statement_timeout = 300");
    const text = `select ${list(200_000, (i) => `${i} + 1`)}`;
    await expect(client.query(text)).rejects.toMatchObject({ code: "57014" });
    await client.query("set statement_timeout = 0");
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
});
