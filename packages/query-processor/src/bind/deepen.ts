/** Moves bound queries and expressions to another level: what they refer to outside moves along. */
import type { Aggregate, Expr, Grouping, Var } from "@firstlight/sql";
import type {
  BoundQuery,
  BoundSelect,
  FromItem,
  RangeTableEntry,
  TableSample,
  WindowClause,
} from "./query-tree.ts";
import { mapChildren, queryOf } from "./walk.ts";

/** `depth` is that of the query at hand below what moves, `by` the levels inwards. */
interface Move {
  readonly depth: number;
  readonly by: number;
  /** Added to the entry's number in columns of what moves itself. */
  readonly base?: number;
  /** In place of what refers to the query right around what moves; `depth` is where it stands. */
  readonly outer?: (value: OuterValue, depth: number) => Expr;
}

/** What a query takes from one around it. */
export type OuterValue = Var | Aggregate | Grouping;

export function isOuterValue(expr: Expr): expr is OuterValue {
  return expr.kind === "var" || expr.kind === "aggregate" || expr.kind === "grouping";
}

function shifted(levelsUp: number, { depth, by }: Move): number {
  return levelsUp > depth ? levelsUp + by : levelsUp;
}

function below(move: Move): Move {
  return { ...move, depth: move.depth + 1 };
}

function deepenExpr(expr: Expr, move: Move): Expr {
  const { depth, base = 0, outer } = move;
  if (outer !== undefined && isOuterValue(expr) && expr.levelsUp === depth + 1) {
    return outer(expr, depth);
  }
  if (expr.kind === "var") {
    if (expr.levelsUp === depth) return { ...expr, rte: expr.rte + base };
    return { ...expr, levelsUp: shifted(expr.levelsUp, move) };
  }
  const copy = mapChildren(expr, (child) => deepenExpr(child, move));
  if (copy.kind === "aggregate" || copy.kind === "grouping") {
    return { ...copy, levelsUp: shifted(copy.levelsUp, move) };
  }
  if (copy.kind === "subLink") return { ...copy, query: moveSelect(queryOf(copy), below(move)) };
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

function deepenEntry(entry: RangeTableEntry, move: Move): RangeTableEntry {
  const map = (expr: Expr): Expr => deepenExpr(expr, move);
  switch (entry.kind) {
    case "table":
      return entry.sample === undefined
        ? entry
        : { ...entry, sample: mapSample(entry.sample, map) };
    case "virtual":
      return entry;
    case "subquery":
      return { ...entry, query: moveSelect(entry.query, below(move)) };
    case "function":
      return {
        ...entry,
        functions: entry.functions.map((each) => ({ ...each, call: map(each.call) })),
      };
    case "values":
      return { ...entry, rows: entry.rows.map((row) => row.map(map)) };
    case "cte":
      return { ...entry, levelsUp: shifted(entry.levelsUp, move) };
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

function deepenQuery(query: BoundQuery, move: Move): BoundQuery {
  // Only top-level statements have data-modifying WITH queries, and those are never moved.
  return query.kind === "select" ? moveSelect(query, move) : query;
}

function moveSelect(query: BoundSelect, move: Move): BoundSelect {
  const map = (expr: Expr): Expr => deepenExpr(expr, move);
  const optional = (expr: Expr | undefined): Expr | undefined =>
    expr === undefined ? undefined : map(expr);
  return {
    ...query,
    ctes: query.ctes.map((cte) => ({ ...cte, query: deepenQuery(cte.query, below(move)) })),
    rangeTable: query.rangeTable.map((entry) => deepenEntry(entry, move)),
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

/** A query of the level at `depth`, one level further in. */
export function deepenSelect(query: BoundSelect, depth: number): BoundSelect {
  return moveSelect(query, { depth, by: 1 });
}

/** An expression as the query `levels` further out sees it; it must not refer to those between. */
export function moveOutwards(expr: Expr, levels: number): Expr {
  return levels === 0 ? expr : deepenExpr(expr, { depth: -1, by: -levels });
}

/** An expression or an entry of a query whose range table is appended to that of the query around. */
export function mergedExpr(expr: Expr, base: number): Expr {
  return deepenExpr(expr, { depth: 0, by: -1, base });
}

export function mergedEntry(entry: RangeTableEntry, base: number): RangeTableEntry {
  return deepenEntry(entry, { depth: 0, by: -1, base });
}

/**
 * The query, `by` levels further in, with other expressions for what it takes from the query right
 * around it.
 */
export function withOuterValues(
  query: BoundSelect,
  by: number,
  outer: (value: OuterValue, depth: number) => Expr,
): BoundSelect {
  return moveSelect(query, { depth: 0, by, outer });
}

/** An entry as it stands in the range table of a query around it alone. */
export function entryInside(entry: RangeTableEntry): RangeTableEntry {
  return deepenEntry(entry, { depth: -1, by: 1 });
}
