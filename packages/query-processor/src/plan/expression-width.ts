/** How wide values are on average: of a column as it was analyzed, else by the type. */
import type { Expr } from "@firstlight/sql";
import { guessedWidth } from "../statistics/stored-width.ts";
import type { Scope } from "./scope.ts";
import { unlabelled } from "./selectivity/variable.ts";

export function exprWidth(scope: Scope, expr: Expr): number {
  const plain = unlabelled(expr);
  if (plain.kind === "var" && plain.levelsUp === 0) {
    const known = scope.estimation.relation(plain.rte)?.column(plain.column);
    if (known?.type === plain.type) return known.width;
  }
  return guessedWidth(expr.type, expr.typmod);
}

export function rowWidth(scope: Scope, exprs: readonly Expr[]): number {
  return exprs.reduce((sum, expr) => sum + exprWidth(scope, expr), 0);
}
