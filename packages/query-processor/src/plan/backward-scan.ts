/**
 * Whether a plan could be read backward (ExecSupportsBackwardScan): a cursor over it that says
 * neither SCROLL nor NO SCROLL is one that scrolls.
 */
import type { PlanNode } from "./plan-node.ts";
import { childrenOf } from "./plan-children.ts";

const READ_ANYWHERE: ReadonlySet<PlanNode["kind"]> = new Set([
  "scan",
  "values",
  "virtualScan",
  "functionScan",
  "currentRow",
  "sort",
]);

const AS_CHILDREN: ReadonlySet<PlanNode["kind"]> = new Set([
  "filter",
  "project",
  "limit",
  "apply",
  "initPlans",
  "with",
  "append",
]);

export function supportsBackwardScan(node: PlanNode): boolean {
  if (node.kind === "cteScan") return !node.working;
  if (READ_ANYWHERE.has(node.kind)) return true;
  return AS_CHILDREN.has(node.kind) && childrenOf(node).every(supportsBackwardScan);
}
