/**
 * OC001 under the dsql profile: whatever changes the schema refuses every transaction that began
 * before and wrote or locked anything, whichever table, and once every session that knew the schema
 * as it was; nothing else does (I10).
 */
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

const OUTDATED = "40001 schema has been updated by another transaction (OC001)";

const SCHEMA = [
  "CREATE TABLE written (id int PRIMARY KEY, v text)",
  "CREATE TABLE other (id int PRIMARY KEY, v text, n int DEFAULT 1)",
  "CREATE TABLE child (id int PRIMARY KEY, parent int)",
  "CREATE VIEW shown AS SELECT id FROM other",
  "CREATE SEQUENCE numbers CACHE 1",
  "CREATE DOMAIN label AS text",
  "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "CREATE SCHEMA place",
  "CREATE ROLE reader",
  "CREATE STATISTICS known ON id, v FROM other",
  "INSERT INTO written VALUES (1, 'a'), (2, 'b')",
];

/** None of them touches the table that is written to. */
const CHANGES: readonly string[] = [
  "CREATE TABLE more (id int)",
  "DROP TABLE more",
  "ALTER TABLE other ADD COLUMN extra int",
  "ALTER TABLE other ALTER COLUMN n SET DEFAULT 2",
  "ALTER TABLE other RENAME COLUMN extra TO added",
  "ALTER TABLE other DROP COLUMN added",
  "ALTER TABLE child ADD CONSTRAINT refers FOREIGN KEY (parent) REFERENCES other NOT VALID",
  "ALTER TABLE child DROP CONSTRAINT refers",
  "ALTER TABLE child RENAME TO children",
  "CREATE INDEX ASYNC other_v ON other (v)",
  "DROP INDEX other_v",
  "CREATE OR REPLACE VIEW shown AS SELECT id FROM other WHERE id > 0",
  "ALTER SEQUENCE numbers MAXVALUE 1000",
  "CREATE SEQUENCE more_numbers CACHE 1",
  "ALTER DOMAIN label SET DEFAULT 'none'",
  "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
  "CREATE SCHEMA another",
  "ALTER TABLE other SET SCHEMA place",
  "COMMENT ON TABLE children IS 'some'",
  "CREATE ROLE writer",
  "ALTER ROLE writer WITH LOGIN",
  "GRANT SELECT ON place.other TO reader",
  "REVOKE SELECT ON place.other FROM reader",
  "GRANT reader TO writer",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA place GRANT SELECT ON TABLES TO reader",
  "DROP STATISTICS known",
  "AWS IAM GRANT writer TO 'arn:aws:iam::123456789012:role/app'",
];

async function answer(client: pg.Client, statement: string): Promise<string> {
  try {
    return (await client.query(statement)).command;
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return `${String(code)} ${message}`;
  }
}

/** As clients of the service do. */
async function untilDone(client: pg.Client, statement: string): Promise<pg.QueryResult> {
  for (;;) {
    try {
      return await client.query(statement);
    } catch (error) {
      if ((error as pg.DatabaseError).code !== "40001") throw error;
    }
  }
}

/** Until no job is left that could change anything. */
async function settle(client: pg.Client): Promise<void> {
  const text =
    "SELECT count(*)::int AS n FROM sys.jobs WHERE status IN ('submitted', 'processing')";
  while ((await untilDone(client, text)).rows[0]?.n > 0);
}

