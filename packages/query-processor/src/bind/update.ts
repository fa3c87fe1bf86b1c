/** UPDATE (transformUpdateStmt). */
import { child, list } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { unsupported } from "./errors.ts";
import { bindFrom } from "./from.ts";
import { openTarget } from "./modification-target.ts";
import { checkConflicts, withLateral } from "./namespace.ts";
import type { BoundUpdate, FromItem } from "./query-tree.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { bindCondition } from "./select.ts";
import { boundChecks, generatedColumns } from "./table-expressions.ts";
import { bindReturning } from "./targets.ts";
import { bindAssignments } from "./update-targets.ts";
import { bindWith, boundCtes } from "./with.ts";

/** FROM items do not see the target; everything after them does. */
export function bindSources(
  scope: Scope,
  target: NamespaceItem,
  nodes: readonly ParseNode[],
): readonly FromItem[] {
  scope.namespace = withLateral([target], true, false);
  const items = bindSourceItems(scope, target, nodes);
  scope.namespace = [target, ...scope.namespace.filter((item) => item.rte !== target.rte)];
  return items;
}

function bindSourceItems(
  scope: Scope,
  target: NamespaceItem,
  nodes: readonly ParseNode[],
): readonly FromItem[] {
  const items = bindFrom(scope, nodes);
  const others = scope.namespace.filter((item) => item.rte !== target.rte);
  checkConflicts([target], others);
  return items;
}

export function refuseCurrentOf(node: ParseNode | undefined): void {
  if (node !== undefined && "CurrentOfExpr" in node) throw unsupported("WHERE CURRENT OF", -1);
}

export function bindUpdate(scope: Scope, fields: ParseNode): BoundUpdate {
  bindWith(scope, fields);
  const { table, item } = openTarget(scope, fields, "update");
  const from = bindSources(scope, item, list(fields, "fromClause"));
  const condition = child(fields, "whereClause");
  refuseCurrentOf(condition);
  const where = bindCondition(scope, condition, "where");
  const returning = bindReturning(scope, fields);
  const assignments = bindAssignments(scope, table, list(fields, "targetList"));
  const { binders, catalog } = scope.context;
  return {
    kind: "update",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    from,
    where,
    assignments,
    generated: generatedColumns(binders, table, catalog),
    checks: boundChecks(binders, table, catalog),
    returning,
  };
}
