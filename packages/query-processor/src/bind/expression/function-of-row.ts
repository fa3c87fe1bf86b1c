/** row.function is another way to write function(row). */
import { SqlError } from "@firstlight/common";
import { type Expr, procsByName, resolveFunction } from "@firstlight/sql";
import type { Scope } from "../scope.ts";
import { functionCall } from "./routine-call.ts";
import { checkSetPlacement } from "./set-returning.ts";

/** Undefined: no function of that name takes the row. */
export function callOnRow(
  scope: Scope,
  row: () => Expr,
  name: string,
  position: number,
): Expr | undefined {
  const { resolve } = scope.context;
  const isName = procsByName(name).length > 0 || resolve.routines?.onPath(name).length !== 0;
  if (!isName) return undefined;
  try {
    const resolved = resolveFunction(resolve, { names: [name], args: [row()], position });
    if (resolved.kind === "aggregate")
      return scope.context.binders.aggregate(scope, { location: position }, resolved);
    if (resolved.kind !== "scalar" && resolved.kind !== "set") return undefined;
    if (resolved.kind === "set") checkSetPlacement(scope, position);
    return functionCall(scope, resolved, position);
  } catch (error) {
    if (error instanceof SqlError && /^42(883|725)$/u.test(error.sqlstate)) return undefined;
    throw error;
  }
}
