/** Whether storage could group the rows of a plan by itself. */
import type { PlanNode } from "./plan-node.ts";

export function isPushable(node: PlanNode): boolean {
  if (node.kind !== "scan" || node.withKey) return false;
  const { access } = node;
  if (access.kind !== "index") return access.kind === "full";
  const skips = access.conditions.some((each) => each.kind === "skip");
  return access.index.number === 0 && access.firstOf === undefined && !skips;
}
