/** What may happen when an expression is computed: it may yield sets, or have another value each time. */
import type { Expr } from "@firstlight/sql";
import { returnsSet, someInSteps, volatility } from "@firstlight/sql";
import { walkDeep } from "./query-walk.ts";

export function isSetReturning(expr: Expr): boolean {
  return someInSteps("sets", expr, (node) => node.kind === "call" && returnsSet(node));
}

/** Whether it, or a subquery in it, may call something volatile. */
export function isVolatileExpr(expr: Expr): boolean {
  let found = false;
  walkDeep(expr, 0, (node) => {
    if (node.kind === "call" && volatility({ ...node, args: [] }) === "volatile") found = true;
  });
  return found;
}
