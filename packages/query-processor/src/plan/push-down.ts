/**
 * Conditions on a subquery's output moved into it, where its relations can use them
 * (subquery_is_pushdown_safe and subquery_push_qual): into WHERE, into HAVING of what is grouped, into
 * every arm of UNION and INTERSECT. Only where that changes no row that is left.
 */
import type { Expr } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import type { BoundSelect, RangeTableEntry, SetOperation } from "../bind/query-tree.ts";
import { conjunction, conjuncts, exprKey, mapChildren, someNode } from "./expression-map.ts";
import { isSetReturning } from "./expression-traits.ts";
import { needsSubplan } from "./subplans.ts";

function substitute(expr: Expr, index: number, targets: readonly Expr[]): Expr {
  if (expr.kind === "var" && expr.rte === index && expr.levelsUp === 0) {
    const target = targets[expr.column];
    if (target === undefined) throw new Error(`subquery has no column ${expr.column}`);
    return target;
  }
  return mapChildren(expr, (child) => substitute(child, index, targets));
}

function outputs(query: BoundSelect): readonly Expr[] {
  return query.targets.filter((target) => !target.junk).map((target) => target.expr);
}

function armsOf(tree: SetOperation): readonly number[] {
  return tree.kind === "arm" ? [tree.rte] : [...armsOf(tree.left), ...armsOf(tree.right)];
}

function hasExcept(tree: SetOperation): boolean {
  if (tree.kind === "arm") return false;
  return tree.kind === "except" || hasExcept(tree.left) || hasExcept(tree.right);
}

type SubqueryEntry = Extract<RangeTableEntry, { kind: "subquery" }>;

function armEntries(query: BoundSelect, tree: SetOperation): readonly SubqueryEntry[] {
  return armsOf(tree).flatMap((at) => {
    const entry = query.rangeTable[at];
    return entry?.kind === "subquery" ? [entry] : [];
  });
}

/** Whether which rows there are, LIMIT apart, is decided row by row or group by group. */
function isOpen(query: BoundSelect): boolean {
  if (query.limit !== undefined || query.offset !== undefined) return false;
  if (query.rowMarks.length > 0) return false;
  const tree = query.setOperation;
  if (tree === undefined) return true;
  return !hasExcept(tree) && armEntries(query, tree).every((arm) => isOpen(arm.query));
}

/** Targets that a condition must not be about (check_output_expressions). */
function isClosedTarget(query: BoundSelect, at: number): boolean {
  const target = query.targets[at]?.expr;
  if (target === undefined || volatility(target) === "volatile" || needsSubplan(target))
    return true;
  if (isSetReturning(target)) return true;
  if (Array.isArray(query.distinct) && !query.distinct.includes(at)) return true;
  const key = exprKey(target);
  return query.windows.some((window) => !window.partitionBy.some((part) => exprKey(part) === key));
}

function closedColumns(query: BoundSelect): ReadonlySet<number> {
  const tree = query.setOperation;
  if (tree !== undefined) {
    const arms = armEntries(query, tree).map((arm) => closedColumns(arm.query));
    return new Set(arms.flatMap((arm) => [...arm]));
  }
  const visible = query.targets.flatMap((target, at) => (target.junk ? [] : [at]));
  return new Set(visible.flatMap((at, column) => (isClosedTarget(query, at) ? [column] : [])));
}

function canPush(qual: Expr, closed: ReadonlySet<number>): boolean {
  // An ExecParam belongs to the level outside: inside, it would be read from the same place.
  if (needsSubplan(qual) || volatility(qual) === "volatile") return false;
  return !someNode(
    qual,
    (node) => node.kind === "var" && (node.column < 0 || closed.has(node.column)),
  );
}

export function isGrouped(query: BoundSelect): boolean {
  return (
    query.hasAggregates ||
    query.having !== undefined ||
    query.groupBy.length > 0 ||
    query.groupingSets !== undefined
  );
}

function pushInto(query: BoundSelect, index: number, quals: readonly Expr[]): BoundSelect {
  const tree = query.setOperation;
  if (tree !== undefined) {
    const arms = new Set(armsOf(tree));
    const rangeTable = query.rangeTable.map((entry, at) =>
      entry.kind === "subquery" && arms.has(at)
        ? { ...entry, query: pushInto(entry.query, index, quals) }
        : entry,
    );
    return { ...query, rangeTable };
  }
  const targets = outputs(query);
  const moved = quals.map((qual) => substitute(qual, index, targets));
  if (isGrouped(query)) {
    return { ...query, having: conjunction([...conjuncts(query.having), ...moved]) };
  }
  return { ...query, where: conjunction([...conjuncts(query.where), ...moved]) };
}

export function pushIntoSubquery(
  query: BoundSelect,
  index: number,
  quals: readonly Expr[],
): { pushed: BoundSelect; rest: readonly Expr[] } {
  if (quals.length === 0 || !isOpen(query)) return { pushed: query, rest: quals };
  const closed = closedColumns(query);
  const down = quals.filter((qual) => canPush(qual, closed));
  if (down.length === 0) return { pushed: query, rest: quals };
  return {
    pushed: pushInto(query, index, down),
    rest: quals.filter((qual) => !down.includes(qual)),
  };
}

function isAboutGroups(expr: Expr): boolean {
  return someNode(
    expr,
    (node) => node.kind === "aggregate" || node.kind === "grouping" || node.kind === "subLink",
  );
}

/** Conditions of HAVING that say nothing of groups as such hold for all rows of one or for none. */
export function withHavingInWhere(query: BoundSelect): BoundSelect {
  if (query.having === undefined || query.groupBy.length === 0) return query;
  if (query.groupingSets !== undefined) return query;
  const all = conjuncts(query.having);
  const moved = all.filter((qual) => !isAboutGroups(qual) && volatility(qual) !== "volatile");
  if (moved.length === 0) return query;
  return {
    ...query,
    where: conjunction([...conjuncts(query.where), ...moved]),
    having: conjunction(all.filter((qual) => !moved.includes(qual))),
  };
}
