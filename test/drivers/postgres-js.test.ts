/** postgres.js: pipelined extended protocol, COPY, cursors, transactions with savepoints. */
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("postgres.js", () => {
  let database: TestDatabase;
  let sql: postgres.Sql;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    const port = database.running.ports[0] ?? 0;
    sql = postgres({ host: "127.0.0.1", port, user: "postgres", database: "postgres", max: 3 });
    await sql`create table item (id int primary key, name text, tags text[], data jsonb)`;
  });
  afterAll(async () => {
    await sql?.end();
    await database?.destroy();
  });

  it("inserts objects and reads them back", async () => {
    const items = [
      { id: 1, name: "one", tags: ["a", "b"], data: { n: 1 } },
      { id: 2, name: null, tags: [], data: { list: [1, "x", null] } },
    ];
    const rows = items.map((item) => ({ ...item, data: sql.json(item.data) }));
    await sql`insert into item ${sql(rows)}`;
    expect([...(await sql`select * from item order by id`)]).toEqual(items);
    const ids = [1, 2];
    expect([...(await sql`select id from item where id = any(${ids}) order by id`)]).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect([...(await sql`select id from item where id in ${sql(ids)} order by id`)]).toHaveLength(
      2,
    );
  });

  it("pipelines many statements on few connections", async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => sql`select ${i}::int * 2 as n`),
    );
    expect(answers.map(([row]) => row?.["n"] as unknown)).toEqual(
      Array.from({ length: 200 }, (_, i) => i * 2),
    );
  });

  it("an error in a pipeline fails its statement only", async () => {
    const settled = await Promise.allSettled([
      sql`select 1 as n`,
      sql`select ${1}::int / 0 as n`,
      sql`select 3 as n`,
    ]);
    expect(settled.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: { code: "22012" } });
  });

  it("runs transactions with savepoints", async () => {
    await sql`create table saved (id int primary key)`;
    await sql.begin(async (transaction) => {
      await transaction`insert into saved values (1)`;
      await transaction
        .savepoint(async (inner) => {
          await inner`insert into saved values (2)`;
          await inner`insert into saved values (1)`;
        })
        .catch(() => {});
      await transaction`insert into saved values (3)`;
    });
    const failed = sql.begin(async (transaction) => {
      await transaction`insert into saved values (4)`;
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect([...(await sql`select id from saved order by id`)]).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it("reads a large result through a cursor in parts", async () => {
    const parts: number[] = [];
    let sum = 0;
    await sql`select i from generate_series(1, 1050) i`.cursor(100, (rows) => {
      parts.push(rows.length);
      for (const row of rows) sum += row["i"] as number;
    });
    expect(parts).toEqual([...Array.from({ length: 10 }, () => 100), 50]);
    expect(sum).toBe((1050 * 1051) / 2);
  });

  it("ends a cursor early", async () => {
    const rows: unknown[] = [];
    for await (const [row] of sql`select i from generate_series(1, 1000) i`.cursor()) {
      rows.push(row?.["i"]);
      if (rows.length === 3) break;
    }
    expect(rows).toEqual([1, 2, 3]);
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  });

  it("copies in and out by streams, text and csv", async () => {
    await sql`create table copied (id int primary key, t text, n numeric)`;
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i}\tline ${i}\t${i}.5\n`);
    const input = await sql`copy copied from stdin`.writable();
    await pipeline(Readable.from([...lines, "5000\t\\N\t\\N\n"]), input);
    const [sums] = await sql`select count(*)::int, count(t)::int as t, sum(n)::text from copied`;
    expect(sums).toEqual({ count: 5_001, t: 5_000, sum: "12500000.0" });
    const csv = await sql`copy copied (id, t) from stdin with (format csv, header)`.writable();
    await pipeline(Readable.from(['id,t\n6000,"a ""quoted"", text"\n6001,""\n6002,\n']), csv);
    const output = await sql`copy (select * from copied where id >= 4999 order by id)
      to stdout with (format csv, header)`.readable();
    let text = "";
    for await (const chunk of output) text += String(chunk);
    expect(text).toBe(
      'id,t,n\n4999,line 4999,4999.5\n5000,,\n6000,"a ""quoted"", text",\n6001,"",\n6002,,\n',
    );
  });

  it("cancels a query", async () => {
    const query = sql`select count(*) from generate_series(1, 1000000000)`.execute();
    setTimeout(() => query.cancel(), 200);
    await expect(query).rejects.toMatchObject({ code: "57014" });
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  });

  it("describes a statement without running it", async () => {
    const described = await sql`select id, name from item where id = ${1}`.describe();
    expect(described.types).toEqual([23]);
    expect(described.columns.map(({ name, type }) => [name, type])).toEqual([
      ["id", 23],
      ["name", 25],
    ]);
  });

  it("listens and notifies", async () => {
    let hear: (payload: string) => void = () => {};
    const heard = new Promise<string>((resolve) => (hear = resolve));
    const listening = await sql.listen("news", (payload) => hear(payload));
    await sql.notify("news", "hello");
    expect(await heard).toBe("hello");
    await listening.unlisten();
  });
});
