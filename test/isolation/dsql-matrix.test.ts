/**
 * The dsql profile's matrix of intents: every pair of ways to take a row, in both orders of their
 * commits. Both statements succeed; where the matrix says conflict the later COMMIT is refused, and
 * nothing else is.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

type Intent = "X" | "U" | "K";

interface Take {
  readonly what: string;
  readonly intent: Intent;
  readonly sql: (session: number) => string;
}

/** All take the row with id 1. */
const TAKES: readonly Take[] = [
  { what: "DELETE", intent: "X", sql: () => "DELETE FROM parent WHERE id = 1" },
  {
    what: "UPDATE of the primary key",
    intent: "X",
    sql: (session) => `UPDATE parent SET id = ${10 + session} WHERE id = 1`,
  },
  {
    what: "UPDATE of a unique column",
    intent: "X",
    sql: (session) => `UPDATE parent SET code = 'x${session}' WHERE id = 1`,
  },
  {
    what: "DELETE by a cascade",
    intent: "X",
    sql: () => "DELETE FROM grandparent WHERE id = 1",
  },
  {
    what: "UPDATE of a unique column by a cascade",
    intent: "X",
    sql: (session) => `UPDATE grandparent SET code = ${20 + session} WHERE code = 1`,
  },
  {
    what: "FOR UPDATE of a join",
    intent: "X",
    sql: () => `SELECT p.id FROM parent p JOIN grandparent g ON g.id = p.grand
                WHERE g.id = 1 FOR UPDATE OF p`,
  },
  { what: "FOR UPDATE", intent: "X", sql: () => "SELECT id FROM parent WHERE id = 1 FOR UPDATE" },
  {
    what: "UPDATE of another column",
    intent: "U",
    sql: (session) => `UPDATE parent SET note = 'u${session}' WHERE id = 1`,
  },
  {
    what: "INSERT that becomes an UPDATE",
    intent: "U",
    sql: (session) => `INSERT INTO parent VALUES (1, 'other') ON CONFLICT (id)
                       DO UPDATE SET note = 'c${session}'`,
  },
  {
    what: "UPDATE that adds to a column",
    intent: "U",
    sql: () => "UPDATE parent SET hits = hits + 1 WHERE id = 1",
  },
  {
    what: "UPDATE of a column of a partial unique index",
    intent: "U",
    sql: (session) => `UPDATE parent SET partial = 'p${session}' WHERE id = 1`,
  },
  {
    what: "UPDATE of a column of a unique index over an expression",
    intent: "U",
    sql: (session) => `UPDATE parent SET expression = 'e${session}' WHERE id = 1`,
  },
  {
    what: "FOR KEY SHARE",
    intent: "K",
    sql: () => "SELECT id FROM parent WHERE id = 1 FOR KEY SHARE",
  },
  {
    what: "INSERT that refers to it",
    intent: "K",
    sql: (session) => `INSERT INTO child VALUES (${session}, 1)`,
  },
  {
    what: "UPDATE that refers to it",
    intent: "K",
    sql: (session) => `UPDATE child SET parent = 1 WHERE id = ${100 + session}`,
  },
];

const CONFLICTS: ReadonlySet<string> = new Set(["XX", "XU", "XK", "UX", "UU", "KX"]);

const SCHEMA = [
  "CREATE TABLE grandparent (id int PRIMARY KEY, code int UNIQUE)",
  `CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE, note text, hits int,
     partial text, expression text,
     grand int REFERENCES grandparent ON DELETE CASCADE,
     grand_code int UNIQUE REFERENCES grandparent (code) ON UPDATE CASCADE)`,
  "CREATE UNIQUE INDEX ASYNC parent_partial ON parent (partial) WHERE partial <> ''",
  "CREATE UNIQUE INDEX ASYNC parent_expression ON parent ((lower(expression)))",
  "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)",
];

