/** node-postgres: parameters, prepared statements, errors, transactions, cancel. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { SAMPLES } from "./samples.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("node-postgres", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    client = await database.connect();
    await client.query("create table item (id int primary key, name text not null, price numeric)");
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  it.each(SAMPLES)("$type goes in as a parameter and comes out the same", async (sample) => {
    const { type, texts } = sample;
    for (const text of [...texts, null]) {
      const { rows } = await client.query<[string | null, string]>({
        text: `select $1::${type}, pg_typeof($1::${type})`,
        values: [text],
        rowMode: "array",
        types: AS_TEXT,
      });
      expect(rows).toEqual([[text, sample.name ?? type]]);
    }
  });

  it("maps values to JavaScript as with PostgreSQL", async () => {
    const { rows } = await client.query(
      `select $1::int4 as i, $2::int8 as b, $3::float8 as f, $4::bool as t, $5::jsonb as j,
        $6::bytea as y, $7::timestamptz as z, $8::int4[] as a, $9::text[] as s, $10::numeric as n`,
      [
        7,
        "9007199254740993",
        1.5,
        true,
        { a: [1, null] },
        Buffer.from([0, 255]),
        new Date(1_700_000_000_123),
        [1, 2, null],
        ["x", 'q"uote', "c,omma", null],
        "12.50",
      ],
    );
    expect(rows).toEqual([
      {
        i: 7,
        b: "9007199254740993",
        f: 1.5,
        t: true,
        j: { a: [1, null] },
        y: Buffer.from([0, 255]),
        z: new Date(1_700_000_000_123),
        a: [1, 2, null],
        s: ["x", 'q"uote', "c,omma", null],
        n: "12.50",
      },
    ]);
  });

  it("runs a named prepared statement many times, before and after a schema change", async () => {
    const insert = { name: "insert-item", text: "insert into item values ($1, $2, $3)" };
    for (let id = 1; id <= 20; id++) {
      const { rowCount } = await client.query({ ...insert, values: [id, `n${id}`, id / 4] });
      expect(rowCount).toBe(1);
    }
    const find = { name: "find-item", text: "select name from item where id = $1" };
    expect((await client.query({ ...find, values: [7] })).rows).toEqual([{ name: "n7" }]);
    await client.query("alter table item add column extra int default 5");
    expect((await client.query({ ...find, values: [8] })).rows).toEqual([{ name: "n8" }]);
    expect((await client.query("select extra from item where id = 8")).rows).toEqual([
      { extra: 5 },
    ]);
  });

  it("refuses a prepared SELECT * whose columns changed, as PostgreSQL does", async () => {
    await client.query("create table changing (a int)");
    const all = { name: "all-changing", text: "select * from changing" };
    await client.query(all);
    await client.query("alter table changing add column b int");
    await expect(client.query(all)).rejects.toMatchObject({
      code: "0A000",
      message: "cached plan must not change result type",
    });
  });

  it("answers queries that are sent without waiting in order", async () => {
    const sums = await Promise.all(
      Array.from({ length: 50 }, (_, i) => client.query("select $1::int + 1 as n", [i])),
    );
    expect(sums.map((result) => result.rows[0] as unknown)).toEqual(
      Array.from({ length: 50 }, (_, i) => ({ n: i + 1 })),
    );
  });

  it("gives errors with code, detail, constraint, table and position", async () => {
    await expect(client.query("insert into item values (1, 'x')")).rejects.toMatchObject({
      code: "23505",
      detail: "Key (id)=(1) already exists.",
      constraint: "item_pkey",
      table: "item",
    });
    await expect(client.query("insert into item values (100, null)")).rejects.toMatchObject({
      code: "23502",
      column: "name",
      table: "item",
    });
    await expect(client.query("select nosuch from item")).rejects.toMatchObject({
      code: "42703",
      position: "8",
    });
    await expect(client.query("selec 1")).rejects.toMatchObject({ code: "42601", position: "1" });
    await expect(client.query("select $1::int", ["abc"])).rejects.toMatchObject({ code: "22P02" });
    await expect(client.query("select 1", [1])).rejects.toMatchObject({ code: "08P01" });
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("names the schema of a violated constraint", async () => {
    await expect(client.query("insert into item values (1, 'x')")).rejects.toMatchObject({
      schema: "public",
    });
  });

  it("keeps transactions of a pool apart and rolls back", async () => {
    const port = database.running.ports[0] ?? 0;
    const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", max: 4 });
    await pool.query("create table pooled (id int primary key)");
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const one = await pool.connect();
        await one.query("begin");
        await one.query("insert into pooled values ($1)", [i]);
        await one.query(i % 2 === 0 ? "commit" : "rollback");
        one.release();
      }),
    );
    const { rows } = await pool.query("select count(*)::int as n from pooled");
    expect(rows).toEqual([{ n: 10 }]);
    await pool.end();
  });

  it("cancels a running statement with 57014 and goes on", async () => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    expect(rows[0]?.pid).toBeGreaterThan(0);
    await client.query("set statement_timeout = 300");
    await expect(
      client.query("select count(*) from generate_series(1, 1000000000)"),
    ).rejects.toMatchObject({ code: "57014" });
    await client.query("reset statement_timeout");
    expect((await client.query("select 2 as two")).rows).toEqual([{ two: 2 }]);
  });

  it("hears of notifications of others", async () => {
    const heard = new Promise((resolve) =>
      client.once("notification", ({ channel, payload }) => resolve([channel, payload])),
    );
    await client.query("listen news");
    const other = await database.connect();
    await other.query("select pg_notify('news', 'hello')");
    expect(await heard).toEqual(["news", "hello"]);
    await other.end();
    await client.query("unlisten *");
  });

  it("gives notices", async () => {
    const notices: string[] = [];
    client.on("notice", (notice) => void notices.push(`${notice.code} ${notice.message}`));
    await client.query("create table if not exists item (id int)");
    expect(notices).toEqual(['42P07 relation "item" already exists, skipping']);
  });
});