describe.skipIf(missing !== undefined).each(COMPOSITIONS)("OC001, %s", (composition) => {
  let database: TestDatabase;
  /** Sessions at query processors in turn. */
  let sessions: readonly pg.Client[];

  function session(n: number): pg.Client {
    const found = sessions[n];
    if (found === undefined) throw new RangeError(`no session ${n}`);
    return found;
  }

  beforeAll(async () => {
    database = await startDatabase(composition, ["--profile", "dsql"]);
    sessions = await Promise.all([0, 1, 0, 1, 0, 1].map((at) => database.connect(at)));
    for (const statement of SCHEMA) await untilDone(session(0), statement);
  });
  afterAll(async () => {
    await Promise.all((sessions ?? []).map((client) => client.end()));
    await database?.destroy();
  });
  beforeEach(async () => {
    await settle(session(0));
    for (const client of sessions) await untilDone(client, "SELECT id FROM written");
  });

  it.each(CHANGES)("%s", async (change) => {
    const [changing, writer, locking, reader, pooled, away] = sessions as pg.Client[];
    if (!changing || !writer || !locking || !reader || !pooled || !away)
      throw new RangeError("few");
    for (const client of [writer, locking, reader]) await client.query("BEGIN");
    await writer.query("UPDATE written SET v = 'w' WHERE id = 1");
    await locking.query("SELECT v FROM written WHERE id = 2 FOR UPDATE");
    await reader.query("SELECT v FROM written");
    expect(await answer(changing, change)).not.toMatch(/^\d/u);
    expect(await answer(writer, "UPDATE written SET v = 'x' WHERE id = 1")).toBe("UPDATE");
    expect(await answer(reader, "SELECT v FROM written")).toBe("SELECT");
    const ends = [writer, locking, reader].map((client) => answer(client, "COMMIT"));
    expect(await Promise.all(ends)).toEqual([OUTDATED, OUTDATED, "COMMIT"]);
    // A session at each query processor, neither of which has made the change.
    expect(await answer(pooled, "SELECT id FROM written")).toBe(OUTDATED);
    expect(await answer(pooled, "SELECT id FROM written")).toBe("SELECT");
    expect(await answer(away, "INSERT INTO written VALUES (9)")).toBe(OUTDATED);
    expect(await answer(away, "SELECT 1")).toBe("SELECT");
    expect(await answer(away, "DELETE FROM written WHERE id = 9")).toBe("DELETE");
    expect(await answer(changing, "SELECT id FROM written")).toBe("SELECT");
  });

  it("is not met by who commits before the change does, and neither does it refuse the change", async () => {
    const [changing, writer] = [session(0), session(1)];
    await changing.query("BEGIN");
    await changing.query("ALTER TABLE written ADD COLUMN later int");
    await writer.query("BEGIN");
    await writer.query("UPDATE written SET v = 'early' WHERE id = 1");
    expect(await answer(writer, "COMMIT")).toBe("COMMIT");
    expect(await answer(changing, "COMMIT")).toBe("COMMIT");
  });

  it("is met by one of two changes at a time, in either order", async () => {
    for (const [first, second] of [
      [session(0), session(1)],
      [session(1), session(0)],
    ] as const) {
      for (const client of [first, second]) await client.query("BEGIN");
      await first.query("COMMENT ON TABLE written IS 'a'");
      await second.query("COMMENT ON TABLE children IS 'b'");
      expect(await answer(second, "COMMIT")).toBe("COMMIT");
      expect(await answer(first, "COMMIT")).toBe(OUTDATED);
    }
  });

  it("is not met for what changes no schema", async () => {
    const [other, writer] = [session(1), session(2)];
    const harmless = [
      "SELECT nextval('numbers')",
      "ANALYZE written",
      "INSERT INTO children VALUES (77)",
      "SET application_name = 'a'",
    ];
    for (const statement of harmless) {
      await writer.query("BEGIN");
      await writer.query("UPDATE written SET v = v || '.' WHERE id = 1");
      await untilDone(other, statement);
      await settle(other);
      expect(await answer(writer, "COMMIT"), statement).toBe("COMMIT");
      expect(await answer(session(3), "SELECT id FROM written"), statement).toBe("SELECT");
    }
  });

  it("is not met by who reads no table of its own", async () => {
    const [changing, idle] = [session(0), session(3)];
    await untilDone(changing, "COMMENT ON TABLE written IS 'c'");
    expect(await answer(idle, "SELECT now()")).toBe("SELECT");
    expect(await answer(idle, "SELECT count(*) FROM pg_class")).toBe("SELECT");
    expect(await answer(idle, "SELECT id FROM written")).toBe(OUTDATED);
  });

  it("leaves a transaction alone for the steps of a build that was there before", async () => {
    const [building, writer] = [session(0), session(1)];
    await untilDone(building, "CREATE INDEX ASYNC ON children (parent)");
    await untilDone(writer, "SELECT id FROM written");
    await writer.query("BEGIN");
    await writer.query("UPDATE written SET v = 'b' WHERE id = 1");
    await settle(building);
    expect(await answer(writer, "COMMIT")).toBe("COMMIT");
  });
});
