/**
 * WITH: a SELECT that is read once is planned where it is read; others run once and keep their
 * rows. WITH RECURSIVE becomes a RecursiveUnion over a working table.
 */
import { featureNotSupported } from "@firstlight/common";
import type { BoundCte, BoundSelect } from "../bind/query-tree.ts";
import { estimate } from "./estimate.ts";
import type { PlanNode } from "./plan-node.ts";
import { wrapScope } from "./wrap-scope.ts";
import { armTypes, planTree } from "./plan-set-operation.ts";
import { isVolatileQuery } from "./query-walk.ts";
import type { Scope } from "./scope.ts";

function isInlined(cte: BoundCte): boolean {
  const { query } = cte;
  if (query.kind !== "select" || cte.recursive || cte.materialized === "always") return false;
  if (query.rowMarks.length > 0 || isVolatileQuery(query)) return false;
  return cte.materialized === "never" || cte.references === 1;
}

export function planCtes(scope: Scope, ctes: readonly BoundCte[]): void {
  for (const cte of ctes) {
    if (isInlined(cte)) scope.ctes.push({ kind: "inline", query: cte.query });
    else planCte(scope, cte);
  }
}

function planCte(scope: Scope, cte: BoundCte): void {
  const { query, name } = cte;
  const id = scope.ids.nextCte();
  if (cte.references === 0 && query.kind === "select") {
    scope.ctes.push({ kind: "planned", id, name, dependencies: new Set(), rows: 0 });
    return;
  }
  if (cte.recursive && query.kind === "select" && query.setOperation?.kind === "union") {
    planRecursive(scope, cte, query, id);
    return;
  }
  const child = scope.child(query.rangeTable);
  const plan = query.kind === "select" ? child.planSelect(query) : child.planModify(query);
  const dependencies = child.dependencies;
  for (const each of dependencies) scope.dependencies.add(each);
  scope.ctes.push({ kind: "planned", id, name, dependencies, rows: plan.estimate.rows });
  scope.plannedCtes.push({ id, name, plan, modifies: query.kind !== "select" });
}

function planRecursive(scope: Scope, cte: BoundCte, query: BoundSelect, id: number): void {
  const tree = query.setOperation;
  if (tree === undefined || tree.kind !== "union") throw new Error("not a recursive query");
  if (query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined) {
    throw featureNotSupported("ORDER BY, OFFSET or LIMIT in a recursive query");
  }
  const { name } = cte;
  const child = scope.child(query.rangeTable);
  const working = scope.ids.nextParam();
  const dependencies = new Set<number>();
  const state = { kind: "planned", id, name, dependencies, working, rows: 100 } as const;
  // The step refers to the CTE, which therefore has its place before the step is planned.
  scope.ctes.push(state);
  planCtes(child, query.ctes);
  const types = armTypes(child, tree);
  const start = planTree(child, tree.left, types);
  const step = planTree(child, tree.right, types);
  for (const each of child.dependencies) if (each !== working) dependencies.add(each);
  for (const each of dependencies) scope.dependencies.add(each);
  const node: PlanNode = {
    kind: "recursiveUnion",
    id,
    start,
    step,
    distinct: !tree.all,
    types,
    estimate: estimate(
      start.estimate.rows * 10,
      0,
      start.estimate.total + 10 * step.estimate.total,
      start.estimate.width,
    ),
    labels: start.labels,
  };
  scope.plannedCtes.push({ id, name, plan: wrapScope(child, node), modifies: false });
}
