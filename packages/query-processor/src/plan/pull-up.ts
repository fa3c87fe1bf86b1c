/**
 * Merges a simple subquery into the level around it: its range table is appended to the outer one
 * and its expressions are renumbered. Simple means select-project-join without anything whose
 * meaning depends on the set of rows.
 */
import type { Expr, Var } from "@firstlight/sql";
import { returnsSet } from "@firstlight/sql";
import { mergedEntry, mergedExpr } from "../bind/deepen.ts";
import { isOuterValue } from "../bind/outer-value.ts";
import type { BoundSelect, FromItem } from "../bind/query-tree.ts";
import { conjuncts, someNode } from "./expression-map.ts";
import { isVolatileExpr } from "./expression-traits.ts";
import {
  containsSubLink,
  readsOuterCte,
  refersOutside,
  walkOwnVars,
  walkQuery,
} from "./query-walk.ts";
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

/** Entries that a level around can have as they are, renumbered. */
function movable(query: BoundSelect): boolean {
  return query.rangeTable.every((rte) => rte.kind !== "table" || rte.sample === undefined);
}

/** Entries that would read the columns of the level around side by side with it. */
function hasLateralEntries(query: BoundSelect): boolean {
  return query.rangeTable.some((rte) => {
    switch (rte.kind) {
      case "table":
      case "virtual":
      case "join":
        return rte.lateral;
      case "subquery":
        return rte.lateral || refersOutside(rte.query) || readsOuterCte(rte.query);
      case "function":
      case "values":
      case "cte":
        return true;
    }
  });
}

/**
 * Subqueries of what depends on nothing outside are better off within a plan of its own; those that
 * read both this query and one further out would have to be run for each pair of rows.
 */
function hasOwnSubqueriesOnly(query: BoundSelect): boolean {
  let hasSubquery = false;
  let reachesOut = false;
  walkQuery(query, 0, (node, depth) => {
    if (node.kind === "subLink") hasSubquery = true;
    if (depth > 0 && isOuterValue(node) && node.levelsUp > depth) reachesOut = true;
  });
  return !hasSubquery || (!reachesOut && refersOutside(query));
}

/** For EXISTS and IN: targets and order do not matter to the caller. */
export function canMergeCondition(query: BoundSelect): boolean {
  return (
    isJoinOnly(query) &&
    query.distinct === false &&
    movable(query) &&
    !hasLateralEntries(query) &&
    hasOwnSubqueriesOnly(query) &&
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
    query.targets.every((target) => !isVolatileExpr(target.expr) && !containsSubLink(target.expr))
  );
}

/** Whether the columns in use are such that an outer join makes them NULL by itself. */
export function yieldsPlainColumns(query: BoundSelect, used: readonly number[]): boolean {
  const targets = query.targets.filter((target) => !target.junk);
  return used.every((column) => {
    const expr = targets[column]?.expr;
    return expr?.kind === "var" && expr.levelsUp === 0;
  });
}

export interface Merged {
  readonly from: readonly FromItem[];
  readonly quals: readonly Expr[];
  /** The query's targets, junk left out, over the outer level. */
  readonly targets: readonly Expr[];
}

function shiftFrom(item: FromItem, base: number): FromItem {
  if (item.kind === "rte") return { kind: "rte", rte: item.rte + base };
  return {
    kind: "join",
    type: item.type,
    left: shiftFrom(item.left, base),
    right: shiftFrom(item.right, base),
    condition: item.condition === undefined ? undefined : mergedExpr(item.condition, base),
    rte: item.rte + base,
  };
}

/** Appends the query's range table to the scope's. */
export function mergeQuery(scope: Scope, query: BoundSelect): Merged {
  const base = scope.rangeTable.length;
  for (const rte of query.rangeTable) scope.rangeTable.push(mergedEntry(rte, base));
  walkOwnVars(query, (variable: Var) => {
    scope.use(variable.rte + base, variable.column);
  });
  return {
    from: query.from.map((item) => shiftFrom(item, base)),
    quals: conjuncts(query.where).map((qual) => mergedExpr(qual, base)),
    targets: query.targets.filter((each) => !each.junk).map((each) => mergedExpr(each.expr, base)),
  };
}
