/** SELECT without set operations (transformSelectStmt), and what all query forms share. */
import { coerceToBoolean, type Expr } from "@firstlight/sql";
import { child, flag, hasItems, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { resolveGroupings } from "./expression/grouping.ts";
import { collateSelect } from "./collate-order.ts";
import { bindFrom } from "./from.ts";
import { bindGroupBy } from "./group.ts";
import { checkGrouping } from "./group-check.ts";
import { bindLimits } from "./limit.ts";
import { applyLocking, refuseLocking } from "./locking.ts";
import type { BoundSelect, TargetEntry } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { refuseInto } from "./select-into.ts";
import { bindSetOperation } from "./set-operation.ts";
import { bindDistinct, bindOrderBy } from "./sort.ts";
import { bindTargets, type OpenTarget, resolveUnknownTargets } from "./targets.ts";
import { bindValues } from "./values.ts";
import { forEachChild } from "./walk.ts";
import { defineWindows } from "./window.ts";
import { bindWith, boundCtes } from "./with.ts";

/** WHERE and HAVING. */
export function bindCondition(
  scope: Scope,
  node: ParseNode | undefined,
  kind: "where" | "having" | "mergeWhen",
): Expr | undefined {
  if (node === undefined) return undefined;
  const bound = scope.expr(node, kind);
  const clause = kind === "mergeWhen" ? "WHEN" : kind.toUpperCase();
  return coerceToBoolean(scope.context.resolve, bound, clause);
}

function frozen(targets: readonly OpenTarget[]): readonly TargetEntry[] {
  return targets.map(({ expr, name, junk }) => ({ expr, name, junk }));
}

function bindPlain(scope: Scope, fields: ParseNode): BoundSelect {
  const from = bindFrom(scope, list(fields, "fromClause"));
  defineWindows(scope, list(fields, "windowClause"));
  const kind = flag(fields, "executeArguments") ? "executeArgument" : "select";
  const targets = bindTargets(scope, list(fields, "targetList"), kind);
  const where = bindCondition(scope, child(fields, "whereClause"), "where");
  const having = bindCondition(scope, child(fields, "havingClause"), "having");
  const orderBy = bindOrderBy(scope, targets, list(fields, "sortClause"));
  const grouping = bindGroupBy(scope, targets, fields);
  const distinct = bindDistinct(scope, targets, fields, orderBy);
  const limits = bindLimits(scope, fields);
  if (scope.resolveUnknowns) resolveUnknownTargets(scope, targets);
  const query: BoundSelect = {
    kind: "select",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    from,
    where,
    targets: frozen(targets),
    ...grouping,
    hasAggregates: scope.hasAggregates,
    having,
    windows: scope.windows.map((window) => window.clause),
    distinct,
    setOperation: undefined,
    orderBy,
    ...limits,
    rowMarks: [],
  };
  return checked(scope, query);
}

/** Aggregation restricts what the target list, HAVING and windows may refer to. */
function checked(scope: Scope, query: BoundSelect): BoundSelect {
  const { groupBy, groupingSets, having } = query;
  const grouped =
    scope.hasAggregates || groupBy.length > 0 || groupingSets !== undefined || having !== undefined;
  if (!grouped) return query;
  resolveGroupings(scope, groupBy);
  const { targets } = query;
  const windowed = query.windows.flatMap((window) => [
    ...window.partitionBy,
    ...window.orderBy.map((key) => key.expr),
  ]);
  const exprs = [
    ...targets.map((target) => target.expr),
    ...windowed,
    ...(having === undefined ? [] : [having]),
  ];
  checkGrouping(scope, { groupBy, groupingSets }, exprs);
  if (scope.hasAggregates) refuseInRecursiveTerm(scope, exprs);
  const { keyConstraints } = scope;
  return keyConstraints.size === 0 ? query : { ...query, keyConstraints: [...keyConstraints] };
}

function refuseInRecursiveTerm(scope: Scope, exprs: readonly Expr[]): void {
  if (!scope.rangeTable.some((entry) => entry.kind === "cte" && entry.recursive)) return;
  let location = -1;
  const visit = (expr: Expr): void => {
    if (location >= 0) return;
    if (expr.kind === "aggregate" && expr.levelsUp === 0) location = expr.position;
    else forEachChild(expr, visit);
  };
  exprs.forEach(visit);
  throw bindError(
    "42P19",
    "aggregate functions are not allowed in a recursive query's recursive term",
    location,
  );
}

/** Binds a SelectStmt's fields into a scope that was made for it. */
export function bindSelect(scope: Scope, fields: ParseNode): BoundSelect {
  refuseInto(fields);
  bindWith(scope, fields);
  let query: BoundSelect;
  if (string(fields, "op") !== "SETOP_NONE") query = bindSetOperation(scope, fields);
  else if (hasItems(fields, "valuesLists")) {
    refuseLocking(list(fields, "lockingClause"), "VALUES");
    query = bindValues(scope, fields);
  } else query = bindPlain(scope, fields);
  const locked = applyLocking(query, list(fields, "lockingClause"));
  return scope.context.collates.icu ? collateSelect(locked) : locked;
}
