/**
 * GROUPING(...). Its arguments are grouping expressions, which are known only after GROUP BY was
 * bound: until then the node stands with its arguments remembered beside it.
 */
import { type Expr, expressionLocation, type Grouping, oids } from "@firstlight/sql";
import { list, locationOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import { rulesOf } from "../expression-kind.ts";
import type { Scope } from "../scope.ts";
import { mapChildren, sameExpr } from "../walk.ts";

const ARGUMENTS_MAX = 31;
const pending = new WeakMap<Grouping, readonly Expr[]>();

export function groupingCall(scope: Scope, fields: ParseNode): Expr {
  const position = locationOf(fields);
  const nodes = list(fields, "args");
  if (nodes.length > ARGUMENTS_MAX) {
    throw bindError("54023", "GROUPING must have fewer than 32 arguments", position);
  }
  const rules = rulesOf(scope.kind);
  if (!rules.aggregates) {
    throw bindError("42803", `grouping operations are not allowed in ${rules.name}`, position);
  }
  const args = nodes.map((node) => scope.expr(node));
  const grouping: Grouping = { kind: "grouping", type: oids.INT4, typmod: -1, position, refs: [] };
  pending.set(grouping, args);
  scope.hasAggregates = true;
  return grouping;
}

function refsOf(args: readonly Expr[], groupBy: readonly Expr[]): readonly number[] {
  return args.map((arg) => {
    const index = groupBy.findIndex((each) => sameExpr(each, arg));
    if (index >= 0) return index;
    throw bindError(
      "42803",
      "arguments to GROUPING must be grouping expressions of the associated query level",
      expressionLocation(arg),
    );
  });
}

/** Gives every GROUPING below its references into the group clause. */
export function resolveGroupings(expr: Expr, groupBy: readonly Expr[]): Expr {
  if (expr.kind !== "grouping") {
    return mapChildren(expr, (child) => resolveGroupings(child, groupBy));
  }
  const args = pending.get(expr);
  return args === undefined ? expr : { ...expr, refs: refsOf(args, groupBy) };
}
