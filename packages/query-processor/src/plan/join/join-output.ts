/** What comes out of a join: its columns, and its condition over them. */
import type { Expr } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import { conjunction } from "../expression-map.ts";
import type { Relation } from "../layout.ts";
import type { JoinType, PlanNode } from "../plan-node.ts";
import { orderedQuals } from "../qual-order.ts";
import type { Scope } from "../scope.ts";
import { attach, filterRelation } from "../subplans.ts";

/** The condition over both rows, or what evaluates it where subqueries have to be run for pairs. */
export function conditionOver(
  scope: Scope,
  left: Relation,
  right: Relation,
  quals: readonly Expr[],
): Pick<Extract<PlanNode, { kind: "nestedLoop" }>, "condition" | "pairs"> {
  if (quals.length === 0) return { condition: undefined };
  const layout = left.layout.joined(right.layout);
  const joined: Relation = { node: left.node, layout };
  const attached = attach(scope, joined, orderedQuals(quals));
  if (attached.relation === joined) return { condition: conjunction(attached.exprs) };
  const id = scope.ids.nextCte();
  const name = "*PAIRS*";
  const labels = [...left.node.labels, ...right.node.labels, "number"];
  const node: PlanNode = {
    kind: "cteScan",
    id,
    name,
    alias: name,
    working: true,
    estimate: right.node.estimate,
    labels,
  };
  const filtered = filterRelation(scope, { node, layout: layout.widened(1) }, quals);
  const pairs = { id, plan: filtered.node, numberSlot: layout.width };
  return { condition: undefined, pairs };
}

/** The same for joins that look at one row of each side at a time. */
export function plainCondition(
  scope: Scope,
  left: Relation,
  right: Relation,
  quals: readonly Expr[],
): Expr | undefined {
  const { condition, pairs } = conditionOver(scope, left, right, quals);
  if (pairs === undefined) return condition;
  throw featureNotSupported("a correlated subquery in the condition of an outer join");
}

export function outputOf(
  type: JoinType,
  left: Relation,
  right: Relation,
  node: PlanNode,
): Relation {
  const layout =
    type === "semi" || type === "anti" ? left.layout : left.layout.joined(right.layout);
  return { node, layout };
}

export function labelsOf(type: JoinType, left: Relation, right: Relation): readonly string[] {
  if (type === "semi" || type === "anti") return left.node.labels;
  return [...left.node.labels, ...right.node.labels];
}
