/** LIMIT, OFFSET and FETCH FIRST (transformLimitClause). */
import { coerceToSpecificType, type Expr, oids } from "@firstlight/sql";
import { asTag, child, flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import type { Scope } from "./scope.ts";
import { refuseVariables } from "./refuse-variables.ts";

export interface Limits {
  readonly offset: Expr | undefined;
  readonly limit: Expr | undefined;
  readonly withTies: boolean;
}

function bindCount(
  scope: Scope,
  node: ParseNode | undefined,
  kind: "limit" | "offset",
  withTies: boolean,
): Expr | undefined {
  if (node === undefined) return undefined;
  const constant = asTag(node, "A_Const");
  if (constant !== undefined && flag(constant, "isnull")) {
    if (!withTies) return undefined;
    throw bindError("2201W", "row count cannot be null in FETCH FIRST ... WITH TIES clause", -1);
  }
  const construct = kind.toUpperCase();
  const bound = scope.expr(node, kind);
  const count = coerceToSpecificType(scope.context.resolve, bound, oids.INT8, construct);
  refuseVariables(count, construct);
  return count;
}

export function bindLimits(scope: Scope, fields: ParseNode): Limits {
  const withTies = string(fields, "limitOption") === "LIMIT_OPTION_WITH_TIES";
  return {
    offset: bindCount(scope, child(fields, "limitOffset"), "offset", false),
    limit: bindCount(scope, child(fields, "limitCount"), "limit", withTies),
    withTies,
  };
}
