/** How many relations a statement has, as PostgreSQL counts them to see whether columns need names. */
import type { BoundQuery, RangeTableEntry } from "../../bind/query-tree.ts";
import { subLinkQuery, walkQuery } from "../../plan/query-walk.ts";

function ofEntries(entries: readonly RangeTableEntry[]): number {
  const nested = entries.map((rte) => (rte.kind === "subquery" ? ofLevels(rte.query) : 0));
  return entries.length + nested.reduce((sum, each) => sum + each, 0);
}

/** What has no relation yields one row of something that counts as one. */
function withoutFrom(query: BoundQuery): number {
  if (query.kind === "insert") return query.source.kind === "query" ? 0 : 1;
  return query.rangeTable.length === 0 ? 1 : 0;
}

/** Without the queries in expressions. */
function ofLevels(query: BoundQuery): number {
  const ctes = query.ctes.map((cte) => ofLevels(cte.query));
  const inserted =
    query.kind === "insert" && query.source.kind === "query" ? ofLevels(query.source.query) : 0;
  return (
    ctes.reduce((sum, each) => sum + each, 0) +
    inserted +
    ofEntries(query.rangeTable) +
    withoutFrom(query)
  );
}

export function relationCount(query: BoundQuery): number {
  let count = ofLevels(query);
  walkQuery(query, 0, (node) => {
    if (node.kind === "subLink") count += ofLevels(subLinkQuery(node.query));
  });
  return count;
}
