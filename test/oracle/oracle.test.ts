/** The oracle itself: it starts, answers as PostgreSQL 16, and leaves nothing behind. */
import pg from "pg";
import { describe, expect, it } from "vitest";
import { oracleAvailable, startOracle } from "./oracle.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

describe.skipIf(unavailable !== undefined)("the oracle", () => {
  it("answers as PostgreSQL 16 in the C locale and stops", async () => {
    const oracle = await startOracle();
    const client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    const version = await client.query("show server_version");
    const collate = await client.query(
      "select datcollate from pg_database where datname = 'postgres'",
    );
    await client.end();
    await oracle.stop();
    expect(version.rows[0].server_version).toMatch(/^16\./);
    expect(collate.rows[0].datcollate).toBe("C");
  });
});
