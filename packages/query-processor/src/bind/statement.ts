/** The four kinds of statement that can be a query of WITH or of EXPLAIN. */
import { fieldsOf, locationOf, tagOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindDelete } from "./delete.ts";
import { unsupported } from "./errors.ts";
import { bindInsert } from "./insert.ts";
import { bindMerge } from "./merge.ts";
import type { BoundQuery } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { bindSelect } from "./select.ts";
import { bindUpdate } from "./update.ts";

/** Binds a wrapped statement into a scope that was made for it. */
export function bindQuery(scope: Scope, node: ParseNode): BoundQuery {
  const fields = fieldsOf(node);
  switch (tagOf(node)) {
    case "SelectStmt":
      return bindSelect(scope, fields);
    case "InsertStmt":
      return bindInsert(scope, fields);
    case "UpdateStmt":
      return bindUpdate(scope, fields);
    case "DeleteStmt":
      return bindDelete(scope, fields);
    case "MergeStmt":
      return bindMerge(scope, fields);
    default:
      throw unsupported(`statement ${tagOf(node)}`, locationOf(fields));
  }
}
