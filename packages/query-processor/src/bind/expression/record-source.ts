/** The call behind a column of records, through the subqueries that hand it on. */
import { type Expr, oids } from "@firstlight/sql";
import type { RangeTableEntry } from "../query-tree.ts";
import type { Scope } from "../scope.ts";

type Call = Extract<Expr, { kind: "call" }>;

function scopeOf(scope: Scope, levelsUp: number): Scope | undefined {
  let at: Scope | undefined = scope;
  for (let level = 0; level < levelsUp; level++) at = at?.parent;
  return at;
}

/** Undefined when it is no function's result, or comes from another level. */
function sourceIn(rangeTable: readonly RangeTableEntry[], expr: Expr): Call | undefined {
  if (expr.kind === "call") return expr;
  if (expr.kind !== "var" || expr.levelsUp !== 0) return undefined;
  const rte = rangeTable[expr.rte];
  if (rte?.kind !== "subquery") return undefined;
  const target = rte.query.targets[expr.column];
  return target && sourceIn(rte.query.rangeTable, target.expr);
}

export function recordSource(scope: Scope, expr: Expr): Call | undefined {
  if (expr.kind !== "var" || expr.type !== oids.RECORD) return undefined;
  const home = scopeOf(scope, expr.levelsUp);
  return home && sourceIn(home.rangeTable, { ...expr, levelsUp: 0 });
}
