/** Conditions that are too long to be sent to storage with every page answer as short ones do. */
import { describe, expect, it, beforeAll } from "vitest";
import { makeArray } from "@firstlight/sql";
import { testCatalog, testTable } from "../bind/testing/test-catalog.ts";
import { loadParser } from "../parse/parser.ts";
import type { ScanOptions } from "../transaction/transaction.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { runStatement } from "./testing/statement-runner.ts";

const [INT, INTS, BIGINTS] = [23, 1007, 1016];
const ROWS = 500;
/** What storage keeps compiled from page to page. */
const KEPT_TEXT_MAX = 64 << 10;

class Observed extends MemoryTransaction {
  readonly programs: string[] = [];

  override scan(options: ScanOptions): ReturnType<MemoryTransaction["scan"]> {
    if (options.program !== undefined) this.programs.push(options.program);
    return super.scan(options);
  }
}

const catalog = testCatalog([
  testTable({
    oid: 20001,
    name: "t",
    columns: [
      { name: "i", type: INT },
      { name: "k", type: INT },
      { name: "m", type: INT },
    ],
    primary: [1],
  }),
]);
beforeAll(loadParser);

async function filled(): Promise<Observed> {
  const transaction = new Observed(new Map(), { pushdown: true });
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `(${i}, ${i % 7}, ${i % 5 === 0 ? "null" : i})`,
  );
  await runStatement(`insert into t values ${rows.join(", ")}`, transaction, catalog);
  return transaction;
}

function terms(count: number, item: (i: number) => string, between: string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(between);
}

const LONG = 20_000;
const list = (step: number): ReturnType<typeof makeArray> =>
  makeArray(
    INT,
    Array.from({ length: LONG }, (_, i) => i * step),
  );

describe("a condition that is too long for storage", () => {
  it.each([
    ["m = any($1)", "m % 3 = 0"],
    ["m = any($1) and k = 2", "m % 3 = 0 and k = 2"],
    ["m <> all($1) and k > 2", "m % 3 <> 0 and k > 2"],
    ["m = any($1::int[]) or k = 3", "m % 3 = 0 or k = 3"],
    ["m <> all($1) and 10 / (m % 3) > 5", "m % 3 <> 0 and 10 / (m % 3) > 5"],
  ])("%s", async (long, short) => {
    const transaction = await filled();
    for (const what of ["i, m", "count(*), sum(k)"]) {
      const query = `select ${what} from t where `;
      const expected = await runStatement(query + short, transaction, catalog);
      transaction.programs.length = 0;
      const found = await runStatement(query + long, transaction, catalog, [list(3)], [INTS]);
      expect(found.rows).toEqual(expected.rows);
      expect(expected.rows.length).toBeGreaterThan(0);
      for (const program of transaction.programs) {
        expect(program.length).toBeLessThan(KEPT_TEXT_MAX);
      }
    }
  });

  it("leaves the others to storage", async () => {
    const transaction = await filled();
    const text = "select i from t where m = any($1) and k = 2";
    await runStatement(text, transaction, catalog, [list(3)], [INTS]);
    expect(transaction.programs.length).toBeGreaterThan(0);
    for (const program of transaction.programs) expect(program).toContain('"filter"');
  });

  it.each([
    [1000, "or"],
    [1000, "and"],
  ] as const)("%i terms with %s", async (count, operator) => {
    const transaction = await filled();
    const item = (i: number): string =>
      operator === "or" ? `m + 1 = ${i * 4} and k <> ${i}` : `m <> ${i * 2} and k + m <> ${i * 3}`;
    const text = `select i from t where ${terms(count, item, ` ${operator} `)}`;
    const { rows } = await runStatement(text, transaction, catalog);
    for (const program of transaction.programs) {
      expect(program.length).toBeLessThan(KEPT_TEXT_MAX);
    }
    const own = await runStatement(text, await withoutPushdown(), catalog);
    expect(rows).toEqual(own.rows);
    expect(rows.length).toBeGreaterThan(0);
  });

  it("integers of another width are looked up as well", async () => {
    const transaction = await filled();
    const values = Array.from({ length: LONG }, (_, i) => BigInt(i * 3));
    const text = "select count(*) from t where m = any($1)";
    const params = [makeArray(20, values)];
    const found = await runStatement(text, transaction, catalog, params, [BIGINTS]);
    const expected = await runStatement(
      "select count(*) from t where m % 3 = 0",
      transaction,
      catalog,
    );
    expect(found.rows).toEqual(expected.rows);
  });
});

async function withoutPushdown(): Promise<MemoryTransaction> {
  const transaction = new MemoryTransaction();
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `(${i}, ${i % 7}, ${i % 5 === 0 ? "null" : i})`,
  );
  await runStatement(`insert into t values ${rows.join(", ")}`, transaction, catalog);
  return transaction;
}
