/** A database within the test's own process: states, failures on purpose, and time. */
import type { Database, StartOptions } from "firstlight";
import { start } from "firstlight";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";

let databases: Database[] = [];
let clients: pg.Client[] = [];

afterEach(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  for (const database of databases) await database.stop();
  databases = [];
  clients = [];
});

async function open(options: StartOptions = {}): Promise<Database> {
  const database = await start(options);
  databases.push(database);
  return database;
}

async function connect({ url }: Database): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: { readonly code?: string; readonly message: string }) => error.code ?? error.message,
  );
}

describe("start", () => {
  it("gives databases that know nothing of each other", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    await (await connect(first)).query("CREATE TABLE t (id int PRIMARY KEY)");
    const other = await connect(second);
    expect(await codeOf(other.query("SELECT * FROM t"))).toBe("42P01");
    await other.query("CREATE TABLE t (name text)");
  });

  it("keeps what is in a data directory from one start to the next", async () => {
    const { mkdtempSync, rmSync } = await import("node:fs");
    const dataDirectory = mkdtempSync("/tmp/firstlight-start-");
    const first = await start({ dataDirectory });
    const client = new pg.Client(first.url);
    await client.connect();
    await client.query("CREATE TABLE t AS SELECT 7 AS n");
    await client.end();
    await first.stop();
    const again = await connect(await open({ dataDirectory }));
    expect((await again.query("SELECT n FROM t")).rows).toEqual([{ n: 7 }]);
    await databases[0]?.stop();
    rmSync(dataDirectory, { recursive: true });
  });
});

