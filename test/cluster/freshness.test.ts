/** What one query processor did is seen by the other at once, and races end with one winner. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined).each(COMPOSITIONS)("two sessions, %s", (kind) => {
  let database: TestDatabase;
  let one: pg.Client;
  let two: pg.Client;

  beforeAll(async () => {
    database = await startDatabase(kind);
    one = await database.connect(0);
    two = await database.connect(1);
  });
  afterAll(async () => {
    await one?.end();
    await two?.end();
    await database?.destroy();
  });

  it("I6: a commit is seen by whatever begins after its acknowledgement, through any of them", async () => {
    await one.query("create table seen (id int primary key, n int)");
    await one.query("insert into seen values (1, 0)");
    const sessions = [one, two];
    for (let n = 1; n <= 60; n++) {
      const writer = sessions[n % 2] ?? one;
      const reader = sessions[(n + 1) % 2] ?? two;
      await writer.query("update seen set n = $1 where id = 1", [n]);
      const { rows } = await reader.query("select n from seen where id = 1");
      expect(rows).toEqual([{ n }]);
    }
  });

  it("I6: a schema change is seen by whatever begins after it", async () => {
    for (let n = 1; n <= 6; n++) {
      await one.query(`create table changed_${n} (id int primary key)`);
      await two.query(`insert into changed_${n} values (1)`);
      await one.query(`alter table changed_${n} add column v int default ${n}`);
      const { rows } = await two.query(`select * from changed_${n}`);
      expect(rows).toEqual([{ id: 1, v: n }]);
      await one.query(`alter table changed_${n} rename column v to w`);
      const renamed = await two.query(`select * from changed_${n}`);
      expect(renamed.rows).toEqual([{ id: 1, w: n }]);
      await one.query(`alter table changed_${n} add column x text default 'y'`);
      const bound = await two.query(`select * from changed_${n} where id = $1`, [1]);
      expect(bound.rows).toEqual([{ id: 1, w: n, x: "y" }]);
      await two.query(`drop table changed_${n}`);
      await expect(one.query(`select * from changed_${n}`)).rejects.toMatchObject({
        code: "42P01",
      });
    }
  });

  it("I3: of many inserts of one unique value exactly one wins", async () => {
    await one.query("create table race (id int primary key, name text unique)");
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, i) => database.connect(i)));
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.allSettled(
        sessions.map((session, i) =>
          session.query("insert into race values ($1, $2)", [round * 100 + i, `name ${round}`]),
        ),
      );
      const losers = outcomes.filter((each) => each.status === "rejected");
      expect(losers).toHaveLength(sessions.length - 1);
      for (const { reason } of losers) expect(["23505", "40001"]).toContain(codeOf(reason));
    }
    const { rows } = await two.query("select count(*)::int as n from race");
    expect(rows).toEqual([{ n: 5 }]);
    await Promise.all(sessions.map((session) => session.end()));
  });

  it("autocommit increments are retried or refused, never lost", async () => {
    await one.query("create table counted (id int primary key, n int)");
    await one.query("insert into counted values (1, 0)");
    const sessions = await Promise.all(Array.from({ length: 6 }, (_, i) => database.connect(i)));
    let acknowledged = 0;
    await Promise.all(
      sessions.map(async (session) => {
        for (let i = 0; i < 15; i++) {
          try {
            await session.query("update counted set n = n + 1 where id = 1");
            acknowledged++;
          } catch (error) {
            expect(codeOf(error)).toBe("40001");
          }
        }
      }),
    );
    const { rows } = await two.query("select n from counted");
    expect(rows).toEqual([{ n: acknowledged }]);
    expect(acknowledged).toBeGreaterThan(0);
    await Promise.all(sessions.map((session) => session.end()));
  });

  it("without the retry a lost conflict is told at once", async () => {
    await one.query("begin");
    await one.query("update counted set n = 1000 where id = 1");
    await two.query("update counted set n = 2000 where id = 1");
    await expect(one.query("commit")).rejects.toMatchObject({ code: "40001" });
  });

  it("I4: a transaction of many rows over both shards is seen whole or not at all", async () => {
    await one.query("create table halves (id uuid primary key, n int)");
    await one.query("insert into halves select gen_random_uuid(), 0 from generate_series(1, 200)");
    let writing = true;
    const writer = (async (): Promise<void> => {
      for (let n = 1; n <= 25; n++) await one.query("update halves set n = $1", [n]);
      writing = false;
    })();
    const states: unknown[] = [];
    while (writing) {
      const { rows } = await two.query("select count(distinct n)::int as kinds from halves");
      states.push(rows[0]);
    }
    await writer;
    expect(states.length).toBeGreaterThan(0);
    expect(states.filter((state) => (state as { kinds: number }).kinds !== 1)).toEqual([]);
  });
});

function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : String(error);
}
