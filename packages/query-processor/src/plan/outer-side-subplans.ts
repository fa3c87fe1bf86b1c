/**
 * Subqueries in the condition of an outer join that depend on nothing but its outer side: they are
 * computed once per outer row, before the join, so that the condition is a plain one.
 */
import { type Expr, type SubLink, childrenOf } from "@firstlight/sql";
import { isSubset, rtesOf } from "./equality.ts";
import { mapChildren } from "./expression-map.ts";
import type { JoinInput } from "./join/join-request.ts";
import { walkDeep } from "./query-walk.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";

export interface Prepared {
  readonly left: JoinInput;
  readonly quals: readonly Expr[];
}

/**
 * Entries of this level that the expression reads, in its subqueries too, through whatever its
 * columns stand for.
 */
export function deepRtes(scope: Scope, expr: Expr): Set<number> {
  const rtes = new Set<number>();
  walkDeep(expr, 0, (node, depth) => {
    if (node.kind !== "var" || node.levelsUp !== depth) return;
    for (const rte of rtesOf(scope.flatten({ ...node, levelsUp: 0 }))) rtes.add(rte);
  });
  return rtes;
}

/** Subqueries below these may not have to run at all. */
export function isBranching({ kind }: Expr): boolean {
  return kind === "case" || kind === "and" || kind === "or" || kind === "coalesce";
}

/** Those that have to run in any case. */
function linksOf(expr: Expr): SubLink[] {
  if (expr.kind === "subLink") return [expr];
  if (isBranching(expr)) return [];
  const links: SubLink[] = [];
  mapChildren(expr, (child) => {
    links.push(...linksOf(child));
    return child;
  });
  return links;
}

function replaced(expr: Expr, values: ReadonlyMap<Expr, Expr>): Expr {
  return values.get(expr) ?? mapChildren(expr, (child) => replaced(child, values));
}

/** Whether it has subqueries beside these. */
function hasOthers(expr: Expr, links: ReadonlySet<Expr>): boolean {
  if (expr.kind === "subLink") return !links.has(expr);
  return childrenOf(expr).some((child) => hasOthers(child, links));
}

/**
 * Nothing where other subqueries remain: a condition with those is looked at on the inner side, as a
 * whole, where what was computed on the outer side is not to be had.
 */
export function withOuterSubplans(scope: Scope, left: JoinInput, quals: readonly Expr[]): Prepared {
  const links = quals.flatMap(linksOf).filter((link) => isSubset(deepRtes(scope, link), left.rtes));
  const own = new Set<Expr>(links);
  if (links.length === 0 || quals.some((qual) => hasOthers(qual, own))) return { left, quals };
  const attached = attach(scope, left.relation, links);
  const values = new Map(
    links.flatMap((link, at) => {
      const value = attached.exprs[at];
      return value === undefined ? [] : [[link, value] as const];
    }),
  );
  return {
    left: { ...left, relation: attached.relation, leaf: undefined, virtual: undefined },
    quals: quals.map((qual) => replaced(qual, values)),
  };
}