describe("reset", () => {
  it("brings back rows, tables, types and sequences, and connections stay", async () => {
    const database = await open();
    const client = await connect(database);
    await client.query("CREATE TYPE mood AS ENUM ('sad', 'happy')");
    await client.query("CREATE TABLE t (id serial PRIMARY KEY, m mood, v text UNIQUE)");
    await client.query("INSERT INTO t (m, v) VALUES ('sad', 'a'), ('happy', 'b')");
    await client.query("CREATE TABLE dropped (n int); INSERT INTO dropped VALUES (1)");
    await database.checkpoint("seeded");

    const insert = "INSERT INTO t (m, v) VALUES ('happy', 'c') RETURNING id";
    for (let round = 0; round < 3; round++) {
      expect((await client.query(insert)).rows).toEqual([{ id: 3 }]);
      await client.query("UPDATE t SET v = v || '!'");
      await client.query("ALTER TABLE t ADD COLUMN extra int");
      await client.query("ALTER TYPE mood ADD VALUE 'elated'");
      await client.query("DROP TABLE dropped");
      await client.query("CREATE TABLE fresh AS SELECT g FROM generate_series(1, 5000) g");
      await database.reset("seeded");
      const rows = await client.query("SELECT * FROM t ORDER BY id");
      expect(rows.fields.map(({ name }) => name)).toEqual(["id", "m", "v"]);
      expect(rows.rows).toEqual([
        { id: 1, m: "sad", v: "a" },
        { id: 2, m: "happy", v: "b" },
      ]);
      expect((await client.query("SELECT * FROM dropped")).rows).toEqual([{ n: 1 }]);
      expect(await codeOf(client.query("SELECT * FROM fresh"))).toBe("42P01");
      expect(await codeOf(client.query("SELECT 'elated'::mood"))).toBe("22P02");
    }
  });

  it("without a name empties the database", async () => {
    const database = await open();
    const client = await connect(database);
    await client.query("CREATE SCHEMA s; CREATE TABLE s.t (id int); CREATE VIEW v AS SELECT 1");
    await client.query("CREATE ROLE somebody; CREATE SEQUENCE q");
    await database.reset();
    const left = "SELECT relname FROM pg_class WHERE oid >= 16384";
    expect((await client.query(left)).rows).toEqual([]);
    expect((await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'somebody'")).rows).toEqual(
      [],
    );
    await client.query("CREATE SCHEMA s; CREATE TABLE s.t (id int)");
  });

  it("refuses the commits of transactions that wrote before it", async () => {
    const database = await open();
    const [before, other] = [await connect(database), await connect(database)];
    await before.query("CREATE TABLE t (id int PRIMARY KEY, v int)");
    await database.checkpoint("empty-table");
    await before.query("BEGIN; INSERT INTO t VALUES (1, 1)");
    await other.query("INSERT INTO t VALUES (2, 2)");
    await database.reset("empty-table");
    expect(await codeOf(before.query("COMMIT"))).toBe("40001");
    expect((await other.query("SELECT * FROM t")).rows).toEqual([]);
  });

  it("names what it does not know", async () => {
    const database = await open();
    await expect(database.reset("nowhere")).rejects.toThrow('checkpoint "nowhere" does not exist');
    await expect(database.checkpoint("empty")).rejects.toThrow("is no name for a checkpoint");
    await database.checkpoint("a");
    expect(database.checkpoints()).toEqual(["empty", "a"]);
  });
});

describe("inject", () => {
  it("makes every Nth commit lose a conflict, and nothing of it stays", async () => {
    const database = await open();
    const client = await connect(database);
    await client.query("CREATE TABLE t (id int PRIMARY KEY)");
    database.inject({ oc000: { every: 2 } });
    const codes = [];
    for (let id = 1; id <= 4; id++) {
      codes.push(await codeOf(client.query("INSERT INTO t VALUES ($1)", [id])));
    }
    expect(codes).toEqual([undefined, "40001", undefined, "40001"]);
    database.inject("");
    const rows = await client.query("SELECT id FROM t ORDER BY id");
    expect(rows.rows).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it("raises conflicts at COMMIT, an outdated schema at the first statement", async () => {
    const database = await open();
    const client = await connect(database);
    await client.query("CREATE TABLE t (id int)");
    database.inject({ oc000: 1 });
    await client.query("BEGIN");
    await client.query("INSERT INTO t VALUES (1)");
    await expect(client.query("COMMIT")).rejects.toThrow("(OC000)");
    database.inject({ oc001: 1 });
    await client.query("BEGIN");
    await expect(client.query("SELECT * FROM t")).rejects.toThrow("(OC001)");
    await client.query("ROLLBACK");
  });

  it("leaves tables alone that it was not told of, and reads in any case", async () => {
    const database = await open({ inject: "oc000=100%,tables=hot" });
    const client = await connect(database);
    await client.query("CREATE TABLE hot (n int)");
    await client.query("CREATE TABLE cold (n int)");
    expect(await codeOf(client.query("INSERT INTO cold VALUES (1)"))).toBeUndefined();
    expect(await codeOf(client.query("INSERT INTO hot VALUES (1)"))).toBe("40001");
    expect(await codeOf(client.query("SELECT * FROM hot"))).toBeUndefined();
  });

  it("drops connections at COMMIT, after it is durable and before it is sent", async () => {
    const database = await open();
    const setup = await connect(database);
    await setup.query("CREATE TABLE t (id int)");
    database.inject({ disconnect: { every: 1 } });
    for (const id of [1, 2]) {
      const client = await connect(database);
      const lost = "Connection terminated unexpectedly";
      expect(await codeOf(client.query("INSERT INTO t VALUES ($1)", [id]))).toBe(lost);
    }
    database.inject("");
    expect((await setup.query("SELECT id FROM t")).rows).toEqual([{ id: 1 }]);
  });

  it("makes the same choices for the same seed", async () => {
    const outcomes = [];
    for (let run = 0; run < 2; run++) {
      const database = await open({ inject: "oc000=50%,seed=11,tables=t" });
      const client = await connect(database);
      await client.query("CREATE TABLE s (id int)");
      await client.query("SELECT 1");
      database.inject("oc000=50%,seed=11");
      const codes = [];
      for (let id = 0; id < 20; id++) {
        codes.push(await codeOf(client.query("INSERT INTO s VALUES ($1)", [id])));
      }
      outcomes.push(codes);
    }
    expect(new Set(outcomes[0])).toEqual(new Set([undefined, "40001"]));
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  it("says what it cannot read", async () => {
    const database = await open();
    expect(() => database.inject("oc000=maybe")).toThrow('invalid injection "oc000=maybe"');
    await expect(start({ inject: "oc7=1%" })).rejects.toThrow('invalid injection "oc7=1%"');
  });
});

describe("the clock", () => {
  const seconds = "SELECT extract(epoch FROM clock_timestamp())::float8 AS s";
  const now = async (client: pg.Client): Promise<number> =>
    Number((await client.query(seconds)).rows[0]?.s);

  it("is put forward, and commits go on", async () => {
    const database = await open();
    const client = await connect(database);
    await client.query("CREATE TABLE t (id int)");
    const before = await now(client);
    database.advance("1h");
    expect((await now(client)) - before).toBeGreaterThanOrEqual(3600);
    await client.query("INSERT INTO t VALUES (1)");
    expect((await client.query("SELECT * FROM t")).rows).toEqual([{ id: 1 }]);
  });

  it("stands still, and commits go on", async () => {
    const database = await open({ clockSpeed: 0 });
    const client = await connect(database);
    const before = await now(client);
    await client.query("CREATE TABLE t (id int)");
    await client.query("INSERT INTO t VALUES (1)");
    expect(await now(client)).toBe(before);
    expect((await client.query("SELECT * FROM t")).rows).toEqual([{ id: 1 }]);
  });

  it("runs faster, and long waits with it", async () => {
    const database = await open({ clockSpeed: 1_000 });
    const client = await connect(database);
    const before = await now(client);
    await client.query("SELECT pg_sleep(100)");
    expect((await now(client)) - before).toBeGreaterThanOrEqual(100);
  });

  it("refuses to go back", async () => {
    const database = await open();
    expect(() => database.advance(-1)).toThrow(RangeError);
    expect(() => database.advance("soon")).toThrow("is no duration");
  });
});