const ROWS = [
  "DELETE FROM child",
  "DELETE FROM parent",
  "DELETE FROM grandparent",
  "INSERT INTO grandparent VALUES (1, 1)",
  "INSERT INTO parent VALUES (1, 'a', 'n', 0, 'p', 'e', 1, 1)",
  "INSERT INTO child VALUES (101, NULL), (102, NULL)",
];

async function repeated(client: pg.Client, statement: string): Promise<void> {
  for (;;) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      if ((error as pg.DatabaseError).code !== "40001") throw error;
    }
  }
}

async function outcome(client: pg.Client): Promise<string> {
  try {
    return (await client.query("COMMIT")).command;
  } catch (error) {
    const { code, message, detail, hint } = error as pg.DatabaseError;
    return [code, message, detail, hint].filter((part) => part !== undefined).join(" ");
  }
}

describe.skipIf(missing !== undefined).each(COMPOSITIONS)(
  "the matrix of intents, %s",
  (composition) => {
    let database: TestDatabase;
    let clients: readonly [pg.Client, pg.Client];

    beforeAll(async () => {
      database = await startDatabase(composition, ["--profile", "dsql"]);
      const first = await database.connect(0);
      for (const statement of SCHEMA) await repeated(first, statement);
      const isBuilt = async (): Promise<boolean> => {
        const text = "SELECT count(*)::int AS left FROM pg_index WHERE NOT indisvalid";
        return (await first.query<{ left: number }>(text)).rows[0]?.left === 0;
      };
      while (!(await isBuilt()));
      clients = [first, await database.connect(1)];
    });
    afterAll(async () => {
      await Promise.all((clients ?? []).map((client) => client.end()));
      await database?.destroy();
    });

    const pairs = TAKES.flatMap((a) => TAKES.map((b) => [a, b] as const));
    const cases = pairs.map(([a, b]) => [
      `${a.what} (${a.intent})`,
      `${b.what} (${b.intent})`,
      a,
      b,
    ]);
    it.each(cases as [string, string, Take, Take][])("%s, then %s", async (_a, _b, a, b) => {
      const [first, second] = clients;
      for (const statement of ROWS) await repeated(first, statement);
      await first.query("BEGIN");
      await second.query("BEGIN");
      const counts = [
        (await first.query(a.sql(1))).rowCount,
        (await second.query(b.sql(2))).rowCount,
      ];
      const outcomes = [await outcome(first), await outcome(second)];
      expect(counts).toEqual([1, 1]);
      const refused = "40001 change conflicts with another transaction (OC000)";
      expect(outcomes).toEqual(["COMMIT", CONFLICTS.has(a.intent + b.intent) ? refused : "COMMIT"]);
    });

    it.each([
      ["a primary key", "INSERT INTO parent (id) VALUES (5)", "INSERT INTO parent (id) VALUES (5)"],
      [
        "a unique value",
        "INSERT INTO parent (id, code) VALUES (6, 'new')",
        "INSERT INTO parent (id, code) VALUES (7, 'new')",
      ],
      [
        "a unique value that a row is given",
        "INSERT INTO parent (id, code) VALUES (6, 'new')",
        "UPDATE parent SET code = 'new' WHERE id = 1",
      ],
      [
        "a value of a partial unique index",
        "INSERT INTO parent (id, partial) VALUES (6, 'new')",
        "INSERT INTO parent (id, partial) VALUES (7, 'new')",
      ],
    ])("INSERT of %s twice", async (_what, mine, theirs) => {
      const [first, second] = clients;
      for (const statement of ROWS) await repeated(first, statement);
      for (const [client, statement] of [
        [first, mine],
        [second, theirs],
      ] as const) {
        await client.query("BEGIN");
        await client.query(statement);
      }
      expect([await outcome(second), await outcome(first)]).toEqual([
        "COMMIT",
        "40001 change conflicts with another transaction (OC000)",
      ]);
    });
  },
);
