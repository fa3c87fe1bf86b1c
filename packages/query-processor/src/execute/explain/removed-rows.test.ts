/** Rows that conditions drop, as EXPLAIN ANALYZE tells of them. */
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog } from "../../bind/testing/test-catalog.ts";
import { loadParser } from "../../parse/parser.ts";
import { MemoryTransaction } from "../testing/memory-transaction.ts";
import { runStatement } from "../testing/statement-runner.ts";
import { perLoop } from "./removed-rows.ts";

const catalog = testCatalog([]);

async function linesOf(text: string): Promise<readonly string[]> {
  const explain = `explain (analyze, costs off, timing off, summary off) ${text}`;
  const { rows } = await runStatement(explain, new MemoryTransaction(new Map()), catalog);
  return rows.map((row) => (row[0] as string).trim());
}

beforeAll(loadParser);

describe("EXPLAIN ANALYZE counts", () => {
  it("pairs that a hash join drops, and rows above it", async () => {
    const lines = await linesOf(
      `select * from generate_series(1, 100) a left join generate_series(51, 150) b
        on a = b and (a + b) % 3 = 0 where coalesce(b, 0) <> 60`,
    );
    expect(lines[0]).toBe("Hash Left Join (actual rows=99 loops=1)");
    expect(lines).toContain("Rows Removed by Join Filter: 33");
    expect(lines).toContain("Rows Removed by Filter: 1");
  });

  it("groups that HAVING drops, behind what the groups took", async () => {
    const lines = await linesOf(
      "select a % 10, count(*) from generate_series(1, 95) a group by a % 10 having count(*) > 9",
    );
    const at = lines.indexOf("Rows Removed by Filter: 5");
    expect(lines[at - 1]).toMatch(/^Batches: 1 {2}Memory Usage/u);
  });

  it("for each time that a node ran, without decimals as printf has them", () => {
    expect([perLoop(5, 2), perLoop(7, 2), perLoop(8, 3), perLoop(0, 0)]).toEqual([2, 4, 3, 0]);
  });
});
