/** What refers to a query around the one where it stands. */
import type { Aggregate, Expr, Grouping, Var } from "@firstlight/sql";

/** What a query takes from one around it. */
export type OuterValue = Var | Aggregate | Grouping;

export function isOuterValue(expr: Expr): expr is OuterValue {
  return expr.kind === "var" || expr.kind === "aggregate" || expr.kind === "grouping";
}
