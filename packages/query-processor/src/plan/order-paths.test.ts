/** Which orders of rows are made use of, for tables that are known to be large. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadParser } from "../parse/parser.ts";
import type { PlannerSettings } from "./planner-settings.ts";
import { largeCatalog, plannedAs } from "./testing/large-tables.ts";

const catalog = largeCatalog([
  {
    name: "orders",
    rows: 50_000,
    columns: { id: 50_000, cust: 2_000, day: 300 },
    indexes: [["cust", "day"]],
  },
  { name: "lines", rows: 100_000, columns: { id: 100_000, qty: 50, part: 1_000 }, indexes: [] },
  { name: "custs", rows: 2_000, columns: { id: 2_000, region: 10 }, indexes: [] },
]);

async function plan(text: string, settings: Partial<PlannerSettings> = {}): Promise<string[]> {
  const lines = await plannedAs(catalog, text, settings);
  return lines.split("\n").map((line) => line.trim());
}

beforeAll(async () => {
  await loadParser();
});

describe("orders that rows come in", () => {
  it("a merge join of two primary keys sorts nothing, and neither does ORDER BY above it", async () => {
    const text = "select * from orders o join lines l on l.id = o.id order by l.id limit 10";
    const lines = await plan(text);
    expect(lines[1]).toBe("->  Merge Join");
    expect(lines.join()).not.toContain("Sort");
  });

  it("a merge join takes an index's order on one side", async () => {
    const text =
      "select * from custs c join orders o on o.cust = c.id order by c.id, o.day limit 5";
    const lines = await plan(text);
    expect(lines).toContain("->  Merge Join");
    expect(lines).toContain("->  Index Scan using orders_cust_day on orders o");
    expect(lines.join()).not.toContain("Sort");
  });

  it("groups of rows in order are given out one by one", async () => {
    expect(
      await plan("select cust, count(*) from orders group by cust order by cust limit 3"),
    ).toEqual([
      "Limit",
      "->  GroupAggregate",
      "Group Key: cust",
      "->  Index Only Scan using orders_cust_day on orders",
    ]);
  });

  it("columns that depend on a grouped primary key tell no groups apart", async () => {
    const lines = await plan("select cust, id, count(*) from orders group by cust, id");
    expect(lines).toContain("Group Key: id");
    const others = await plan("select cust, day, count(*) from orders group by cust, day");
    expect(others).toContain("Group Key: cust, day");
  });

  it("groups of a join in order need no table", async () => {
    const lines = await plan(
      "select o.id, sum(qty) from orders o join lines l on l.id = o.id group by o.id",
    );
    expect(lines[0]).toBe("GroupAggregate");
    expect(lines).toContain("->  Merge Join");
  });

  it("few groups of all rows are left to storage", async () => {
    expect((await plan("select qty, count(*) from lines group by qty"))[0]).toBe("HashAggregate");
  });

  it("DISTINCT ON takes rows as they are sorted", async () => {
    const lines = await plan(
      "select distinct on (cust) cust, id from orders order by cust, id limit 3",
    );
    expect(lines).toContain("->  Unique");
  });

  it("rows that are sorted by the first key are sorted by the others group by group", async () => {
    expect(await plan("select * from orders order by cust, id limit 10")).toEqual([
      "Limit",
      "->  Incremental Sort",
      "Sort Key: cust, id",
      "Presorted Key: cust",
      "->  Index Scan using orders_cust_day on orders",
    ]);
    const off = { incrementalSort: false };
    expect(await plan("select * from orders order by cust, id limit 10", off)).toContain(
      "->  Sort",
    );
  });

  it("a column that has one value is no part of an order", async () => {
    const lines = await plan("select * from orders where cust = 5 order by cust, day");
    expect(lines).toEqual(["Index Scan using orders_cust_day on orders", "Index Cond: (cust = 5)"]);
  });

  it("the first rows of UNION ALL are the first rows of its arms merged", async () => {
    const lines = await plan(
      "select id from orders union all select id from lines order by id limit 4",
    );
    expect(lines.slice(0, 3)).toEqual(["Limit", "->  Merge Append", "Sort Key: orders.id"]);
    expect(lines).not.toContain("->  Sort");
  });
});

describe("windows", () => {
  it("use the order of the rows, and one sort for all that it serves", async () => {
    const text = `select row_number() over (partition by qty order by part),
      sum(id) over (partition by qty), rank() over (order by id) from lines`;
    const lines = await plan(text);
    expect(lines.filter((line) => line.includes("WindowAgg"))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith("Sort Key"))).toEqual([
      "Sort Key: id",
      "Sort Key: qty, part",
    ]);
    expect(await plan("select row_number() over (order by id) from lines")).toEqual([
      "WindowAgg",
      "->  Seq Scan on lines",
    ]);
  });

  it("stop where only numbers up to a bound are wanted", async () => {
    const numbered = "select id, row_number() over (order by id) as n from lines";
    expect(await plan(`select * from (${numbered}) s where n <= 3`)).toEqual([
      "WindowAgg",
      "Run Condition: (row_number() OVER (?) <= 3)",
      "->  Seq Scan on lines",
    ]);
  });

  it("do not stop where another call looks ahead", async () => {
    const text =
      "select row_number() over w as n, lead(id) over w from lines window w as (order by id)";
    expect((await plan(`select * from (${text}) s where n <= 3`)).join()).not.toContain(
      "Run Condition",
    );
  });
});
