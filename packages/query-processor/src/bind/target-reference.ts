/**
 * What ORDER BY, GROUP BY and DISTINCT ON mean by a name, a number or an expression: SQL-92's output
 * column first, else SQL-99's expression (findTargetlistEntrySQL92 and SQL99).
 */
import type { Expr } from "@firstlight/sql";
import { asTag, child, flag, int, locationOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { findColumn } from "./column-ref.ts";
import { bindError } from "./errors.ts";
import { columnName } from "./expression/column.ts";
import type { Scope } from "./scope.ts";
import { resolveUnknown } from "./sort-key.ts";
import { placesOf, sameTarget } from "./target-places.ts";
import type { OpenTarget } from "./targets.ts";
import { sameExpr, visitExpr } from "./walk.ts";

export type Clause = "ORDER BY" | "GROUP BY" | "DISTINCT ON";

const KIND_OF = {
  "ORDER BY": "orderBy",
  "GROUP BY": "groupBy",
  "DISTINCT ON": "distinctOn",
} as const;

function byName(
  scope: Scope,
  targets: readonly OpenTarget[],
  name: string,
  clause: Clause,
  location: number,
): number | undefined {
  // GROUP BY prefers an input column, as SQL-99 has it.
  if (clause === "GROUP BY" && findColumn(scope, name, location, true) !== undefined) {
    return undefined;
  }
  let found: number | undefined;
  for (const index of placesOf(targets, name)) {
    const target = targets[index];
    if (target === undefined || target.junk || target.name !== name) continue;
    if (found !== undefined && !sameExpr(targets[found]?.expr, target.expr)) {
      throw bindError("42702", `${clause} "${name}" is ambiguous`, location);
    }
    found ??= index;
  }
  return found;
}

function byNumber(
  targets: readonly OpenTarget[],
  fields: ParseNode,
  clause: Clause,
): number | undefined {
  const location = locationOf(fields);
  const integer = child(fields, "ival");
  if (integer === undefined || flag(fields, "isnull")) {
    throw bindError("42601", `non-integer constant in ${clause}`, location);
  }
  const position = int(integer, "ival");
  let visible = 0;
  for (const [index, target] of targets.entries()) {
    if (target.junk) continue;
    visible += 1;
    if (visible === position) return index;
  }
  throw bindError("42P10", `${clause} position ${position} is not in select list`, location);
}

/** A grouped output column must not be computed from groups. */
function checkTarget(target: OpenTarget, clause: Clause): void {
  if (clause !== "GROUP BY") return;
  visitExpr(target.expr, (each, depth) => {
    if (each.kind === "aggregate" && each.levelsUp === depth) {
      throw bindError("42803", "aggregate functions are not allowed in GROUP BY", each.position);
    }
    if (each.kind === "window" && depth === 0) {
      throw bindError("42P20", "window functions are not allowed in GROUP BY", each.position);
    }
    return true;
  });
}

function referenced(
  scope: Scope,
  targets: readonly OpenTarget[],
  node: ParseNode,
  clause: Clause,
): number | undefined {
  const column = asTag(node, "ColumnRef");
  if (column !== undefined) {
    const { parts, star, location } = columnName(column);
    const [name] = parts;
    if (parts.length !== 1 || star || name === undefined) return undefined;
    return byName(scope, targets, name, clause, location);
  }
  const constant = asTag(node, "A_Const");
  return constant === undefined ? undefined : byNumber(targets, constant, clause);
}

/** Index of the target that is meant, or the expression that is none of them. */
function meant(
  scope: Scope,
  targets: readonly OpenTarget[],
  node: ParseNode,
  clause: Clause,
): number | Expr {
  const index = referenced(scope, targets, node, clause);
  const target = index === undefined ? undefined : targets[index];
  if (index !== undefined && target !== undefined) {
    checkTarget(target, clause);
    target.expr = resolveUnknown(scope, target.expr);
    return index;
  }
  const expr = scope.expr(node, KIND_OF[clause]);
  const same = sameTarget(targets, expr);
  const existing = targets[same];
  if (existing === undefined) return resolveUnknown(scope, expr);
  existing.expr = resolveUnknown(scope, existing.expr);
  return same;
}

/** Index of the target that is meant; a new junk target when it is another expression. */
export function findTarget(
  scope: Scope,
  targets: OpenTarget[],
  node: ParseNode,
  clause: Clause,
): number {
  const found = meant(scope, targets, node, clause);
  if (typeof found === "number") return found;
  return targets.push({ expr: found, name: "?column?", junk: true }) - 1;
}

export interface GroupingTarget {
  readonly expr: Expr;
  /** Among the targets; behind them if it is none of them. */
  readonly index: number;
}

/** The expression that GROUP BY means; it need not become a target. */
export function groupingTarget(
  scope: Scope,
  targets: readonly OpenTarget[],
  node: ParseNode,
): GroupingTarget {
  const found = meant(scope, targets, node, "GROUP BY");
  if (typeof found !== "number") return { expr: found, index: targets.length };
  const target = targets[found];
  if (target === undefined) throw new Error("a target was found");
  return { expr: target.expr, index: found };
}
