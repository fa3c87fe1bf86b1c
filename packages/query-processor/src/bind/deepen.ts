/** Moves bound queries and expressions to another level: what they refer to outside moves along. */
import type { Expr } from "@firstlight/sql";
import { mapInSteps } from "@firstlight/sql";
import type { SelectMap } from "./map-select.ts";
import { mapEntry, mapSelect } from "./map-select.ts";
import type { OuterValue } from "./outer-value.ts";
import { isOuterValue } from "./outer-value.ts";
import { reachOf } from "./query-reach.ts";
import type { BoundSelect, RangeTableEntry } from "./query-tree.ts";
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

function mapOf(move: Move): SelectMap {
  return {
    expr: (expr) => deepenExpr(expr, move),
    query: (query) => moveSelect(query, below(move)),
    levelsUp: (levelsUp) => shifted(levelsUp, move),
  };
}

function moveSelect(query: BoundSelect, move: Move): BoundSelect {
  // Of queries within queries each is moved once, not once for each query around it.
  if (move.base !== undefined && reachOf(query).all < move.depth) return query;
  return mapSelect(query, mapOf(move));
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
  const map = mapOf({ depth: 0, by: -1, base });
  if (entry.kind !== "values") return mapEntry(entry, map);
  return { ...entry, rows: mapInSteps("merged", entry.rows, (row) => row.map(map.expr)) };
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
  return mapEntry(entry, mapOf({ depth: -1, by: 1 }));
}
