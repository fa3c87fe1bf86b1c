/** The objects that examples of rules are about; each example finds them as they are here. */
import type pg from "pg";

const ATTEMPTS_MAX = 100;

export const DROPPED = ["DROP SCHEMA IF EXISTS examples CASCADE"];

export const MADE = [
  "CREATE SCHEMA examples",
  "CREATE TABLE examples.parent (id int PRIMARY KEY, name text)",
  "CREATE TABLE examples.child (id int PRIMARY KEY, parent int REFERENCES examples.parent)",
  "CREATE TABLE examples.things (size int, document jsonb)",
  "CREATE INDEX ASYNC things_size ON examples.things (size)",
  "CREATE VIEW examples.names AS SELECT name FROM examples.parent",
  "CREATE DOMAIN examples.label AS text",
  "CREATE SEQUENCE examples.numbers CACHE 1",
  "CREATE FUNCTION examples.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "INSERT INTO examples.parent VALUES (1, 'a')",
];

export async function makeObjects(client: pg.Client): Promise<void> {
  for (const statement of [...DROPPED, ...MADE]) await untilDone(client, statement);
}

/** Builds of indexes in the background change the schema, too. */
async function untilDone(client: pg.Client, statement: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      if ((error as pg.DatabaseError).code !== "40001" || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}

/** Runs the statements, and waits for the jobs that they begin. */
export async function runWithJobs(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    const { rows } = await client.query<{ job_id?: string }>(statement);
    const id = rows[0]?.job_id;
    if (id !== undefined) await client.query("CALL sys.wait_for_job($1)", [id]);
  }
}
