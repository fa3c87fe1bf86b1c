/**
 * After grouping only grouping expressions, aggregates and columns that depend on a grouped primary
 * key have one value per group (parseCheckAggregates, check_ungrouped_columns).
 */
import type { Expr, Var } from "@firstlight/sql";
import { bindError } from "./errors.ts";
import { ExprIndex } from "./expr-index.ts";
import type { Grouping } from "./group.ts";
import type { RangeTableEntry } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { forEachChild, queryOf, sameExpr, shiftLevels, visitQuery } from "./walk.ts";

interface Check {
  readonly scope: Scope;
  readonly groupBy: readonly Expr[];
  readonly known: ExprIndex;
  readonly inDirectArguments?: boolean;
  /** Grouping expressions that every grouping set has. */
  readonly common: readonly Expr[];
}

function entryOf({ scope }: Check, column: Var): RangeTableEntry | undefined {
  return scope.rangeTable[column.rte];
}

/** Whether a grouped primary key tells the value of every column of the entry. */
function dependsOnKey(check: Check, column: Var): boolean {
  const entry = entryOf(check, column);
  if (entry?.kind !== "table") return false;
  const primary = entry.table.indexes.find((index) => index.primary);
  if (primary === undefined || primary.deferrable !== undefined) return false;
  const isKey = primary.columns.every((key) =>
    check.common.some(
      (each) =>
        each.kind === "var" &&
        each.levelsUp === 0 &&
        each.rte === column.rte &&
        each.column === key.column - 1,
    ),
  );
  if (isKey && primary.constraint !== undefined) {
    check.scope.keyConstraints.add(primary.constraint.oid);
  }
  return isKey;
}

function ungrouped(check: Check, column: Var, depth: number): Error {
  const entry = entryOf(check, column);
  // The key of the row is its ctid.
  const own = column.column < 0 ? "ctid" : (entry?.columns[column.column]?.name ?? "");
  const name = `${entry?.alias ?? ""}.${own}`;
  const message =
    depth === 0
      ? `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`
      : `subquery uses ungrouped column "${name}" from outer query`;
  if (check.inDirectArguments !== true) return bindError("42803", message, column.position);
  return bindError("42803", message, column.position, {
    detail: "Direct arguments of an ordered-set aggregate must use only grouped columns.",
  });
}

/** Inside subqueries PostgreSQL recognizes grouped columns only, no larger expressions. */
function isGrouped({ groupBy, known }: Check, expr: Expr, depth: number): boolean {
  if (depth === 0) return known.find(groupBy.length, (at) => groupBy[at], expr) >= 0;
  if (expr.kind !== "var") return false;
  return groupBy.some((each) => each.kind === "var" && sameExpr(shiftLevels(each, depth), expr));
}

/** `depth` is how many queries inside the grouped one the expression stands. */
function checkExpr(check: Check, expr: Expr, depth: number): void {
  if (expr.kind === "const" || expr.kind === "param" || expr.kind === "grouping") return;
  // An aggregate of this level may use any column; its direct arguments are evaluated per group.
  if (expr.kind === "aggregate" && expr.levelsUp === depth) {
    const inner = { ...check, inDirectArguments: true };
    for (const each of expr.directArgs) checkExpr(inner, each, depth);
    return;
  }
  if (expr.kind === "aggregate" && expr.levelsUp > depth) return;
  if (isGrouped(check, expr, depth)) return;
  if (expr.kind === "var") {
    if (expr.levelsUp === depth && !dependsOnKey(check, expr)) throw ungrouped(check, expr, depth);
    return;
  }
  forEachChild(expr, (each) => checkExpr(check, each, depth));
  if (expr.kind === "subLink") {
    visitQuery(
      queryOf(expr),
      (each, inner) => {
        checkExpr(check, each, inner);
        return false;
      },
      depth + 1,
    );
  }
}

export function checkGrouping(scope: Scope, grouping: Grouping, exprs: readonly Expr[]): void {
  const { groupBy, groupingSets } = grouping;
  const common =
    groupingSets === undefined
      ? groupBy
      : groupBy.filter((_, index) => groupingSets.every((set) => set.includes(index)));
  const check: Check = { scope, groupBy, known: new ExprIndex(), common };
  for (const expr of exprs) checkExpr(check, expr, 0);
}
