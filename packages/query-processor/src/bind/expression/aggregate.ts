/**
 * Aggregate calls (transformAggregateCall): which query level one belongs to, whether it may stand
 * there, its ORDER BY, DISTINCT and FILTER.
 */
import {
  type Aggregate,
  aggregateByProc,
  coerceToBoolean,
  type Expr,
  expressionLocation,
  formatType,
  isSortable,
  oids,
  requireEquality,
  type ResolvedFunction,
  type SortKey,
} from "@firstlight/sql";
import { child, flag, list, locationOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError, unsupported } from "../errors.ts";
import { rulesOf } from "../expression-kind.ts";
import { aggregateRoutine } from "../routine/called-aggregate.ts";
import { UserRoutine } from "../routine/user-routine.ts";
import { Scope } from "../scope.ts";
import { resolveUnknown, sortKey } from "../sort-key.ts";
import { sameExpr, visitExpr } from "../walk.ts";
import { hypotheticalArguments } from "./hypothetical.ts";
import { isSetCall, setWithin } from "./set-returning.ts";

type ResolvedAggregate = Exclude<ResolvedFunction, { readonly kind: "expr" }>;

interface Level {
  /** Levels outwards of the innermost query whose columns or aggregates occur, if any. */
  readonly variable: number | undefined;
  /** A call, or GROUPING, that belongs to the same query as the arguments. */
  readonly aggregate: Expr | undefined;
}

function nearest(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.min(a, b);
}

/** What the arguments refer to, as seen from the call. */
function levelOf(exprs: readonly Expr[]): Level {
  let variable: number | undefined;
  let aggregate: Expr | undefined;
  let aggregateLevel: number | undefined;
  for (const expr of exprs) {
    visitExpr(expr, (each, depth) => {
      if (each.kind === "var" && each.levelsUp >= depth) {
        variable = nearest(variable, each.levelsUp - depth);
      }
      if ((each.kind === "aggregate" || each.kind === "grouping") && each.levelsUp >= depth) {
        const level = each.levelsUp - depth;
        if (aggregateLevel === undefined || level < aggregateLevel) {
          aggregateLevel = level;
          aggregate = each;
        }
      }
      return true;
    });
  }
  const nested =
    aggregateLevel !== undefined && aggregateLevel === nearest(variable, aggregateLevel);
  return {
    variable: aggregateLevel === undefined ? variable : nearest(variable, aggregateLevel),
    aggregate: nested ? aggregate : undefined,
  };
}

/** The query that a call over these belongs to, in levels outwards; calls in it are refused. */
export function aggregateLevel(args: readonly Expr[]): number {
  const { variable, aggregate } = levelOf(args);
  if (aggregate !== undefined) {
    throw bindError("42803", "aggregate function calls cannot be nested", aggregate.position);
  }
  return variable ?? 0;
}

function refuseInside(exprs: readonly Expr[]): void {
  for (const expr of exprs) {
    visitExpr(expr, (each, depth) => {
      if (depth > 0) return false;
      if (each.kind === "window") {
        throw bindError(
          "42803",
          "aggregate function calls cannot contain window function calls",
          each.position,
        );
      }
      if (isSetCall(each)) throw setWithin("aggregate", each.position);
      return true;
    });
  }
}

/** Finds the aggregate's level, checks that it may stand there, and marks that query. */
function placeAggregate(
  scope: Scope,
  args: readonly Expr[],
  directArgs: readonly Expr[],
  position: number,
): number {
  const levelsUp = aggregateLevel(args);
  refuseInside([...args, ...directArgs]);
  for (const direct of directArgs) {
    const { variable: level, aggregate } = levelOf([direct]);
    if (aggregate !== undefined) {
      throw bindError("42803", "aggregate function calls cannot be nested", aggregate.position);
    }
    if (level !== undefined && level < levelsUp) {
      throw bindError(
        "42803",
        "outer-level aggregate cannot contain a lower-level variable in its direct arguments",
        direct.position,
      );
    }
  }
  const owner = scope.ancestor(levelsUp);
  owner.hasAggregates = true;
  const rules = rulesOf(owner.kind);
  if (!rules.aggregates) {
    const where =
      owner.kind === "fromSubselect" ? "FROM clause of their own query level" : rules.name;
    throw bindError("42803", `aggregate functions are not allowed in ${where}`, position);
  }
  return levelsUp;
}

function filterOf(scope: Scope, fields: ParseNode): Expr | undefined {
  const node = child(fields, "agg_filter");
  if (node === undefined) return undefined;
  return coerceToBoolean(scope.context.resolve, scope.expr(node, "filter"), "FILTER");
}

