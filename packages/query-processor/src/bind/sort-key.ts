/** One ORDER BY element: direction, NULLS placement and the comparison of its type. */
import {
  coerce,
  type Expr,
  oids,
  requireOrdering,
  requireSortOperator,
  type SortKey,
} from "@firstlight/sql";
import { asTag, locationOf, names, requiredChild, string } from "../parse/node.ts";
import { expressionLocation } from "../parse/expression-location.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { Scope } from "./scope.ts";

export interface SortDirection {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly proc: number;
}

function isDescending(fields: ParseNode, type: number): boolean {
  const direction = string(fields, "sortby_dir");
  if (direction !== "SORTBY_USING") return direction === "SORTBY_DESC";
  const name = names(fields, "useOp").at(-1) ?? "";
  return requireSortOperator(name, type, locationOf(fields)).descending;
}

/** NULLs count as larger than everything unless told otherwise. */
export function sortDirection(fields: ParseNode, type: number, position: number): SortDirection {
  const descending = isDescending(fields, type);
  const nulls = string(fields, "sortby_nulls");
  const nullsFirst =
    nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending);
  return { descending, nullsFirst, proc: requireOrdering(type, position).compareProc };
}

/** A literal of unknown type is sorted, grouped and returned as text. */
export function resolveUnknown(scope: Scope, expr: Expr): Expr {
  if (expr.type !== oids.UNKNOWN) return expr;
  return coerce(scope.context.resolve, expr, oids.TEXT, -1, "implicit") ?? expr;
}

/** A SortBy node whose expression `bind` binds. */
export function sortKey(scope: Scope, node: ParseNode, bind: (node: ParseNode) => Expr): SortKey {
  const fields = asTag(node, "SortBy") ?? {};
  const expr = resolveUnknown(scope, bind(requiredChild(fields, "node")));
  const location = expressionLocation(requiredChild(fields, "node"));
  return { expr, ...sortDirection(fields, expr.type, location) };
}
