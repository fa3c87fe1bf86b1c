/** Expressions with parts of them replaced by where they stand, in queries inside of them too. */
import type { Expr } from "@firstlight/sql";
import type { BoundSelect, FromItem, RangeTableEntry, WindowClause } from "./query-tree.ts";
import { mapChildren, queryOf } from "./walk.ts";

/** What stands for the expression; undefined: itself, with its parts replaced. */
export type Replace = (expr: Expr, depth: number) => Expr | undefined;

/** `depth` counts the queries between the start and the expression. */
export function replaceExprs(expr: Expr, replace: Replace, depth = 0): Expr {
  const replaced = replace(expr, depth);
  if (replaced !== undefined) return replaced;
  const copy = mapChildren(expr, (child) => replaceExprs(child, replace, depth));
  if (copy.kind !== "subLink") return copy;
  return { ...copy, query: replaceInQuery(queryOf(copy), replace, depth + 1) };
}

function inEntry(entry: RangeTableEntry, replace: Replace, depth: number): RangeTableEntry {
  const map = (expr: Expr): Expr => replaceExprs(expr, replace, depth);
  switch (entry.kind) {
    case "subquery":
      return { ...entry, query: replaceInQuery(entry.query, replace, depth + 1) };
    case "function":
      return {
        ...entry,
        functions: entry.functions.map((each) => ({ ...each, call: map(each.call) })),
      };
    case "values":
      return { ...entry, rows: entry.rows.map((row) => row.map(map)) };
    case "join":
      return { ...entry, values: entry.values.map(map) };
    case "table":
    case "virtual":
    case "cte":
      return entry;
  }
}

function inFrom(item: FromItem, map: (expr: Expr) => Expr): FromItem {
  if (item.kind === "rte") return item;
  return {
    ...item,
    left: inFrom(item.left, map),
    right: inFrom(item.right, map),
    condition: item.condition === undefined ? undefined : map(item.condition),
  };
}

function inWindow(window: WindowClause, map: (expr: Expr) => Expr): WindowClause {
  return {
    ...window,
    partitionBy: window.partitionBy.map(map),
    orderBy: window.orderBy.map((key) => ({ ...key, expr: map(key.expr) })),
  };
}

function replaceInQuery(query: BoundSelect, replace: Replace, depth: number): BoundSelect {
  const map = (expr: Expr): Expr => replaceExprs(expr, replace, depth);
  const optional = (expr: Expr | undefined): Expr | undefined => expr && map(expr);
  return {
    ...query,
    ctes: query.ctes.map((cte) =>
      cte.query.kind === "select"
        ? { ...cte, query: replaceInQuery(cte.query, replace, depth + 1) }
        : cte,
    ),
    rangeTable: query.rangeTable.map((entry) => inEntry(entry, replace, depth)),
    from: query.from.map((item) => inFrom(item, map)),
    where: optional(query.where),
    targets: query.targets.map((target) => ({ ...target, expr: map(target.expr) })),
    groupBy: query.groupBy.map(map),
    having: optional(query.having),
    windows: query.windows.map((window) => inWindow(window, map)),
    offset: optional(query.offset),
    limit: optional(query.limit),
  };
}
