/** What a query level adds around its plan. */
import type { PlanNode } from "./plan-node.ts";
import type { Scope } from "./scope.ts";

/** CTEs and uncorrelated subqueries of this level around its plan. */
export function wrapScope(scope: Scope, body: PlanNode): PlanNode {
  let node = body;
  const { estimate: cost, labels } = body;
  if (scope.initPlans.length > 0) {
    node = { kind: "initPlans", child: node, subplans: scope.initPlans, estimate: cost, labels };
  }
  if (scope.plannedCtes.length > 0) {
    node = { kind: "with", ctes: scope.plannedCtes, child: node, estimate: cost, labels };
  }
  return node;
}
