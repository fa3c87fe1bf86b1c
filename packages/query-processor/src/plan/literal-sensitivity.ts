/**
 * Whether a plan made with parameters in place of literals may be worse than one made with them: an
 * indexed expression or the condition of a partial index is recognized by its constants only.
 */
import { derivedColumns } from "../bind/index-expressions.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { someNode } from "./expression-map.ts";
import type { PlanNode, ScanNode } from "./plan-node.ts";
import { childrenOf } from "./plan-children.ts";

const known = new WeakMap<TableDescriptor, boolean>();

function hasConstants(table: TableDescriptor): boolean {
  let found = known.get(table);
  if (found === undefined) {
    const { exprs } = derivedColumns(table);
    found = exprs.some((expr) => someNode(expr, (node) => node.kind === "const"));
    known.set(table, found);
  }
  return found;
}

/** A row found by all of a unique key cannot be found in a better way. */
function isPoint({ access }: ScanNode): boolean {
  return (
    access.kind === "index" &&
    access.index.unique &&
    access.index.predicate === undefined &&
    access.conditions.length === access.index.columns.length &&
    access.conditions.every((each) => each.kind === "equal")
  );
}

export function wantsLiterals(node: PlanNode): boolean {
  if (node.kind === "scan") return hasConstants(node.table) && !isPoint(node);
  return childrenOf(node).some((child) => wantsLiterals(child));
}
