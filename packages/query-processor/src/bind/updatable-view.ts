/**
 * Which views can be written through (rewriteHandler.c): those that select columns of one relation,
 * perhaps of another such view, row by row.
 */
import type { BoundSelect, RangeTableEntry } from "./query-tree.ts";
import { visitExpr } from "./walk.ts";
import { returnsSet } from "@firstlight/sql";

/** Why not, in PostgreSQL's words (view_query_is_auto_updatable); undefined if it can. */
export function notUpdatableReason(query: BoundSelect): string | undefined {
  if (query.distinct !== false) {
    return "Views containing DISTINCT are not automatically updatable.";
  }
  if (query.groupBy.length > 0 || query.groupingSets !== undefined) {
    return "Views containing GROUP BY are not automatically updatable.";
  }
  if (query.having !== undefined) {
    return "Views containing HAVING are not automatically updatable.";
  }
  if (query.setOperation !== undefined) {
    return "Views containing UNION, INTERSECT, or EXCEPT are not automatically updatable.";
  }
  if (query.ctes.length > 0) return "Views containing WITH are not automatically updatable.";
  if (query.limit !== undefined || query.offset !== undefined) {
    return "Views containing LIMIT or OFFSET are not automatically updatable.";
  }
  return targetReason(query) ?? fromReason(query);
}

function targetReason(query: BoundSelect): string | undefined {
  if (query.hasAggregates) {
    return "Views that return aggregate functions are not automatically updatable.";
  }
  if (query.windows.length > 0) {
    return "Views that return window functions are not automatically updatable.";
  }
  let returnsRows = false;
  for (const { expr } of query.targets) {
    visitExpr(expr, (each) => {
      returnsRows ||= each.kind === "call" && returnsSet(each);
      return each.kind !== "subLink";
    });
  }
  return returnsRows
    ? "Views that return set-returning functions are not automatically updatable."
    : undefined;
}

function fromReason(query: BoundSelect): string | undefined {
  const reason =
    "Views that do not select from a single table or view are not automatically updatable.";
  const [item, second] = query.from;
  if (item === undefined || second !== undefined || item.kind !== "rte") return reason;
  const base = query.rangeTable[item.rte];
  return base !== undefined && isRelation(base) ? sampleReason(base) : reason;
}

function isRelation(entry: RangeTableEntry): boolean {
  if (entry.kind === "table") return entry.table.materialized === undefined;
  return entry.kind === "subquery" && entry.view !== undefined;
}

function sampleReason(base: RangeTableEntry): string | undefined {
  return "sample" in base && base.sample !== undefined
    ? "Views containing TABLESAMPLE are not automatically updatable."
    : undefined;
}