function requireSorted(arg: Expr): void {
  if (isSortable(arg.type)) return;
  requireEquality(arg.type, arg.position);
  const type = formatType(arg.type);
  throw bindError(
    "42883",
    `could not identify an ordering operator for type ${type}`,
    arg.position,
    { detail: "Aggregates with DISTINCT must be able to sort their inputs." },
  );
}

/** With DISTINCT the sort may use the arguments only. */
function checkDistinct(args: readonly Expr[], orderBy: readonly SortKey[]): void {
  for (const arg of args) requireSorted(arg);
  const foreign = orderBy.find((key) => !args.includes(key.expr));
  if (foreign === undefined) return;
  throw bindError(
    "42P10",
    "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
    expressionLocation(foreign.expr),
  );
}

function sortKeys(scope: Scope, fields: ParseNode, args: readonly Expr[]): readonly SortKey[] {
  return list(fields, "agg_order").map((node) => {
    const key = sortKey(scope, node, (inner) => scope.expr(inner));
    // An expression that is also an argument is sorted as the argument's coerced form.
    const arg = args.find((each) => each.position === key.expr.position && each.position >= 0);
    if (arg !== undefined && key.expr.type === oids.UNKNOWN) return { ...key, expr: arg };
    // An argument is meant by what was written, whatever it was coerced to.
    const meant = args.find((each) => sameExpr(asWritten(each), key.expr));
    return meant === undefined ? key : { ...key, expr: meant };
  });
}

function asWritten(expr: Expr): Expr {
  const isCast = expr.kind === "relabel" || expr.kind === "coerceViaIO";
  if (isCast && expr.display === "implicitCast") return asWritten(expr.arg);
  return expr;
}

/** WITHIN GROUP: the arguments after the direct ones are the sort keys. */
function orderedSet(
  scope: Scope,
  fields: ParseNode,
  resolved: ResolvedAggregate,
): Pick<Aggregate, "args" | "directArgs" | "orderBy"> {
  const nodes = list(fields, "agg_order");
  const directCount = resolved.args.length - nodes.length;
  const { name, oid } = resolved.proc;
  const isHypothetical = aggregateByProc(oid)?.kind === "h";
  const { direct, sorted } = isHypothetical
    ? hypotheticalArguments(scope, name, resolved.args, nodes.length, locationOf(fields))
    : { direct: resolved.args.slice(0, directCount), sorted: resolved.args.slice(directCount) };
  const orderBy = nodes.flatMap((node, index) => {
    const arg = sorted[index];
    return arg === undefined ? [] : [sortKey(scope, node, () => arg)];
  });
  return { args: sorted, directArgs: direct, orderBy };
}

function shapeOf(
  scope: Scope,
  fields: ParseNode,
  resolved: ResolvedAggregate,
): Pick<Aggregate, "args" | "directArgs" | "orderBy"> {
  const row = aggregateByProc(resolved.proc.oid);
  const withinGroup = flag(fields, "agg_within_group");
  const position = locationOf(fields);
  if (row !== undefined && row.kind !== "n") {
    if (!withinGroup) {
      throw bindError(
        "42809",
        `WITHIN GROUP is required for ordered-set aggregate ${resolved.proc.name}`,
        position,
      );
    }
    return orderedSet(scope, fields, resolved);
  }
  if (withinGroup) {
    throw bindError(
      "42809",
      `${resolved.proc.name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP`,
      position,
    );
  }
  const { args } = resolved;
  return { args, directArgs: [], orderBy: sortKeys(scope, fields, args) };
}

export function makeAggregate(scope: Scope, fields: ParseNode, resolved: ResolvedAggregate): Expr {
  const position = locationOf(fields);
  const distinct = flag(fields, "agg_distinct");
  const typed = distinct
    ? { ...resolved, args: resolved.args.map((arg) => resolveUnknown(scope, arg)) }
    : resolved;
  const shape = shapeOf(scope, fields, typed);
  if (distinct) checkDistinct(shape.args, shape.orderBy);
  const filter = filterOf(scope, fields);
  if (resolved.variadicArray && !(resolved.proc instanceof UserRoutine))
    throw unsupported("VARIADIC in an aggregate call", position);
  const inner = [
    ...shape.args,
    ...shape.orderBy.map((key) => key.expr),
    ...(filter === undefined ? [] : [filter]),
  ];
  const levelsUp = placeAggregate(scope, inner, shape.directArgs, position);
  return {
    kind: "aggregate",
    type: resolved.type,
    typmod: -1,
    position,
    proc: resolved.proc.oid,
    ...shape,
    star: flag(fields, "agg_star"),
    distinct,
    ...(filter === undefined ? {} : { filter }),
    levelsUp,
    ...aggregateRoutine(
      resolved.proc,
      resolved.args.map((arg) => arg.type),
      () => new Scope(scope.context, undefined),
    ),
  };
}
