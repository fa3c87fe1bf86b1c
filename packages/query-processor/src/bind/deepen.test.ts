/** A query that refers to nothing around it is the same wherever it stands. */
import { beforeAll, expect, it } from "vitest";
import { loadParser, parse } from "../parse/parser.ts";
import { bindStatement } from "./bind-statement.ts";
import { mergedEntry } from "./deepen.ts";
import type { BoundSelect, RangeTableEntry } from "./query-tree.ts";
import { reachOf } from "./query-reach.ts";
import { testCatalog } from "./testing/test-catalog.ts";
import { TEST_EVALUATION } from "./testing/test-evaluation.ts";

beforeAll(() => loadParser());

function bound(text: string): BoundSelect {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const options = { searchPath: ["public"], paramTypes: [], evaluation: TEST_EVALUATION };
  const { query } = bindStatement(statement, testCatalog([]), options);
  if (query.kind !== "select") throw new Error("no query");
  return query;
}

function lastEntry(query: BoundSelect): RangeTableEntry & { readonly kind: "subquery" } {
  const entry = query.rangeTable.at(-1);
  if (entry?.kind !== "subquery") throw new Error("no subquery");
  return entry;
}

it("queries within a query that is merged are not copied", () => {
  const entry = lastEntry(bound("select * from (select * from (select 1 as a) s) t"));
  expect(reachOf(entry.query)).toEqual({ values: 0, all: 0 });
  expect(mergedEntry(entry, 3)).toHaveProperty("query", entry.query);
});

it("queries that refer outwards are moved", () => {
  const text =
    "select * from (select 1 as b) o, lateral (select * from (select o.b as a offset 0) s) t";
  const entry = lastEntry(bound(text));
  expect(reachOf(entry.query)).toEqual({ values: 1, all: 1 });
  expect(reachOf(lastEntry(entry.query).query).values).toBe(2);
  const moved = mergedEntry(entry, 3);
  expect(moved).not.toHaveProperty("query", entry.query);
});
