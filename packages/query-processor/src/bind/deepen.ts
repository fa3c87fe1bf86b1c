/** Moves bound queries and expressions to another level: what they refer to outside moves along. */
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

/** `depth` is that of the query at hand below what moves, `by` the levels inwards. */
interface Move {
  readonly depth: number;
  readonly by: number;
}

function shifted(levelsUp: number, { depth, by }: Move): number {
  return levelsUp > depth ? levelsUp + by : levelsUp;
}

function below(move: Move): Move {
  return { ...move, depth: move.depth + 1 };
}

function deepenExpr(expr: Expr, move: Move): Expr {
  if (expr.kind === "var") return { ...expr, levelsUp: shifted(expr.levelsUp, move) };
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

/** An entry as it stands in the range table of a query around it alone. */
export function entryInside(entry: RangeTableEntry): RangeTableEntry {
  return deepenEntry(entry, { depth: -1, by: 1 });
}
