/** ORDER BY, DISTINCT and DISTINCT ON over a target list. */
import type { Expr } from "@firstlight/sql";
import { requireEquality, someExpr } from "@firstlight/sql";
import { asTag, list, requiredChild, tagOf } from "../parse/node.ts";
import { expressionLocation } from "../parse/expression-location.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import type { SortClause } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { resolveUnknown, sortDirection } from "./sort-key.ts";
import { findTarget } from "./target-reference.ts";
import type { OpenTarget } from "./targets.ts";

/** A target that is already sorted by is not sorted by again. */
export function bindOrderBy(
  scope: Scope,
  targets: OpenTarget[],
  nodes: readonly ParseNode[],
): readonly SortClause[] {
  const clauses: SortClause[] = [];
  const sorted = new Set<number>();
  for (const node of nodes) {
    const fields = asTag(node, "SortBy") ?? {};
    const target = findTarget(scope, targets, requiredChild(fields, "node"), "ORDER BY");
    const expr = targets[target]?.expr;
    if (expr === undefined || sorted.has(target)) continue;
    sorted.add(target);
    const location = expressionLocation(requiredChild(fields, "node"));
    clauses.push({ target, ...sortDirection(fields, expr.type, location) });
  }
  return clauses;
}

function distinctOn(
  scope: Scope,
  targets: OpenTarget[],
  nodes: readonly ParseNode[],
  orderBy: readonly SortClause[],
): readonly number[] {
  const written = nodes.map((node) => ({
    target: findTarget(scope, targets, node, "DISTINCT ON"),
    location: expressionLocation(node),
  }));
  const chosen = new Set(written.map((each) => each.target));
  const initial = orderBy.slice(0, chosen.size);
  const stray = orderBy.findIndex((clause) => !chosen.has(clause.target));
  const sortedOn = initial.filter((clause) => chosen.has(clause.target)).length;
  // The sort must begin with exactly the chosen expressions, in any order.
  if (stray >= 0 && stray < chosen.size && sortedOn < chosen.size) {
    const sorted = orderBy.slice(0, stray);
    const first = written.find(({ target }) => !sorted.some((each) => each.target === target));
    throw bindError(
      "42P10",
      "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
      first?.location ?? -1,
    );
  }
  for (const index of chosen) {
    const expr = targets[index]?.expr;
    if (expr !== undefined) requireEquality(expr.type, expr.position);
  }
  return [...chosen];
}

/** Of what is written furthest to the left. */
function startOf(expr: Expr): number {
  let start = expr.position;
  someExpr(expr, ({ position }) => {
    if (position >= 0 && position < start) start = position;
    return false;
  });
  return start;
}

function distinctAll(
  scope: Scope,
  targets: readonly OpenTarget[],
  orderBy: readonly SortClause[],
): true {
  for (const { target } of orderBy) {
    const entry = targets[target];
    if (entry?.junk !== true) continue;
    throw bindError(
      "42P10",
      "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
      startOf(entry.expr),
    );
  }
  for (const target of targets) {
    if (target.junk) continue;
    target.expr = resolveUnknown(scope, target.expr);
    requireEquality(target.expr.type, startOf(target.expr));
  }
  return true;
}

/** SELECT DISTINCT is a list with one empty node, DISTINCT ON one with its expressions. */
export function bindDistinct(
  scope: Scope,
  targets: OpenTarget[],
  fields: ParseNode,
  orderBy: readonly SortClause[],
): boolean | readonly number[] {
  const nodes = list(fields, "distinctClause");
  const [first] = nodes;
  if (first === undefined) return false;
  if (tagOf(first) === "") return distinctAll(scope, targets, orderBy);
  return distinctOn(scope, targets, nodes, orderBy);
}
