/** CREATE INDEX ASYNC answers with a job at once, and the index is there some time later. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined).each(COMPOSITIONS)(
  "CREATE INDEX ASYNC, %s",
  (composition) => {
    let database: TestDatabase;
    let client: pg.Client;

    beforeAll(async () => {
      database = await startDatabase(composition);
      client = await database.connect();
      await client.query("create table t (id int primary key, a int)");
      await client.query("insert into t select g, g % 10 from generate_series(1, 500) g");
    });
    afterAll(async () => {
      await client?.end();
      await database?.destroy();
    });

    const flags = async (name: string): Promise<unknown> => {
      const text = `select indisvalid, indisready from pg_index where indexrelid = '${name}'::regclass`;
      return (await client.query(text)).rows[0];
    };

    it("returns the identifier of a job; other query processors see the index", async () => {
      const result = await client.query("create index async t_a on t (a)");
      expect(result.command).toBe("CREATE");
      expect(result.fields.map(({ name }) => name)).toEqual(["job_id"]);
      expect(result.rows).toEqual([
        { job_id: expect.stringMatching(/^[a-z2-7]{26}$/u) as unknown },
      ]);
      const other = await database.connect(1);
      const isValid = async (): Promise<boolean> => {
        const text = "select indisvalid from pg_index where indexrelid = 't_a'::regclass";
        return ((await other.query(text)).rows[0] as { indisvalid: boolean }).indisvalid;
      };
      await eventually("the index is valid", isValid);
      await other.end();
    });

    /** No build is under way any more. */
    const atRest = (): Promise<void> =>
      eventually("builds have ended", async () => {
        const text = "select count(*)::int as builds from pg_stat_progress_create_index";
        return ((await client.query(text)).rows[0] as { builds: number }).builds === 0;
      });

    it("leaves a unique index over duplicates invalid, and enforces it", async () => {
      await client.query("create unique index async on t (a)");
      await atRest();
      expect(await flags("t_a_idx")).toEqual({ indisvalid: false, indisready: true });
      const refused = client.query("insert into t values (1000, 3)");
      await expect(refused).rejects.toThrow('violates unique constraint "t_a_idx"');
      expect((await client.query("select count(*)::int as n from t where a = 3")).rows).toEqual([
        { n: 50 },
      ]);
    });

    it("begins when the transaction that asked for it is committed", async () => {
      await client.query("begin");
      await client.query("create index async t_block on t (a, id)");
      await client.query("rollback");
      expect((await client.query("select to_regclass('t_block') as found")).rows[0]).toEqual({
        found: null,
      });
      await client.query("begin");
      await client.query("create index async t_block on t (a, id)");
      await client.query("commit");
      await eventually(
        "the index is valid",
        async () => ((await flags("t_block")) as { indisvalid: boolean }).indisvalid,
      );
    });
  },
);
