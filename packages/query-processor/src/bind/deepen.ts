/** Moves a bound query one level inwards: what it refers to outside of itself is one level farther. */
import type { Expr } from "@firstlight/sql";
import type {
  BoundQuery,
  BoundSelect,
  FromItem,
  RangeTableEntry,
  TableSample,
  WindowClause,
} from "./query-tree.ts";
import { mapChildren, queryOf } from "./walk.ts";

function shifted(levelsUp: number, depth: number): number {
  return levelsUp > depth ? levelsUp + 1 : levelsUp;
}

function deepenExpr(expr: Expr, depth: number): Expr {
  if (expr.kind === "var") return { ...expr, levelsUp: shifted(expr.levelsUp, depth) };
  const copy = mapChildren(expr, (child) => deepenExpr(child, depth));
  if (copy.kind === "aggregate") return { ...copy, levelsUp: shifted(copy.levelsUp, depth) };
  if (copy.kind === "subLink") return { ...copy, query: deepenSelect(queryOf(copy), depth + 1) };
  return copy;
}

function mapSample(sample: TableSample, map: (expr: Expr) => Expr): TableSample {
  const { percentage, repeatable } = sample;
  return {
    ...sample,
    percentage: map(percentage),
    repeatable: repeatable === undefined ? undefined : map(repeatable),
  };
}

function deepenEntry(entry: RangeTableEntry, depth: number): RangeTableEntry {
  const map = (expr: Expr): Expr => deepenExpr(expr, depth);
  switch (entry.kind) {
    case "table":
      return entry.sample === undefined
        ? entry
        : { ...entry, sample: mapSample(entry.sample, map) };
    case "virtual":
      return entry;
    case "subquery":
      return { ...entry, query: deepenSelect(entry.query, depth + 1) };
    case "function":
      return {
        ...entry,
        functions: entry.functions.map((each) => ({ ...each, call: map(each.call) })),
      };
    case "values":
      return { ...entry, rows: entry.rows.map((row) => row.map(map)) };
    case "cte":
      return { ...entry, levelsUp: shifted(entry.levelsUp, depth) };
    case "join":
      return { ...entry, values: entry.values.map(map) };
  }
}

function deepenFrom(item: FromItem, map: (expr: Expr) => Expr): FromItem {
  if (item.kind === "rte") return item;
  return {
    ...item,
    left: deepenFrom(item.left, map),
    right: deepenFrom(item.right, map),
    condition: item.condition === undefined ? undefined : map(item.condition),
  };
}

function deepenWindow(window: WindowClause, map: (expr: Expr) => Expr): WindowClause {
  const { start, end } = window.frame;
  return {
    partitionBy: window.partitionBy.map(map),
    orderBy: window.orderBy.map((key) => ({ ...key, expr: map(key.expr) })),
    frame: {
      ...window.frame,
      start: "offset" in start ? { ...start, offset: map(start.offset) } : start,
      end: "offset" in end ? { ...end, offset: map(end.offset) } : end,
    },
  };
}

function deepenQuery(query: BoundQuery, depth: number): BoundQuery {
  // Only top-level statements have data-modifying WITH queries, and those are never moved.
  return query.kind === "select" ? deepenSelect(query, depth) : query;
}

export function deepenSelect(query: BoundSelect, depth: number): BoundSelect {
  const map = (expr: Expr): Expr => deepenExpr(expr, depth);
  const optional = (expr: Expr | undefined): Expr | undefined =>
    expr === undefined ? undefined : map(expr);
  return {
    ...query,
    ctes: query.ctes.map((cte) => ({ ...cte, query: deepenQuery(cte.query, depth + 1) })),
    rangeTable: query.rangeTable.map((entry) => deepenEntry(entry, depth)),
    from: query.from.map((item) => deepenFrom(item, map)),
    where: optional(query.where),
    targets: query.targets.map((target) => ({ ...target, expr: map(target.expr) })),
    groupBy: query.groupBy.map(map),
    having: optional(query.having),
    windows: query.windows.map((window) => deepenWindow(window, map)),
    offset: optional(query.offset),
    limit: optional(query.limit),
  };
}
