/** Bodies of functions under the dsql profile: what is refused by itself is refused in them. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const LOCKS = "0A000 locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported";

const BODIES: readonly (readonly [body: string, answer: string])[] = [
  ["AS 'SELECT id FROM t FOR SHARE'", LOCKS],
  ["AS 'DELETE FROM t; SELECT id FROM t FOR SHARE'", LOCKS],
  ["BEGIN ATOMIC SELECT 1; SELECT id FROM t FOR NO KEY UPDATE; END", LOCKS],
  ["RETURN (SELECT count(*)::int FROM (SELECT id FROM t FOR SHARE) s)", LOCKS],
  ["AS 'TRUNCATE t; SELECT 1'", "0A000 unsupported statement: Truncate"],
  ["AS 'SELECT id FROM t TABLESAMPLE SYSTEM (10)'", "0A000 TABLESAMPLE clause not supported"],
  ["AS 'SELECT id FROM t FOR UPDATE'", "runs"],
  ["BEGIN ATOMIC SELECT id FROM t FOR KEY SHARE; END", "runs"],
  ["RETURN 1 + 1", "runs"],
  ["AS 'no SQL at all'", '42601 syntax error at or near "no"'],
];

describe.skipIf(buildMissing() !== undefined)("bodies of functions of the dsql profile", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded", ["--profile", "dsql"]);
    client = await database.connect();
    await client.query("CREATE TABLE t (id int PRIMARY KEY)");
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  it.each(BODIES)("%s", async (body, expected) => {
    const text = `CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql ${body}`;
    const answer = await client.query(text).then(
      () => "runs",
      ({ code, message }: pg.DatabaseError) => `${String(code)} ${message}`,
    );
    expect(answer).toBe(expected);
  });

  it("refuses set_config in them only when they are called", async () => {
    await client.query(
      `CREATE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT set_config(''a.b'', ''c'', true)'`,
    );
    const text = 'setting configuration parameter "a.b" not supported';
    await expect(client.query("SELECT g()")).rejects.toThrow(text);
    await expect(client.query("SELECT set_config('a.b', 'c', true)")).rejects.toThrow(text);
    await expect(
      client.query("CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SET a.b = 1; SELECT 1'"),
    ).rejects.toThrow(text);
  });

  it("makes an index at once where the session asks for it", async () => {
    const make = (): Promise<unknown> => client.query("CREATE INDEX t_id ON t (id)");
    await expect(make()).rejects.toThrow("unsupported mode. please use CREATE INDEX ASYNC.");
    await client.query("SET disable_sync_create_index = off");
    await make();
    const { rows } = await client.query(
      "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass",
    );
    expect(rows).toEqual([{ indisvalid: true }]);
    await client.query("SET disable_sync_create_index = on");
    await expect(make()).rejects.toThrow("unsupported mode. please use CREATE INDEX ASYNC.");
  });
});
