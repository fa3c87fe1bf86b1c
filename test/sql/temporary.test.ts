/** Temporary relations are one session's, whoever else uses the same names, and end with it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined).each(COMPOSITIONS)(
  "temporary tables (%s)",
  (composition) => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await startDatabase(composition);
    });
    afterAll(async () => {
      await database?.destroy();
    });

    it("have rows of their own in every session, on whatever query processor", async () => {
      const [one, two] = await Promise.all([database.connect(0), database.connect(1)]);
      for (const client of [one, two]) {
        await client.query("create temp table t (a int primary key, b serial)");
      }
      await one.query("insert into t values (1), (2)");
      await two.query("insert into t values (1)");
      const count = "select count(*)::int as n, max(b) as b from t";
      expect((await one.query(count)).rows).toEqual([{ n: 2, b: 2 }]);
      expect((await two.query(count)).rows).toEqual([{ n: 1, b: 1 }]);
      await Promise.all([one.end(), two.end()]);
    });

    it("are gone with their session, and hide permanent tables until then", async () => {
      const first = await database.connect(0);
      await first.query("create table shown (a int)");
      await first.query("insert into shown values (7)");
      await first.query("create temp table shown (a int)");
      expect((await first.query("select * from shown")).rows).toEqual([]);
      await first.end();
      const second = await database.connect(0);
      expect((await second.query("select * from shown")).rows).toEqual([{ a: 7 }]);
      const left = await second.query("select relname from pg_class where relpersistence = 't'");
      expect(left.rows).toEqual([]);
      await second.query("drop table shown");
      await second.end();
    });

    it("leave views to be seen by all, as they are now", async () => {
      const [reader, changer] = await Promise.all([database.connect(0), database.connect(1)]);
      await changer.query("create view seen as select 1 as a");
      expect((await reader.query("select * from seen")).rows).toEqual([{ a: 1 }]);
      await changer.query("create or replace view seen as select 2 as a");
      expect((await reader.query("select * from seen")).rows).toEqual([{ a: 2 }]);
      await changer.query("drop view seen");
      await expect(reader.query("select * from seen")).rejects.toMatchObject({ code: "42P01" });
      await Promise.all([reader.end(), changer.end()]);
    });
  },
);
