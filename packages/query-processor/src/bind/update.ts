/** UPDATE (transformUpdateStmt). */
import { type Expr, oids } from "@firstlight/sql";
import { asTag, child, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
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

export interface ModificationWhere {
  readonly where: Expr | undefined;
  readonly currentOf: string | undefined;
}

/** A condition, or the row that a cursor stands on. */
/** Rows that the view does not show are not there for the statement. */
function withViewConditions(scope: Scope, own: Expr | undefined): Expr | undefined {
  const conditions = scope.targetView?.conditions ?? [];
  const [first, ...more] = own === undefined ? conditions : [...conditions, own];
  if (first === undefined || more.length === 0) return first;
  return { kind: "and", type: oids.BOOL, typmod: -1, position: -1, args: [first, ...more] };
}

export function bindModificationWhere(scope: Scope, fields: ParseNode): ModificationWhere {
  const node = child(fields, "whereClause");
  const current = asTag(node, "CurrentOfExpr");
  if (current === undefined) {
    const own = bindCondition(scope, node, "where");
    return { where: withViewConditions(scope, own), currentOf: undefined };
  }
  return { where: undefined, currentOf: string(current, "cursor_name") };
}

export function bindUpdate(scope: Scope, fields: ParseNode): BoundUpdate {
  bindWith(scope, fields);
  const { table, item } = openTarget(scope, fields, "update");
  const from = bindSources(scope, item, list(fields, "fromClause"));
  const { where, currentOf } = bindModificationWhere(scope, fields);
  const returning = bindReturning(scope, fields);
  const assignments = bindAssignments(scope, table, list(fields, "targetList"));
  const { binders, catalog, lists } = scope.context;
  return {
    kind: "update",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    from,
    where,
    currentOf,
    assignments,
    generated: generatedColumns(binders, table, catalog),
    checks: [...boundChecks(binders, table, catalog, lists), ...(scope.targetView?.checks ?? [])],
    returning,
  };
}
