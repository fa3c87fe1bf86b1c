/** Which rewriting a query gets, by the plans that EXPLAIN shows. */
import { oids } from "@firstlight/sql";
import type { Key } from "@firstlight/common";
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog, testTable } from "../bind/testing/test-catalog.ts";
import { MemoryTransaction } from "../execute/testing/memory-transaction.ts";
import { runStatement } from "../execute/testing/statement-runner.ts";
import { loadParser } from "../parse/parser.ts";

const catalog = testCatalog(
  ["a", "b", "c"].map((name, at) =>
    testTable({
      oid: 20_000 + at * 200,
      name,
      columns: ["id", "k", "x"].map((column) => ({ name: column, type: oids.INT4 })),
      primary: [1],
    }),
  ),
);

async function plan(text: string): Promise<string> {
  const transaction = new MemoryTransaction(new Map<Key, Uint8Array>());
  const { rows } = await runStatement(`explain (costs off) ${text}`, transaction, catalog);
  return rows.map(([line]) => (typeof line === "string" ? line : "")).join("\n");
}

beforeAll(async () => {
  await loadParser();
});

describe("correlated subqueries", () => {
  it.each([
    ["a sum in the select list", "select (select sum(x) from b where b.k = a.k) from a"],
    ["a count in WHERE", "select id from a where (select count(*) from b where b.k = a.k) = 0"],
    ["EXISTS below OR", "select id from a where x = 1 or exists (select from b where b.k = a.k)"],
    ["a count over groups", "select k, (select count(*) from b where b.k = a.k) from a group by k"],
    [
      "HAVING",
      "select k from a group by k having count(*) > (select count(*) from b where b.k = a.k)",
    ],
    ["the latest of each", "select (select x from b where b.k = a.k order by x limit 1) from a"],
    ["a comparison", "select (select count(*) from b where b.k > a.k) from a"],
  ])("are computed for many outer rows at once: %s", async (_, text) => {
    expect(await plan(text)).toMatch(/SubPlan 1\n(.*\n)*.*WorkTable Scan on outer_rows/u);
  });

  it.each([
    ["few outer rows", "select (select sum(x) from b where b.k = a.k) from a where id = 1"],
    ["volatile", "select (select sum(x * random()) from b where b.k = a.k) from a"],
    ["an order that shows", "select (select array_agg(x) from b where b.k = a.k) from a"],
    ["locked rows", "select (select x from b where b.k = a.k for update) from a"],
  ])("are repeated: %s", async (_, text) => {
    expect(await plan(text)).not.toContain("outer_rows");
  });

  it.each([
    [
      "an aggregate",
      "select from a, lateral (select sum(x) s from b where b.k = a.k) y where s > 1",
    ],
    [
      "the first rows of each",
      "select from a, lateral (select x from b where b.k = a.k order by x limit 2) y",
    ],
    [
      "with LEFT JOIN",
      "select y from a left join lateral (select count(*) from b where b.k = a.k) y on true",
    ],
  ])("are computed for many outer rows at once in FROM: %s", async (_, text) => {
    expect(await plan(text)).toMatch(
      /Memoize\n +Cache Key: .*\n(.*\n)*.*WorkTable Scan on outer_rows/u,
    );
  });

  it.each([
    ["volatile", "select from a, lateral (select sum(x * random()) from b where b.k = a.k) y"],
    [
      "a volatile condition",
      "select from a, lateral (select x from b where b.k = a.k offset 0) y where y.x > random()",
    ],
    [
      "a volatile condition in a subquery",
      "select from a join lateral (select x from b where b.k = a.k offset 0) y on y.x > (select max(c.x * random()) from c where c.k = y.x)",
    ],
    ["locked rows", "select from a, lateral (select x from b where k = a.k limit 1 for update) y"],
  ])("are run for each row in FROM: %s", async (_, text) => {
    expect(await plan(text)).not.toContain("Memoize");
  });

  it.each([
    ["select from a where exists (select from b where b.k = a.k)", "Semi Join"],
    ["select from a where not exists (select from b where b.k = a.k)", "Anti Join"],
    ["select from a where k in (select k from b where b.x = a.x)", "Join"],
    ["select from a where k = any (select k from b group by k)", "Semi Join"],
  ])("become joins: %s", async (text, join) => {
    const shown = await plan(text);
    expect(shown).toContain(join);
    expect(shown).not.toContain("SubPlan");
  });

  it("become joins within each other", async () => {
    const inner = "exists (select from c where c.k = b.k)";
    const shown = await plan(
      `select from a where exists (select from b where b.k = a.k and ${inner})`,
    );
    expect(shown.match(/Semi Join/gu)?.length).toBe(2);
    expect(shown).not.toContain("SubPlan");
  });
});

describe("subqueries in FROM become part of the level around", () => {
  it.each([
    "select from a, lateral (select x from b where b.k = a.k) s",
    "select s.x from a left join lateral (select x from b where b.k = a.k) s on true",
    "select s.x from a left join (select k, x from b where x > 1) s on s.k = a.k",
    "select from (select k from a where exists (select from b where b.k = a.k)) s",
  ])("%s", async (text) => {
    const shown = await plan(text);
    expect(shown).not.toContain("Subquery");
    expect(shown).toMatch(/^(Hash|Merge)/u);
  });
});

describe("conditions reach into subqueries", () => {
  it.each([
    ["GROUP BY", "select from (select k, count(*) from a group by k) s where k = 3"],
    ["DISTINCT", "select from (select distinct k, x from a) s where k = 3"],
    ["UNION", "select from (select k from a union select x from b where x = 3) s where k = 3"],
    ["PARTITION BY", "select from (select k, sum(x) over (partition by k) from a) s where k = 3"],
    ["a CTE", "with s as (select k, count(*) from a group by k) select from s where k = 3"],
    ["HAVING", "select k from a group by k having k = 3"],
    [
      "equal columns",
      "select from (select k from a group by k) s join b on b.k = s.k where b.k = 3",
    ],
  ])("through %s", async (_, text) => {
    expect(await plan(text)).toMatch(/Seq Scan on a\n +Filter: \(k = 3\)/u);
  });

  it.each([
    ["LIMIT", "select from (select k from a limit 5) s where k = 3"],
    ["EXCEPT", "select from (select k from a except select x from b) s where k = 3"],
    ["another partition", "select from (select k, sum(x) over () from a) s where k = 3"],
    ["MATERIALIZED", "with s as materialized (select k from a) select from s where k = 3"],
    ["DISTINCT ON", "select from (select distinct on (x) k from a) s where k = 3"],
    ["grouping sets", "select from (select k from a group by rollup (k)) s where k = 3"],
  ])("not through %s", async (_, text) => {
    expect(await plan(text)).not.toMatch(/Seq Scan on a\n +Filter/u);
  });
});
