/**
 * Which nodes of a plan EXPLAIN shows as one: those that only compute (projections, attached
 * subqueries, CTE scopes) and most conditions belong to the node below.
 */
import type { Expr } from "@firstlight/sql";
import { conjuncts, someNode } from "../../plan/expression-map.ts";
import { isVolatileExpr } from "../../plan/expression-traits.ts";
import { childrenOf } from "../../plan/plan-children.ts";
import type { FilterNode, PlanNode } from "../../plan/plan-node.ts";
import type { SidePlan } from "./side-plans.ts";
import { sidePlans } from "./side-plans.ts";

const COMPUTES_ONLY: ReadonlySet<PlanNode["kind"]> = new Set([
  "project",
  "apply",
  "initPlans",
  "with",
]);

/** Nodes below which a condition is shown as theirs. */
const TAKES_FILTER: ReadonlySet<PlanNode["kind"]> = new Set([
  "aggregate",
  "virtualScan",
  "functionScan",
  "cteScan",
  "hashJoin",
  "mergeJoin",
  "nestedLoop",
  "lookupJoin",
  "scan",
]);

function takesFilter(node: PlanNode): boolean {
  return TAKES_FILTER.has(node.kind) || (node.kind === "values" && node.rows.length !== 1);
}

/** Conditions about no row, before which nothing below runs: a node of its own. */
export function isGate(node: PlanNode): boolean {
  if (node.kind !== "filter") return false;
  const isAboutRow = (qual: Expr): boolean => someNode(qual, ({ kind }) => kind === "slot");
  return conjuncts(node.condition).every((qual) => !isAboutRow(qual) && !isVolatileExpr(qual));
}

/** A filter over what a subquery yields, which has no node that could take it. */
export function isSubqueryScan(node: PlanNode): boolean {
  if (node.kind !== "filter" || node.subquery === undefined) return false;
  return !TAKES_FILTER.has(fold(node.child).node.kind);
}

export function isFolded(node: PlanNode): boolean {
  if (node.kind !== "filter") return COMPUTES_ONLY.has(node.kind);
  if (isGate(node) || isSubqueryScan(node)) return false;
  const { child } = node;
  return (
    takesFilter(child) || child.kind === "apply" || (child.kind === "filter" && isFolded(child))
  );
}

export interface Folded {
  readonly node: PlanNode;
  readonly sides: readonly SidePlan[];
  /** The innermost first. */
  readonly filters: readonly FilterNode[];
}

export function fold(node: PlanNode): Folded {
  const own = sidePlans(node);
  const [child] = isFolded(node) ? childrenOf(node) : [];
  if (child === undefined) return { node, sides: own, filters: [] };
  const below = fold(child);
  return {
    node: below.node,
    sides: [...own, ...below.sides],
    filters: node.kind === "filter" ? [...below.filters, node] : below.filters,
  };
}
