/** Arguments that are computed once for a whole query: no columns of it may stand in them. */
import type { Expr } from "@firstlight/sql";
import { bindError } from "./errors.ts";
import { visitExpr } from "./walk.ts";

/** `construct` as in the message, such as LIMIT. Throws 42P10 (checkExprIsVarFree). */
export function refuseVariables(expr: Expr, construct: string): void {
  visitExpr(expr, (each, depth) => {
    if (each.kind === "var" && each.levelsUp === depth) {
      const message = `argument of ${construct} must not contain variables`;
      throw bindError("42P10", message, each.position);
    }
    return true;
  });
}
