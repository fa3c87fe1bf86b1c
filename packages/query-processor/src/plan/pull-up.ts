/**
 * Merges a simple subquery into the level around it: its range table is appended to the outer one
 * and its expressions are renumbered. Simple means select-project-join without anything whose
 * meaning depends on the set of rows.
 */
import type { Expr, Var } from "@firstlight/sql";
import { returnsSet, volatility } from "@firstlight/sql";
import type { BoundSelect, FromItem, RangeTableEntry } from "../bind/query-tree.ts";
import { conjuncts, mapChildren, someNode } from "./expression-map.ts";
import { readsOuterCte, refersOutside, walkOwnVars, walkQuery } from "./query-walk.ts";
import type { Scope } from "./scope.ts";

/** Whether the query is no more than FROM and WHERE with a target list. */
export function isJoinOnly(query: BoundSelect): boolean {
  return (
    query.ctes.length === 0 &&
    query.from.length > 0 &&
    query.groupBy.length === 0 &&
    query.groupingSets === undefined &&
    !query.hasAggregates &&
    query.having === undefined &&
    query.windows.length === 0 &&
    query.setOperation === undefined &&
    query.offset === undefined &&
    query.limit === undefined &&
    query.rowMarks.length === 0 &&
    !query.targets.some((target) => setReturning(target.expr))
  );
}

function setReturning(expr: Expr): boolean {
  return someNode(expr, (node) => node.kind === "call" && returnsSet(node));
}

/** Nested queries would have to be renumbered from within; such a query stays as it is. */
function movable(query: BoundSelect): boolean {
  let nested = false;
  walkQuery(query, 0, (node) => {
    if (node.kind === "subLink") nested = true;
  });
  if (nested) return false;
  return query.rangeTable.every((rte) => {
    if (rte.lateral) return false;
    switch (rte.kind) {
      case "table":
        return rte.sample === undefined;
      case "virtual":
      case "join":
        return true;
      case "subquery":
        return !refersOutside(rte.query) && !readsOuterCte(rte.query);
      case "function":
      case "values":
      case "cte":
        return false;
    }
  });
}

/** For EXISTS and IN: targets and order do not matter to the caller. */
export function canMergeCondition(query: BoundSelect): boolean {
  return (
    isJoinOnly(query) &&
    query.distinct === false &&
    movable(query) &&
    !query.from.some((item) => outerJoinReachesOut(item))
  );
}

/** The condition of an outer join cannot become one of the semi-join. */
function outerJoinReachesOut(item: FromItem): boolean {
  if (item.kind === "rte") return false;
  const { condition, type } = item;
  const isOuter = type !== "inner" && type !== "cross";
  const reachesOut = (node: Expr): boolean => node.kind === "var" && node.levelsUp > 0;
  if (isOuter && condition !== undefined && someNode(condition, reachesOut)) return true;
  if (isOuter && nestedConditionReachesOut(item, reachesOut)) return true;
  return outerJoinReachesOut(item.left) || outerJoinReachesOut(item.right);
}

function nestedConditionReachesOut(item: FromItem, reachesOut: (node: Expr) => boolean): boolean {
  if (item.kind === "rte") return false;
  if (item.condition !== undefined && someNode(item.condition, reachesOut)) return true;
  return (
    nestedConditionReachesOut(item.left, reachesOut) ||
    nestedConditionReachesOut(item.right, reachesOut)
  );
}

/** For a subquery in FROM: its rows are kept as they are. */
export function canMergeFrom(query: BoundSelect): boolean {
  return (
    isJoinOnly(query) &&
    query.distinct === false &&
    query.orderBy.length === 0 &&
    movable(query) &&
    query.targets.every((target) => volatility(target.expr) !== "volatile")
  );
}

export interface Merged {
  readonly from: readonly FromItem[];
  readonly quals: readonly Expr[];
  /** The query's targets, junk left out, over the outer level. */
  readonly targets: readonly Expr[];
}

function shift(expr: Expr, base: number): Expr {
  if (expr.kind === "var") {
    return expr.levelsUp === 0
      ? { ...expr, rte: expr.rte + base }
      : { ...expr, levelsUp: expr.levelsUp - 1 };
  }
  return mapChildren(expr, (child) => shift(child, base));
}

function shiftFrom(item: FromItem, base: number): FromItem {
  if (item.kind === "rte") return { kind: "rte", rte: item.rte + base };
  return {
    kind: "join",
    type: item.type,
    left: shiftFrom(item.left, base),
    right: shiftFrom(item.right, base),
    condition: item.condition === undefined ? undefined : shift(item.condition, base),
    rte: item.rte + base,
  };
}

function shiftRte(rte: RangeTableEntry, base: number): RangeTableEntry {
  return rte.kind === "join"
    ? { ...rte, values: rte.values.map((each) => shift(each, base)) }
    : rte;
}

/** Appends the query's range table to the scope's. */
export function mergeQuery(scope: Scope, query: BoundSelect): Merged {
  const base = scope.rangeTable.length;
  for (const rte of query.rangeTable) scope.rangeTable.push(shiftRte(rte, base));
  walkOwnVars(query, (variable: Var) => {
    scope.use(variable.rte + base, variable.column);
  });
  return {
    from: query.from.map((item) => shiftFrom(item, base)),
    quals: conjuncts(query.where).map((qual) => shift(qual, base)),
    targets: query.targets.filter((each) => !each.junk).map((each) => shift(each.expr, base)),
  };
}
