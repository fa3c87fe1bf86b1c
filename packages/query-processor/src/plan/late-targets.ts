/**
 * Targets that are computed after ORDER BY (make_sort_input_target): what is volatile runs in the
 * order of the result, and not for rows that LIMIT leaves out; sets are expanded in sorted rows.
 */
import type { Expr } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { someNode } from "./expression-map.ts";
import { isSetReturning } from "./expression-traits.ts";
import { sortEstimate } from "./estimate.ts";
import type { Relation } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";

/** Subqueries with effects are computed first, as in PostgreSQL. */
function isVolatileHere(expr: Expr): boolean {
  return someNode(
    expr,
    (node) => node.kind === "call" && volatility({ ...node, args: [] }) === "volatile",
  );
}

interface LateTargets {
  /** Sets make rows of their own: how many sorted rows LIMIT needs is not known. */
  readonly sets: boolean;
}

/** Undefined: the targets can be computed first. */
export function lateTargets(query: BoundSelect): LateTargets | undefined {
  const { targets, orderBy } = query;
  if (orderBy.length === 0 || query.distinct !== false) return undefined;
  if (query.setOperation !== undefined) return undefined;
  const late = targets.filter(({ expr }) => isSetReturning(expr) || isVolatileHere(expr));
  if (late.length === 0) return undefined;
  if (orderBy.some(({ target }) => late.some((each) => each === targets[target]))) return undefined;
  return { sets: late.some(({ expr }) => isSetReturning(expr)) };
}

/** The relation that the targets are computed over, in the order of ORDER BY. */
export function sortFirst(
  scope: Scope,
  source: Relation,
  query: BoundSelect,
  bounds: { readonly offset: Expr | undefined; readonly limit: Expr | undefined },
): Relation {
  const written = query.orderBy.flatMap(({ target }) => query.targets[target]?.expr ?? []);
  const { relation, exprs } = attach(scope, source, written);
  const keys = query.orderBy.flatMap(({ descending, nullsFirst, proc }, at) => {
    const expr = exprs[at];
    return expr === undefined ? [] : [{ expr, descending, nullsFirst, proc }];
  });
  const { node, layout } = relation;
  const { labels } = node;
  const estimate = sortEstimate(node.estimate);
  return { node: { kind: "sort", child: node, keys, ...bounds, estimate, labels }, layout };
}
