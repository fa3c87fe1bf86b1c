/** How relations of pg_catalog are read and joined. */
import { beforeAll, describe, expect, it } from "vitest";
import { CatalogImage } from "../catalog/catalog-image.ts";
import { POSTGRES_CATALOG } from "../catalog/virtual/virtual-tables.ts";
import { loadParser } from "../parse/parser.ts";
import { largeCatalog, plannedAs } from "./testing/large-tables.ts";

const tables = largeCatalog(
  Array.from({ length: 60 }, (_, at) => ({
    name: `t${at}`,
    rows: 10,
    columns: { id: 10, a: 10, b: 10, c: 10 },
    indexes: [["a"]],
  })),
);
const catalog = new CatalogImage(1, tables.objects.values(), POSTGRES_CATALOG);

async function plan(text: string): Promise<string[]> {
  return (await plannedAs(catalog, text)).split("\n").map((line) => line.trim());
}

beforeAll(async () => {
  await loadParser();
});

describe("relations of pg_catalog", () => {
  it("are read by the columns that PostgreSQL's indexes lead with", async () => {
    expect(
      await plan("select attname from pg_attribute where attrelid = 5 and attnum > 0"),
    ).toEqual([
      "Index Scan using pg_attribute_relid_attnam_index on pg_attribute",
      "Index Cond: (attrelid = '5'::oid)",
      "Filter: (attnum > 0)",
    ]);
    expect((await plan("select 1 from pg_class where relname = any ('{a,b}')"))[0]).toBe(
      "Index Scan using pg_class_relname_nsp_index on pg_class",
    );
  });

  it("are looked up by the rows that they are joined with", async () => {
    const joined = `select 1 from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relname = 't5'`;
    expect((await plan(joined)).slice(-2)).toEqual([
      "->  Index Scan using pg_attribute_relid_attnam_index on pg_attribute a",
      "Index Cond: (attrelid = c.oid)",
    ]);
  });

  it("are not multiplied with each other where nothing was analyzed", async () => {
    const lines = await plan(`select * from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
      where c.relkind in ('r', 'v') and a.attnum > 0
        and (pg_has_role(c.relowner, 'USAGE') or has_column_privilege(c.oid, a.attnum, 'SELECT'))`);
    const pairs = lines.filter((line) => line.startsWith("Join Filter"));
    expect(pairs.filter((line) => /attrelid|atttypid/u.test(line))).toEqual([]);
  });
});
