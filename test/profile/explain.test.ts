/**
 * EXPLAIN of the dsql profile. The expected plans are laid out as the service lays them out (user
 * guide: explain plans, batched nested-loop joins, DPUs; plans of clusters of 2025 to October 2026).
 * Costs, estimated rows and times are this planner's, and left out here.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { runWithJobs } from "./schema.ts";

const SCHEMA = [
  "CREATE TABLE transaction (account_id uuid, transaction_date timestamp, description text)",
  `INSERT INTO transaction
   SELECT gen_random_uuid(), timestamp '2024-12-20' + i * interval '1 day',
          CASE WHEN i % 3 = 0 THEN 'an external one' ELSE 'x' END
   FROM generate_series(1, 30) i`,
  "CREATE TABLE account (id int PRIMARY KEY, customer_id int, balance numeric, status varchar, created_at timestamp)",
  `INSERT INTO account
   SELECT i, i % 100, i, CASE WHEN i % 200 < 100 THEN 'pending' ELSE 'done' END,
          timestamp '2025-01-01' + i * interval '1 hour'
   FROM generate_series(1, 2000) i`,
  "CREATE INDEX ASYNC idx1 ON account (customer_id) INCLUDE (balance, status)",
  "CREATE TABLE test_table (id int PRIMARY KEY, context text)",
  "INSERT INTO test_table SELECT i, 'name' || i FROM generate_series(1, 120) i",
  "CREATE TABLE few (id int PRIMARY KEY, other int)",
  "INSERT INTO few VALUES (1, 7), (2, 8), (3, 9)",
  "ANALYZE transaction",
  "ANALYZE account",
  "ANALYZE test_table",
  "ANALYZE few",
];

const CUSTOMER = "customer_id = 7 AND balance > 100 AND status = 'pending'";

const FEW_AND_THEIR_ACCOUNTS = `  Recheck Cond: (id = f.other)
  ->  Index Only Scan using few_pkey on few f  (costs)
        -> Storage Scan on few_pkey  (costs loops=1)
            Projections: id, other
            -> B-Tree Scan on few_pkey  (costs loops=1)
  ->  Index Only Scan using account_pkey on account a  (costs)
        Index Cond: (id = f.other)
        -> Storage Scan on account_pkey  (costs loops=1)
            Projections: id, balance
            -> B-Tree Scan on account_pkey  (costs loops=1)
                Index Cond: (id = f.other)`;

interface PlanCase {
  readonly what: string;
  readonly sql: string;
  readonly plan: string;
}

const PLANS: readonly PlanCase[] = [
  { what: "no table", sql: "EXPLAIN SELECT 1", plan: "Result  (costs)" },
  {
    what: "a table without a key",
    sql: "EXPLAIN SELECT account_id FROM transaction WHERE transaction_date > '2025-01-01' AND description LIKE '%external%'",
    plan: `
Full Scan (btree-table) on transaction  (costs)
  Filter: (description ~~ '%external%'::text)
  -> Storage Scan on transaction  (costs loops=1)
      Projections: account_id, description
      Filters: (transaction_date > '2025-01-01 00:00:00'::timestamp without time zone)
      -> B-Tree Scan on transaction  (costs loops=1)`,
  },
  {
    what: "what the filters drop",
    sql: "EXPLAIN ANALYZE SELECT account_id FROM transaction WHERE transaction_date > '2025-01-01' AND description LIKE '%external%'",
    plan: `
Full Scan (btree-table) on transaction  (costs) (actual rows=6 loops=1)
  Filter: (description ~~ '%external%'::text)
  Rows Removed by Filter: 12
  -> Storage Scan on transaction  (costs loops=1) (actual rows=18 loops=1)
      Projections: account_id, description
      Filters: (transaction_date > '2025-01-01 00:00:00'::timestamp without time zone)
      Rows Filtered: 12
      -> B-Tree Scan on transaction  (costs loops=1) (actual rows=30 loops=1)`,
  },
  {
    what: "an index that has all columns",
    sql: `EXPLAIN SELECT balance FROM account WHERE ${CUSTOMER}`,
    plan: `
Index Only Scan using idx1 on account  (costs)
  Index Cond: (customer_id = 7)
  Filter: (balance > '100'::numeric)
  -> Storage Scan on idx1  (costs loops=1)
      Projections: balance
      Filters: ((status)::text = 'pending'::text)
      -> B-Tree Scan on idx1  (costs loops=1)
          Index Cond: (customer_id = 7)`,
  },
  {
    what: "an index that leads to the rows",
    sql: `EXPLAIN SELECT balance FROM account WHERE ${CUSTOMER} AND created_at > '2025-01-05'`,
    plan: `
Index Scan using idx1 on account  (costs)
  Index Cond: (customer_id = 7)
  Filter: (balance > '100'::numeric)
  -> Storage Scan on idx1  (costs loops=1)
      Filters: ((status)::text = 'pending'::text)
      -> B-Tree Scan on idx1  (costs loops=1)
          Index Cond: (customer_id = 7)
  -> Storage Lookup on account  (costs loops=1)
      Projections: balance
      Filters: (created_at > '2025-01-05 00:00:00'::timestamp without time zone)
      -> B-Tree Lookup on account  (costs loops=1)`,
  },
  {
    what: "a whole table with a key",
    sql: "EXPLAIN ANALYZE VERBOSE SELECT * FROM test_table",
    plan: `
Index Only Scan using test_table_pkey on public.test_table  (costs) (actual rows=120 loops=1)
  Output: id, context
  -> Storage Scan on test_table_pkey  (costs loops=1) (actual rows=120 loops=1)
      Projections: id, context
      -> B-Tree Scan on test_table_pkey  (costs loops=1) (actual rows=120 loops=1)`,
  },
  {
    what: "backwards",
    sql: "EXPLAIN SELECT id FROM test_table ORDER BY id DESC",
    plan: `
Index Only Scan Backward using test_table_pkey on test_table  (costs)
  -> Storage Scan on test_table_pkey  (costs loops=1)
      Projections: id
      -> B-Tree Scan on test_table_pkey  (costs loops=1)`,
  },
  {
    what: "a batched join",
    sql: "EXPLAIN SELECT f.id, a.balance FROM few f JOIN account a ON a.id = f.other",
    plan: `
Nested Loop (Batched Join)  (costs)
${FEW_AND_THEIR_ACCOUNTS}`,
  },
  {
    what: "a batched left join",
    sql: "EXPLAIN SELECT f.id, a.balance FROM few f LEFT JOIN account a ON a.id = f.other",
    plan: `
Nested Loop (Batched Join)  (costs)
  Join Type: Left
${FEW_AND_THEIR_ACCOUNTS}`,
  },
];

const TAIL =
  /^(?:Query Identifier|Planning Time|Execution Time|Statement DPU Estimate| {2}\w+: .* DPU)/u;

function stripped(line: string): string {
  return line
    .replace(/\(cost=\S+ rows=\d+ width=\d+/u, "(costs")
    .replace(/actual time=\S+ /u, "actual ");
}

describe.skipIf(buildMissing() !== undefined)("EXPLAIN of the dsql profile", () => {
  let database: TestDatabase;
  let client: pg.Client;

  async function explain(sql: string): Promise<readonly string[]> {
    const { rows } = await client.query<{ "QUERY PLAN": string }>(sql);
    return rows.map((row) => row["QUERY PLAN"]);
  }

  beforeAll(async () => {
    database = await startDatabase("embedded", ["--profile", "dsql"]);
    client = await database.connect();
    await runWithJobs(client, SCHEMA);
    const { rows } = await client.query<{ job_id: string }>("SELECT job_id FROM sys.jobs");
    for (const { job_id } of rows) await client.query("CALL sys.wait_for_job($1)", [job_id]);
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  it.each(PLANS)("$what", async ({ sql, plan }) => {
    const lines = await explain(sql);
    const shown = lines.filter((line) => !TAIL.test(line)).map(stripped);
    expect(shown).toEqual(plan.trim().split("\n"));
  });

  it("has no batches where they are switched off", async () => {
    await client.query("SET dsql.enable_batched_nestloop = off");
    const [top = ""] = await explain(
      "EXPLAIN SELECT f.id, a.balance FROM few f JOIN account a ON a.id = f.other",
    );
    expect(stripped(top)).toBe("Nested Loop  (costs)");
    await client.query("RESET dsql.enable_batched_nestloop");
  });

  it("tells what a statement costs, with VERBOSE and ANALYZE only", async () => {
    const lines = await explain("EXPLAIN ANALYZE VERBOSE SELECT * FROM test_table WHERE id = 5");
    const tail = lines.slice(lines.indexOf("Statement DPU Estimate:"));
    expect(tail.map((line) => line.replace(/Compute: [\d.]+|Total: [\d.]+/u, "…"))).toEqual([
      "Statement DPU Estimate:",
      "  … DPU",
      "  Read: 0.00023 DPU (Transaction minimum: 0.00375)",
      "  Write: 0.00000 DPU",
      "  … DPU",
    ]);
    for (const form of ["EXPLAIN", "EXPLAIN ANALYZE", "EXPLAIN VERBOSE"]) {
      const other = await explain(`${form} SELECT * FROM test_table WHERE id = 5`);
      expect(other.join("\n")).not.toContain("DPU");
    }
  });

  it.each([
    // As a cluster counted: three rows; a row with an entry in one index; that row changed.
    ["INSERT INTO test_table VALUES (1001, 'a'), (1002, 'b'), (1003, 'c')", "0.01875"],
    ["INSERT INTO account VALUES (3001, 1, 1, 'x', now())", "0.01250"],
    ["UPDATE account SET customer_id = 2 WHERE id = 3001", "0.01875"],
  ])("counts what %s writes", async (sql, write) => {
    const lines = await explain(`EXPLAIN ANALYZE VERBOSE ${sql}`);
    expect(lines).toContain(`  Write: ${write} DPU (Transaction minimum: 0.05000)`);
  });

  it("identifies queries whatever their constants", async () => {
    const identifier = async (sql: string): Promise<string> => {
      const lines = await explain(`EXPLAIN VERBOSE ${sql}`);
      return lines.find((line) => line.startsWith("Query Identifier: ")) ?? "";
    };
    const one = await identifier("SELECT * FROM test_table WHERE id = 1");
    expect(one).toMatch(/^Query Identifier: [ybndrfg8ejkmcpqxot1uwisza345h769]{13}$/u);
    expect(await identifier("SELECT * FROM test_table  WHERE id = 22")).toBe(one);
    expect(await identifier("SELECT * FROM test_table WHERE id > 1")).not.toBe(one);
  });

  it("counts rows that a statement itself wrote", async () => {
    await client.query("BEGIN");
    await client.query("INSERT INTO few VALUES (4, 4)");
    const lines = await explain("EXPLAIN ANALYZE SELECT * FROM few WHERE other < 9");
    expect(lines.map(stripped)).toContain("      Rows Filtered: 1");
    await client.query("ROLLBACK");
  });
});
