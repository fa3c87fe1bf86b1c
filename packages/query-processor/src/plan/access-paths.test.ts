/** Which access paths are chosen for tables that are known to be large. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadParser } from "../parse/parser.ts";
import { largeCatalog, plannedAs } from "./testing/large-tables.ts";

const catalog = largeCatalog([
  {
    name: "t",
    rows: 100_000,
    columns: { id: 100_000, a: 1000, b: 1000, few: 5, c: 90_000 },
    indexes: [["a"], ["b"], ["few", "c"]],
  },
  {
    name: "grouped",
    rows: 100_000,
    columns: { id: 100_000, a: 20, b: 10_000, c: 50, many: 90_000 },
    indexes: [
      ["a", "b"],
      ["many", "c"],
    ],
  },
  { name: "small", rows: 10, columns: { id: 10, x: 10, y: 10 }, indexes: [] },
  { name: "few_rows", rows: 60, columns: { id: 60, x: 10 }, indexes: [] },
]);

async function plan(text: string): Promise<string[]> {
  return (await plannedAs(catalog, text)).split("\n").map((line) => line.trim());
}

beforeAll(async () => {
  await loadParser();
});

describe("conditions that several indexes answer", () => {
  it("OR over columns is the union of what their indexes find", async () => {
    expect(await plan("select * from t where a = 1 or b = 2")).toEqual([
      "Bitmap Heap Scan on t",
      "Recheck Cond: ((a = 1) OR (b = 2))",
      "->  BitmapOr",
      "->  Bitmap Index Scan on t_a",
      "Index Cond: (a = 1)",
      "->  Bitmap Index Scan on t_b",
      "Index Cond: (b = 2)",
    ]);
  });

  it("an OR of very many ranges is looked up: each row would be asked all of them", async () => {
    const ranges = Array.from(
      { length: 2000 },
      (_, i) => `id between ${i * 50} and ${i * 50 + 40}`,
    );
    const lines = await plan(`select * from t where ${ranges.join(" or ")}`);
    expect(lines[0]).toBe("Index Scan using t_pkey on t");
  });

  it("conditions beside an OR narrow its arms", async () => {
    const lines = await plan("select * from t where few = 3 and (c = 7 or a = 4)");
    expect(lines).toContain("Recheck Cond: (((few = 3) AND (c = 7)) OR (a = 4))");
    expect(lines).toContain("Filter: (few = 3)");
  });

  it("conditions on two columns are an intersection where each finds many", async () => {
    expect(await plan("select * from t where a = 1 and b = 2")).toContain("->  BitmapAnd");
  });

  it("a row is compared where its first column can be so", async () => {
    const next = "select * from grouped where (a, b) > (17, 3) order by a, b limit 10";
    expect((await plan(next)).slice(1)).toEqual([
      "->  Index Scan using grouped_a_b on grouped",
      "Index Cond: (a >= 17)",
      "Filter: (ROW(a, b) > ROW(17, 3))",
    ]);
    const before =
      "select * from grouped where a = 3 and (3, 4) >= (b, c) order by b desc limit 10";
    expect(await plan(before)).toContain("Index Cond: ((a = 3) AND (b <= 3))");
  });

  it("an arm without an index leaves the whole table", async () => {
    expect((await plan("select * from t where a = 1 or few + c = 2"))[0]).toBe("Seq Scan on t");
  });

  it("arms that find much of the table leave the whole table", async () => {
    expect((await plan("select * from t where a < 500 or b = 1"))[0]).toBe("Seq Scan on t");
  });

  it("ranges of one index are read one after the other", async () => {
    expect(await plan("select * from t where id < 5 or id > 99990 order by id desc")).toEqual([
      "Index Scan Backward using t_pkey on t",
      "Index Cond: ((id < 5) OR (id > 99990))",
    ]);
  });

  it("an OR over another relation's columns is looked up for each of its rows", async () => {
    const lines = await plan("select * from small s, t where t.a = s.x or t.b = s.y");
    expect(lines[0]).toBe("Nested Loop");
    expect(lines).toContain("->  BitmapOr");
  });

  it("rows to update and to delete are found the same way", async () => {
    expect(await plan("update t set c = 0 where a = 1 or b = 2")).toContain("->  BitmapOr");
    expect(await plan("delete from t where a = 1 or b = 2")).toContain("->  BitmapOr");
  });
});

describe("values that are skipped to", () => {
  it("a condition on the second column skips through few values of the first", async () => {
    expect(await plan("select * from grouped where b = 5")).toEqual([
      "Index Scan using grouped_a_b on grouped",
      "Index Cond: (b = 5)",
      "Skipped Key: a",
    ]);
  });

  it("bounds on the first column are bounds of what is skipped through", async () => {
    expect(await plan("select a, b from grouped where a > 15 and b = 5 order by a, b")).toEqual([
      "Index Only Scan using grouped_a_b on grouped",
      "Index Cond: ((a > 15) AND (b = 5))",
      "Skipped Key: a",
    ]);
  });

  it("not where the values are many", async () => {
    expect((await plan("select * from grouped where c = 5"))[0]).toBe("Seq Scan on grouped");
  });

  it("DISTINCT reads one entry for each value", async () => {
    expect(await plan("select distinct a from grouped")).toContain("Distinct Key: a");
    expect(await plan("select count(distinct a) from grouped")).toContain("Distinct Key: a");
    expect(await plan("select distinct many from grouped")).not.toContain("Distinct Key: many");
  });

  it("the smallest value of each group is its first entry", async () => {
    expect(await plan("select a, min(b) from grouped group by a")).toContain("Distinct Key: a");
    expect(await plan("select a, sum(b) from grouped group by a")).not.toContain("Distinct Key: a");
    // NULLs would be the last entries.
    expect(await plan("select a, max(b) from grouped group by a")).not.toContain("Distinct Key: a");
  });

  it("DISTINCT ON reads the first row of each value in its order", async () => {
    const text = "select distinct on (a) a, b, id from grouped";
    expect(await plan(`${text} order by a, b`)).toContain("Distinct Key: a");
    expect(await plan(`${text} order by a, c`)).not.toContain("Distinct Key: a");
  });

  it("conditions that the index does not answer leave all rows to be read", async () => {
    const text = "select distinct a from grouped where c % 2 = 1";
    expect(await plan(text)).not.toContain("Distinct Key: a");
  });
});

describe.each([
  ["in this process", false],
  ["in other processes", true],
])("tables of few rows, storage %s", (_, remote) => {
  const lines = async (text: string): Promise<string[]> =>
    (await plannedAs(catalog, text, {}, remote)).split("\n").map((line) => line.trim());

  it("a row by its primary key is read by it", async () => {
    const path = ["Index Scan using few_rows_pkey on few_rows", "Index Cond: (id = 7)"];
    expect(await lines("select * from few_rows where id = 7")).toEqual(path);
    expect(await lines("update few_rows set x = 1 where id = 7")).toContain(`->  ${path[0]}`);
    expect(await lines("delete from few_rows where id = 7")).toContain(`->  ${path[0]}`);
  });

  it("several rows by their keys are read by them", async () => {
    expect((await lines("select * from few_rows where id in (1, 2, 3)"))[0]).toBe(
      "Index Scan using few_rows_pkey on few_rows",
    );
  });

  it("most rows are read with the table", async () => {
    expect((await lines("select * from few_rows where id > 10"))[0]).toBe("Seq Scan on few_rows");
  });
});
