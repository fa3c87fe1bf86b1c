/**
 * Conditions on a subquery's output moved into its WHERE, where its relations can use them. Only
 * where that cannot change which rows the subquery computes its result from.
 */
import type { Expr } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { conjunction, conjuncts, mapChildren, someNode } from "./expression-map.ts";
import { isJoinOnly } from "./pull-up.ts";
import { needsSubplan } from "./subplans.ts";

function substitute(expr: Expr, index: number, targets: readonly Expr[]): Expr {
  if (expr.kind === "var" && expr.rte === index && expr.levelsUp === 0) {
    const target = targets[expr.column];
    if (target === undefined) throw new Error(`subquery has no column ${expr.column}`);
    return target;
  }
  return mapChildren(expr, (child) => substitute(child, index, targets));
}

function canPush(qual: Expr, targets: readonly Expr[]): boolean {
  // An ExecParam belongs to the level outside: inside, it would be read from the same place.
  if (needsSubplan(qual) || volatility(qual) === "volatile") return false;
  let safe = true;
  someNode(qual, (node) => {
    if (node.kind !== "var") return false;
    const target = targets[node.column];
    if (target === undefined || volatility(target) === "volatile" || needsSubplan(target)) {
      safe = false;
    }
    return false;
  });
  return safe;
}

export function pushIntoSubquery(
  query: BoundSelect,
  index: number,
  quals: readonly Expr[],
): { pushed: BoundSelect; rest: readonly Expr[] } {
  if (quals.length === 0 || !isJoinOnly(query) || Array.isArray(query.distinct)) {
    return { pushed: query, rest: quals };
  }
  const targets = query.targets.filter((target) => !target.junk).map((target) => target.expr);
  const down = quals.filter((qual) => canPush(qual, targets));
  if (down.length === 0) return { pushed: query, rest: quals };
  const moved = down.map((qual) => substitute(qual, index, targets));
  return {
    pushed: { ...query, where: conjunction([...conjuncts(query.where), ...moved]) },
    rest: quals.filter((qual) => !down.includes(qual)),
  };
}
