/** DELETE (transformDeleteStmt). */
import { child, list } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { openTarget } from "./modification-target.ts";
import type { BoundDelete } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { bindCondition } from "./select.ts";
import { bindReturning } from "./targets.ts";
import { bindSources, refuseCurrentOf } from "./update.ts";
import { bindWith, boundCtes } from "./with.ts";

export function bindDelete(scope: Scope, fields: ParseNode): BoundDelete {
  bindWith(scope, fields);
  const { table, item } = openTarget(scope, fields, "delete");
  const from = bindSources(scope, item, list(fields, "usingClause"));
  const condition = child(fields, "whereClause");
  refuseCurrentOf(condition);
  const where = bindCondition(scope, condition, "where");
  return {
    kind: "delete",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    from,
    where,
    returning: bindReturning(scope, fields),
  };
}
