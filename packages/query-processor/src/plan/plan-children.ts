/** What a plan node reads from. */
import type { PlanNode } from "./plan-node.ts";

/** Children in the order of EXPLAIN. */
export function childrenOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case "scan":
    case "values":
    case "virtualScan":
    case "functionScan":
    case "cteScan":
    case "currentRow":
    case "rows":
      return [];
    case "nestedLoop":
    case "hashJoin":
    case "mergeJoin":
    case "lookupJoin":
    case "setOperation":
      return [node.left, node.right];
    case "append":
      return node.children;
    case "recursiveUnion":
      return [node.start, node.step];
    case "filter":
    case "sample":
    case "project":
    case "projectSet":
    case "apply":
    case "initPlans":
    case "aggregate":
    case "window":
    case "sort":
    case "limit":
    case "distinct":
    case "with":
    case "lockRows":
    case "memoize":
    case "insert":
    case "update":
    case "delete":
    case "merge":
      return [node.child];
  }
}
