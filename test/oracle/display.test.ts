/** Expressions print as PostgreSQL prints them in view definitions, and parse back to the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SqlError } from "@firstlight/common";
import { displayExpr } from "@firstlight/sql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";
import { bindExpression, loadParser } from "./small-binder.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

/** Written with SQL syntax of their own or with defaults, which the tree does not keep. */
const OWN_SYNTAX =
  /substring\(|position\(|overlay\(|trim\(|extract\(|at time zone|operator\(|distinct from null|=>|jsonb_set\(/i;

function display(sql: string): string | undefined {
  try {
    return displayExpr(bindExpression(sql), { column: () => "?" }, "show");
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

describe.skipIf(unavailable !== undefined)("expressions print as PostgreSQL prints them", () => {
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await oracle.stop();
  });

  async function definition(sql: string): Promise<string | undefined> {
    try {
      await client.query("drop view if exists printed");
      await client.query(`create view printed as select ${sql} as x`);
      const result = await client.query<{ text: string }>(
        "select pg_get_viewdef('printed') as text",
      );
      const text = result.rows[0]?.text ?? "";
      const oneLine = text.replaceAll(/\s+/g, " ");
      return oneLine.replace(/^ SELECT /, "").replace(/ AS x;$/, "");
    } catch {
      return undefined;
    }
  }

  it("in view definitions", async () => {
    const lines = readFileSync(join(import.meta.dirname, "expressions.txt"), "utf8").split("\n");
    const different: string[] = [];
    let compared = 0;
    for (const sql of lines) {
      if (sql === "" || sql.startsWith("#") || OWN_SYNTAX.test(sql)) continue;
      const ours = display(sql);
      const theirs = await definition(sql);
      if (ours === undefined || theirs === undefined) continue;
      compared += 1;
      if (ours.replaceAll(/\s+/g, " ") !== theirs)
        different.push(`${sql}\n  ours   ${ours}\n  theirs ${theirs}`);
    }
    expect(compared).toBeGreaterThan(250);
    expect(different.join("\n")).toBe("");
  });
});
