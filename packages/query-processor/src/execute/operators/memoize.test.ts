/** What a memo holds is bounded, and never the reason why a statement is refused. */
import type { Row } from "@firstlight/sql";
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog, testTable } from "../../bind/testing/test-catalog.ts";
import { loadParser } from "../../parse/parser.ts";
import { MemoryTransaction } from "../testing/memory-transaction.ts";
import { runStatement, testSpillSpace } from "../testing/statement-runner.ts";
import type { MemoizeNode } from "../../plan/plan-node.ts";
import { MemoryAccount } from "../memory-account.ts";
import type { Operator, Run } from "../operator.ts";
import { Memo } from "./memoize.ts";

const INT = 23;
const catalog = testCatalog([
  testTable({
    oid: 20001,
    name: "b",
    columns: ["id", "k"].map((name) => ({ name, type: INT })),
    primary: [1],
  }),
]);
const LIMIT = 100 << 10;

beforeAll(loadParser);

async function run(text: string): Promise<readonly Row[]> {
  const transaction = new MemoryTransaction(new Map());
  const { rows } = await runStatement(text, transaction, catalog, [], [], LIMIT);
  return rows;
}

async function analyzed(text: string): Promise<string> {
  const options = "analyze, costs off, timing off, summary off";
  const rows = await run(`explain (${options}) ${text}`);
  return rows.map(([line]) => (typeof line === "string" ? line : "")).join("\n");
}

const OUTER = "(select i % 500 as k from generate_series(1, 600) i offset 0) o";

/** An aggregate for which no row is found. */
function counted(name: string): string {
  return `lateral (select count(*) as c from b where b.k = o.k) ${name}`;
}

describe("a memo", () => {
  it("gives up keys for which an aggregate found no rows", async () => {
    const text = `select count(*), sum(l.c)::int from ${OUTER}, ${counted("l")}`;
    expect(await analyzed(text)).toMatch(/Evictions: [1-9]/u);
    expect(await run(text)).toEqual([[600n, 0]]);
  });

  it("leaves memory to others", async () => {
    const names = ["l1", "l2", "l3", "l4", "l5", "l6"];
    const sides = names.map(counted).join(", ");
    const text = `select count(*), sum(l1.c + l2.c + l3.c + l4.c + l5.c + l6.c)::int from ${OUTER}, ${sides}`;
    expect(await analyzed(text)).toMatch(/Evictions: [1-9]/u);
    expect(await run(text)).toEqual([[600n, 0]]);
  });

  it("records no more rows than it may keep", () => {
    const run = { memory: new MemoryAccount(LIMIT, testSpillSpace()) } as Run;
    const batch = Array.from({ length: 1000 }, (_, i) => [i]);
    const endless: Operator = { next: () => batch, close: () => undefined };
    const node = { batchLeast: 0 } as MemoizeNode;
    const memo = new Memo(run, { node, open: () => endless, key: () => 1, batch: undefined });
    const operator = memo.open(1);
    expect(operator.next(1000)).toBe(batch);
    expect(memo.report.overflows).toBe(1);
    expect(operator.next(1000)).toBe(batch);
    expect(memo.report.overflows).toBe(1);
  });
});
