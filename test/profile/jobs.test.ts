/**
 * Background jobs of the dsql profile: what sys.jobs tells of index builds, ANALYZE, DROP and
 * constraint validation from `submitted` to their end, and sys.wait_for_job.
 */
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

interface JobRow {
  readonly job_id: string;
  readonly status: string;
  readonly details: string | null;
  readonly job_type: string;
  readonly class_id: number;
  readonly object_id: number;
  readonly object_name: string | null;
  readonly start_time: Date;
  readonly update_time: Date | null;
}

const JOB_ID = /^[a-z2-7]{26}$/u;

async function failure(client: pg.Client, sql: string): Promise<string> {
  try {
    await client.query(sql);
    return "none";
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return `${String(code)} ${message}`;
  }
}

const MISSING = buildMissing() !== undefined;

describe.skipIf(MISSING).each(COMPOSITIONS)("jobs of the dsql profile, %s", (composition) => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase(composition, ["--profile", "dsql"]);
    client = await database.connect();
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });
  beforeEach(async () => {
    await client.query("DROP TABLE IF EXISTS t CASCADE");
    await client.query("CREATE TABLE t (id int PRIMARY KEY, a int, b text)");
    await client.query("INSERT INTO t VALUES (1, 1, 'x'), (2, 1, 'y')");
  });

  /** The id that a statement answers with. */
  async function submitted(sql: string): Promise<string> {
    const { rows, fields } = await client.query<{ job_id: string }>(sql);
    expect(fields.map(({ name }) => name)).toEqual(["job_id"]);
    expect(rows).toHaveLength(1);
    const [{ job_id: id } = { job_id: "" }] = rows;
    expect(id).toMatch(JOB_ID);
    return id;
  }

  async function wait(id: string): Promise<boolean | undefined> {
    const { rows, fields } = await client.query<{ succeeded: boolean }>(
      `CALL sys.wait_for_job('${id}')`,
    );
    expect(fields.map(({ name }) => name)).toEqual(["succeeded"]);
    return rows[0]?.succeeded;
  }

  async function job(id: string): Promise<JobRow | undefined> {
    const { rows } = await client.query<JobRow>("SELECT * FROM sys.jobs WHERE job_id = $1", [id]);
    return rows[0];
  }

  /** All jobs of a type about an object, once they have ended. */
  async function ended(type: string): Promise<readonly JobRow[]> {
    const listed = await client.query<JobRow>("SELECT * FROM sys.jobs WHERE job_type = $1", [type]);
    for (const { job_id } of listed.rows) await wait(job_id);
    return (await client.query<JobRow>("SELECT * FROM sys.jobs WHERE job_type = $1", [type])).rows;
  }

  it("builds an index in the background", async () => {
    const id = await submitted("CREATE INDEX ASYNC t_b ON t (b)");
    const first = await job(id);
    expect(first).toMatchObject({
      job_type: "INDEX_BUILD",
      class_id: 1259,
      object_name: "public.t_b",
      details: null,
    });
    expect(["submitted", "processing"]).toContain(first?.status);
    expect(await wait(id)).toBe(true);
    const last = await job(id);
    expect(last?.status).toBe("completed");
    expect(last?.start_time).toEqual(first?.start_time);
    expect(last?.update_time?.getTime()).toBeGreaterThan(first?.start_time.getTime() ?? Infinity);
    const valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_b'::regclass";
    expect((await client.query(valid)).rows).toEqual([{ indisvalid: true }]);
  });

  it("names a job that has not begun yet and one whose object is gone", async () => {
    await client.query("BEGIN");
    const id = await submitted("CREATE INDEX ASYNC ON t (b)");
    expect(await job(id)).toMatchObject({
      status: "submitted",
      update_time: null,
      object_name: "public.t_b_idx",
    });
    await client.query("COMMIT");
    expect(await wait(id)).toBe(true);
    await client.query("DROP INDEX t_b_idx");
    expect(await job(id)).toMatchObject({ status: "completed", object_name: null });
  });

  it("leaves an index with duplicates invalid, and keeps new ones out", async () => {
    const id = await submitted("CREATE UNIQUE INDEX ASYNC t_a ON t (a)");
    expect(await wait(id)).toBe(false);
    expect(await job(id)).toMatchObject({
      status: "failed",
      details: "Found duplicate key while validating index for UCVs",
    });
    const state = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass";
    expect((await client.query(state)).rows).toEqual([{ indisvalid: false }]);
    expect(await failure(client, "INSERT INTO t VALUES (3, 1, 'z')")).toBe(
      '23505 duplicate key value violates unique constraint "t_a"',
    );
    await client.query("DROP INDEX t_a");
    expect(await failure(client, "INSERT INTO t VALUES (3, 1, 'z')")).toBe("none");
  });

  it("ends a build whose table is dropped", async () => {
    const id = await submitted("CREATE INDEX ASYNC t_b ON t (b)");
    await client.query("DROP TABLE t");
    await wait(id);
    const found = await job(id);
    expect(found).toMatchObject({ status: "completed", object_name: null });
    expect([null, 'relation "public.t" does not exist']).toContain(found?.details);
  });

  it("validates constraints", async () => {
    await client.query("ALTER TABLE t ADD CONSTRAINT more CHECK (a > 1) NOT VALID");
    await client.query("ALTER TABLE t ADD CONSTRAINT fine CHECK (a > 0) NOT VALID");
    const bad = await submitted("ALTER TABLE ASYNC t VALIDATE CONSTRAINT more");
    expect(await wait(bad)).toBe(false);
    expect(await job(bad)).toMatchObject({
      job_type: "VALIDATE_CONSTRAINT",
      object_name: "public.t",
      details: 'check constraint "more" of relation "t" is violated by some row',
    });
    expect(await wait(await submitted("ALTER TABLE ASYNC t VALIDATE CONSTRAINT fine"))).toBe(true);
    const { rows } = await client.query(
      "SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'c' ORDER BY 1",
    );
    expect(rows).toEqual([
      { conname: "fine", convalidated: true },
      { conname: "more", convalidated: false },
    ]);
    expect(await failure(client, "ALTER TABLE ASYNC t VALIDATE CONSTRAINT none")).toBe(
      '42704 constraint "none" of relation "t" does not exist',
    );
  });

  it("analyzes in the background", async () => {
    const { command, rows } = await client.query("ANALYZE t");
    expect([command, rows]).toEqual(["ANALYZE", []]);
    await ended("ANALYZE");
    const counted = await client.query("SELECT reltuples FROM pg_class WHERE relname = 't'");
    expect(counted.rows).toEqual([{ reltuples: 2 }]);
  });

  it("lists what was dropped", async () => {
    const before = (await ended("DROP")).length;
    await client.query("CREATE TABLE gone (id int PRIMARY KEY, a int)");
    await wait(await submitted("CREATE INDEX ASYNC gone_a ON gone (a)"));
    await wait(await submitted("CREATE INDEX ASYNC gone_b ON gone (a)"));
    await client.query("DROP INDEX gone_a");
    await client.query("DROP TABLE gone");
    const drops = await ended("DROP");
    expect(drops).toHaveLength(before + 2);
    for (const each of drops)
      expect(each).toMatchObject({ status: "completed", object_name: null });
  });

  it("words what is wrong with a call", async () => {
    expect(await failure(client, "CALL sys.wait_for_job('no-such-job')")).toBe(
      "22P02 Unable to convert text to UUID",
    );
    const first = "(SELECT job_id FROM sys.jobs LIMIT 1)";
    expect(await failure(client, `SELECT sys.wait_for_job(${first})`)).toBe(
      "42809 sys.wait_for_job(text) is a procedure",
    );
    expect(await failure(client, `CALL sys.wait_for_job(${first})`)).toBe(
      "0A000 cannot use subquery in CALL argument",
    );
  });

  it("takes the id as a parameter", async () => {
    const id = await submitted("CREATE INDEX ASYNC ON t (b)");
    const { rows } = await client.query("CALL sys.wait_for_job($1)", [id]);
    expect(rows).toEqual([{ succeeded: true }]);
  });
});
