/** What is told of lost conflicts: the loser's error, and the two views, embedded and of a cluster. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const SETUP = `create table account (owner text, kind int, balance int, mail text unique,
    primary key (owner, kind));
  create table plain (a int);
  insert into account values ('ann', 1, 10, 'a@x'), ('bob', 2, 20, 'b@x');
  create role watcher login; grant pg_monitor to watcher; create role nobody_much login`;

const RECENT = `select schemaname, tablename, indexname, key, intent, winner_intent,
    winner_committed_at <= refused_at as after, winner_timestamp > 1700000000000000 as exact, log ~ '^a[12]$' as of_a_log
  from firstlight_recent_conflicts where tablename is not null order by refused_at`;

describe.skipIf(missing !== undefined).each(COMPOSITIONS)("lost conflicts, %s", (composition) => {
  let database: TestDatabase;
  let winner: pg.Client;
  let loser: pg.Client;

  beforeAll(async () => {
    database = await startDatabase(composition);
    [winner, loser] = await Promise.all([database.connect(0), database.connect(1)]);
    await winner.query(SETUP);
  });
  afterAll(async () => {
    await Promise.all([winner?.end(), loser?.end()]);
    await database?.destroy();
  });

  /** What the loser is told, and when the winner committed. */
  async function lose(winning: string, losing: string): Promise<pg.DatabaseError> {
    await loser.query("begin");
    await loser.query("select count(*) from account");
    await winner.query(winning);
    await loser.query(losing);
    const lost = await loser.query("commit").catch((error: unknown) => error);
    if (!(lost instanceof pg.DatabaseError)) throw new Error("the later one committed");
    return lost;
  }

  it("I3: the error names table, key, both intents and the winner's timestamp", async () => {
    const before = Date.now() * 1_000;
    const { code, detail, table } = await lose(
      "update account set balance = 0 where owner = 'ann' returning 1",
      "delete from account where owner = 'ann'",
    );
    expect([code, table]).toEqual(["40001", "account"]);
    const said =
      /^Key \(owner, kind\)=\(ann, 1\) of table "account": intent X of this transaction conflicts with U committed at (\d+)\.$/u;
    expect(detail).toMatch(said);
    const at = Number(said.exec(detail ?? "")?.[1]);
    // Clocks of processes are anchored apart.
    expect(at).toBeGreaterThan(before - 10_000_000);
    expect(at).toBeLessThanOrEqual(Date.now() * 1_000 + 10_000_000);
  });

  it("shows them with table, index and values, through any query processor", async () => {
    const mail = "insert into account values ('new', 3, 0, 'n@x')";
    await lose(mail, mail.replace("'new'", "'other'"));
    for (const client of [winner, loser]) {
      const { rows } = await client.query(RECENT);
      expect(rows).toEqual([
        {
          schemaname: "public",
          tablename: "account",
          indexname: "account_pkey",
          key: "(owner, kind)=(ann, 1)",
          intent: "X",
          winner_intent: "U",
          after: true,
          exact: true,
          of_a_log: true,
        },
        {
          schemaname: "public",
          tablename: "account",
          indexname: "account_mail_key",
          key: "(mail)=(n@x)",
          intent: "X",
          winner_intent: "X",
          after: true,
          exact: true,
          of_a_log: true,
        },
      ]);
    }
  });

  it("counts the conflicts of the hottest keys", async () => {
    for (let i = 0; i < 3; i++) {
      await lose(
        "update account set balance = 0 where owner = 'bob' returning 1",
        "update account set balance = 1 where owner = 'bob' returning 1",
      );
    }
    const { rows } = await loser.query(
      `select key, conflicts::int, overestimate::int, last_refused_at <= now() + interval '10 s' as past
         from firstlight_hot_keys where tablename is not null order by conflicts desc limit 1`,
    );
    expect(rows).toEqual([
      { key: "(owner, kind)=(bob, 2)", conflicts: 3, overestimate: 0, past: true },
    ]);
  });

  it("are for those who may monitor, and nobody else", async () => {
    const port = database.running.ports[0] ?? 0;
    const watcher = await connectTo(port, { user: "watcher" });
    const other = await connectTo(port, { user: "nobody_much" });
    const question = "select count(*)::int > 0 as some from firstlight_hot_keys";
    expect((await watcher.query(question)).rows).toEqual([{ some: true }]);
    await expect(other.query(question)).rejects.toMatchObject({ code: "42501" });
    await expect(other.query("select 1 from firstlight_recent_conflicts")).rejects.toMatchObject({
      code: "42501",
    });
    await Promise.all([watcher.end(), other.end()]);
  });

  it("no catalog lists the views, so that tools list what PostgreSQL has", async () => {
    for (const catalog of ["pg_class where relname", "pg_views where viewname"]) {
      const { rows } = await winner.query(`select 1 from ${catalog} like 'firstlight%'`);
      expect(rows).toEqual([]);
    }
    const { rows } = await winner.query("select 'firstlight_hot_keys'::regclass::text as name");
    expect(rows).toEqual([{ name: "firstlight_hot_keys" }]);
  });
});
