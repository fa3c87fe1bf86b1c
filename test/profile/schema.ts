/** The objects that examples of rules are about; each example finds them as they are here. */
import type pg from "pg";

const DROPPED = ["DROP SCHEMA IF EXISTS examples CASCADE"];

const MADE = [
  "CREATE SCHEMA examples",
  "CREATE TABLE examples.parent (id int PRIMARY KEY, name text)",
];

export async function makeObjects(client: pg.Client): Promise<void> {
  for (const statement of [...DROPPED, ...MADE]) await client.query(statement);
}
