/** More than one database: whose objects are whose, who may connect, and PostgreSQL's own clients. */
import { execFile } from "node:child_process";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, (_error, output, errors) => resolve(output + errors));
  });
}

describe.each(COMPOSITIONS)(`databases, %s${missing ?? ""}`, (composition) => {
  let database: TestDatabase;
  let admin: pg.Client;

  beforeAll(async () => {
    if (missing !== undefined) return;
    database = await startDatabase(composition);
    admin = await database.connect(0);
  });
  afterAll(async () => {
    await admin?.end();
    await database?.destroy();
  });

  const test = it.skipIf(missing !== undefined);
  const portOf = (n: number): number =>
    database.running.ports[n % database.running.ports.length] ?? 0;

  async function within<T>(
    name: string,
    work: (client: pg.Client) => Promise<T>,
    extra: pg.ClientConfig = {},
  ): Promise<T> {
    const client = await connectTo(portOf(1), { database: name, ...extra });
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async function value(client: pg.Client, sql: string): Promise<unknown> {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
    return rows[0]?.[0];
  }

  test("what is made in one is not in the other, under the same names", async () => {
    await admin.query("create database one");
    await admin.query("create table thing (id serial primary key, v text)");
    await admin.query("insert into thing (v) values ('here')");
    await within("one", async (client) => {
      expect(await value(client, "select current_database()")).toBe("one");
      await expect(client.query("select * from thing")).rejects.toMatchObject({ code: "42P01" });
      await client.query("create table thing (id serial primary key, v text)");
      await client.query("create index on thing (v)");
      await client.query("insert into thing (v) values ('there'), ('too')");
      await client.query("comment on schema public is 'of one'");
      await client.query("grant create on schema public to public");
      expect(await value(client, "select count(*) from thing")).toBe("2");
      expect(await value(client, "select nextval('thing_id_seq')")).toBe("3");
    });
    expect(await value(admin, "select string_agg(v, ',') from thing")).toBe("here");
    const about = "select obj_description('public'::regnamespace, 'pg_namespace')";
    expect(await value(admin, about)).not.toBe("of one");
    expect(await within("one", (client) => value(client, about))).toBe("of one");
    const tables = "select count(*) from pg_class where relname = 'thing'";
    expect(await within("one", (client) => value(client, tables))).toBe("1");
    await expect(
      within("one", (client) => client.query("select * from postgres.public.thing")),
    ).rejects.toMatchObject({ code: "0A000" });
    await admin.query("drop table thing");
    expect(await within("one", (client) => value(client, "select count(*) from thing"))).toBe("2");
  });

  test("it is built, altered and analyzed in its own database", async () => {
    await admin.query("create database work");
    await within("work", async (client) => {
      await client.query("create table t (a int, b text)");
      await client.query("insert into t select g, g::text from generate_series(1, 500) g");
      await client.query("create index concurrently on t (a)");
      await client.query("analyze t");
      await client.query("alter table t add column c int default 7");
      expect(await value(client, "select sum(c) from t where a < 11")).toBe("70");
      expect(await value(client, "select reltuples from pg_class where relname = 't'")).toBe(500);
      await client.query("create view v as select a from t where a > 490");
      await client.query(
        "create function f() returns bigint language sql as 'select count(*) from v'",
      );
      expect(await value(client, "select f()")).toBe("10");
    });
  });

  test("who may connect is said by the database", async () => {
    const open = (name: string, user = "postgres"): Promise<unknown> =>
      within(name, (client) => value(client, "select 1"), { user });
    await expect(open("absent")).rejects.toMatchObject({
      code: "3D000",
      message: 'database "absent" does not exist',
    });
    await expect(open("template0")).rejects.toMatchObject({ code: "55000" });
    await admin.query("create database guarded");
    await admin.query("create role visitor login");
    expect(await open("guarded", "visitor")).toBe(1);
    await admin.query("revoke connect on database guarded from public");
    await expect(open("guarded", "visitor")).rejects.toMatchObject({ code: "42501" });
    await admin.query("grant connect on database guarded to visitor");
    await admin.query("alter database guarded connection limit 0");
    await expect(open("guarded", "visitor")).rejects.toMatchObject({
      code: "53300",
      message: 'too many connections for database "guarded"',
    });
    await admin.query("alter database guarded connection limit -1");
    await admin.query("alter database guarded set work_mem = '9MB'");
    expect(await within("guarded", (client) => value(client, "show work_mem"))).toBe("9MB");
    await admin.query("alter database guarded allow_connections false");
    await expect(open("guarded")).rejects.toMatchObject({ code: "55000" });
  });

  test("channels and advisory locks are a database's own", async () => {
    await admin.query("create database apart");
    await within("apart", async (client) => {
      const heard: string[] = [];
      client.on("notification", ({ payload = "" }) => heard.push(payload));
      await client.query("listen news");
      await admin.query("notify news, 'elsewhere'");
      await client.query("notify news, 'here'");
      expect(heard).toEqual(["here"]);
      expect(await value(admin, "select pg_try_advisory_lock(1)")).toBe(true);
      expect(await value(client, "select pg_try_advisory_lock(1)")).toBe(true);
      expect(await value(admin, "select pg_advisory_unlock(1)")).toBe(true);
    });
  });

  test("one that is in use is dropped by force only, and with it what is in it", async () => {
    await admin.query("create database doomed");
    const client = await connectTo(portOf(1), { database: "doomed" });
    const ended = new Promise((resolve) => {
      client.once("end", resolve);
    });
    await client.query("create table t (a int)");
    const rename = "alter database doomed rename to saved";
    for (const sql of ["drop database doomed", rename]) {
      await expect(admin.query(sql)).rejects.toMatchObject({
        code: "55006",
        detail: "There is 1 other session using the database.",
      });
    }
    await admin.query("drop database doomed with (force)");
    await ended;
    await admin.query("create database doomed");
    await within("doomed", (again) => again.query("create table t (a int)"));
    await admin.query("drop database doomed");
  });

  test("I10: a copy has what its template has, and goes its own way from there", async () => {
    await admin.query("create database pattern");
    await within("pattern", (client) =>
      client.query(`
        create type mood as enum ('sad', 'ok');
        create table parent (id serial primary key, name text unique, m mood default 'ok');
        create table child (id int generated always as identity primary key,
          parent_id int references parent on delete cascade, n int check (n > 0), t text[]);
        create index on child (parent_id, lower(t[1]));
        create view v as select p.name, c.n from parent p join child c on c.parent_id = p.id;
        create materialized view mv as select count(*) from parent;
        create function f() returns bigint language sql as 'select count(*) from v';
        create schema apart; create table apart.t (r regclass);
        comment on table apart.t is 'noted'; grant select on apart.t to public;
        insert into parent (name) values ('a'), ('b'), ('c');
        insert into child (parent_id, n, t) select i % 3 + 1, i, array['x' || i]
          from generate_series(1, 1000) i;
        insert into apart.t values ('child'); refresh materialized view mv; analyze;
        select lo_from_bytea(777, 'large')`),
    );
    const busy = await connectTo(portOf(1), { database: "pattern" });
    await expect(admin.query("create database copy template pattern")).rejects.toMatchObject({
      code: "55006",
      message: 'source database "pattern" is being accessed by other users',
      detail: "There is 1 other session using the database.",
    });
    await busy.end();
    await admin.query("create database copy template pattern");
    await admin.query("create database other template pattern");
    const state = `select concat_ws(' ', f(), (select count(*) from child), (select * from mv),
      (select string_agg(name, '' order by id) from parent), (select r from apart.t),
      obj_description('apart.t'::regclass), lo_get(777), has_table_privilege('pg_monitor', 'apart.t', 'select'),
      (select count(*) from child where parent_id = 2 and lower(t[1]) = 'x4'), enum_range(null::mood))`;
    const told = (name: string): Promise<unknown> => within(name, (client) => value(client, state));
    const first = String.raw`1000 1000 3 abc child noted \x6c61726765 t 1 {sad,ok}`;
    expect(await told("copy")).toBe(first);
    await within("copy", async (client) => {
      await client.query("begin; delete from parent where name = 'a'");
      // Neither fences nor rows of the same numbers elsewhere are this transaction's.
      await within("other", async (elsewhere) => {
        await elsewhere.query("alter table parent add column extra int default 5");
        await elsewhere.query("alter type mood add value 'new'");
        await elsewhere.query("truncate child");
        const added = "insert into parent (name) values ('d') returning id";
        const id = Number(await value(elsewhere, added));
        // Behind a block, where another query processor has taken the pattern's values.
        expect(composition === "embedded" ? id : Math.min(id, 4)).toBe(4);
        const failing = elsewhere.query("insert into child (parent_id, n) values (1, 0)");
        await expect(failing).rejects.toMatchObject({ code: "23514" });
      });
      await client.query("commit");
      const added = "insert into child (parent_id, n) values (2, 9) returning id > 1000";
      expect(await value(client, added)).toBe(true);
      const orphan = client.query("insert into child (parent_id, n) values (1, 9)");
      await expect(orphan).rejects.toMatchObject({ code: "23503" });
    });
    expect(await told("pattern")).toBe(first);
    expect(await told("copy")).toBe(String.raw`668 668 3 bc child noted \x6c61726765 t 1 {sad,ok}`);
    expect(await told("other")).toBe(
      String.raw`0 0 3 abcd child noted \x6c61726765 t 0 {sad,ok,new}`,
    );
    await admin.query("drop database pattern");
    await admin.query("drop database other");
    expect(await within("copy", (client) => value(client, "select count(*) from v"))).toBe("668");
    await admin.query("drop database copy");
  });

  test("a role that something in another database depends on is not dropped", async () => {
    await admin.query("create database owning");
    await admin.query("create role keeper");
    await within("owning", (client) =>
      client.query("create table t (a int); alter table t owner to keeper"),
    );
    await expect(admin.query("drop role keeper")).rejects.toMatchObject({
      code: "2BP01",
      detail: "1 object in database owning",
    });
    await admin.query("drop database owning");
    await admin.query("drop role keeper");
  });

  test("psql, createdb and dropdb work with them", async () => {
    const place = ["-h", "127.0.0.1", "-p", String(portOf(0)), "-U", "postgres"];
    expect(await run("createdb", [...place, "made"])).toBe("");
    const commands = ["-c", "\\c made", "-c", "select current_database()"];
    const told = await run("psql", ["-X", "-At", ...place, "postgres", ...commands]);
    expect(told).toContain('You are now connected to database "made"');
    expect(told.trimEnd().endsWith("made")).toBe(true);
    const listed = await run("psql", ["-X", "-At", ...place, "-l"]);
    for (const name of ["made", "postgres", "template0", "template1"]) {
      expect(listed).toContain(`${name}|postgres|UTF8`);
    }
    expect(await run("dropdb", [...place, "made"])).toBe("");
    expect(await run("dropdb", [...place, "made"])).toContain('database "made" does not exist');
  });
});
