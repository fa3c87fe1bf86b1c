/** DELETE (transformDeleteStmt). */
import { list } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { openTarget } from "./modification-target.ts";
import type { BoundDelete } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { bindReturning } from "./targets.ts";
import { bindModificationWhere, bindSources } from "./update.ts";
import { bindWith, boundCtes } from "./with.ts";

export function bindDelete(scope: Scope, fields: ParseNode): BoundDelete {
  bindWith(scope, fields);
  const { table, item } = openTarget(scope, fields, "delete");
  const from = bindSources(scope, item, list(fields, "usingClause"));
  const { where, currentOf } = bindModificationWhere(scope, fields);
  return {
    kind: "delete",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    from,
    where,
    currentOf,
    returning: bindReturning(scope, fields),
  };
}
