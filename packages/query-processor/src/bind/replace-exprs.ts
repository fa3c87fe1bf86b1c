/** Expressions with parts of them replaced by where they stand, in queries inside of them too. */
import type { Expr } from "@firstlight/sql";
import { mapSelect } from "./map-select.ts";
import type { BoundSelect } from "./query-tree.ts";
import { mapChildren, queryOf } from "./walk.ts";

/** What stands for the expression; undefined: itself, with its parts replaced. */
export type Replace = (expr: Expr, depth: number) => Expr | undefined;

/** `depth` counts the queries between the start and the expression. */
export function replaceExprs(expr: Expr, replace: Replace, depth = 0): Expr {
  const replaced = replace(expr, depth);
  if (replaced !== undefined) return replaced;
  const copy = mapChildren(expr, (child) => replaceExprs(child, replace, depth));
  if (copy.kind !== "subLink") return copy;
  return { ...copy, query: replaceInQuery(queryOf(copy), replace, depth + 1) };
}

/** The same in a query; `depth` is that of its own expressions. */
export function replaceInQuery(query: BoundSelect, replace: Replace, depth: number): BoundSelect {
  return mapSelect(query, {
    expr: (expr) => replaceExprs(expr, replace, depth),
    query: (inner) => replaceInQuery(inner, replace, depth + 1),
  });
}
