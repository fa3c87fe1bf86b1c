/**
 * Columns of a subquery that nobody reads are not computed (remove_unused_subquery_outputs): they
 * become NULL, unless which rows there are depends on them or computing them has effects.
 */
import type { Expr } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { isSetReturning, isVolatileExpr } from "./expression-traits.ts";

function isFree({ kind }: Expr): boolean {
  return kind === "const" || kind === "param";
}

/** `used` are the columns that are read, as positions among the targets that are not junk. */
export function withoutUnusedOutputs(query: BoundSelect, used: ReadonlySet<number>): BoundSelect {
  if (query.setOperation !== undefined || query.distinct !== false) return query;
  const sorted = new Set(query.orderBy.map((key) => key.target));
  let column = 0;
  let changed = false;
  const targets = query.targets.map((target, at) => {
    if (target.junk || used.has(column++) || sorted.has(at)) return target;
    const { expr } = target;
    if (isFree(expr) || isSetReturning(expr) || isVolatileExpr(expr)) return target;
    changed = true;
    const { type, typmod, position } = expr;
    const nothing: Expr = { kind: "const", value: null, type, typmod, position };
    return { ...target, expr: nothing };
  });
  return changed ? { ...query, targets } : query;
}
