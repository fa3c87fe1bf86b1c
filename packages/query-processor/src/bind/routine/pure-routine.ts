/**
 * Functions that are computed from their arguments alone: one SELECT without FROM, whose target
 * list calls nothing that reads or writes data. They run inside compiled expressions.
 */
import { SqlError } from "@firstlight/common";
import type { Datum, EvaluationContext, Expr, Implementation } from "@firstlight/sql";
import { compileProjection, mapChildren, returnsSet } from "@firstlight/sql";
import { outputTargets } from "../output-columns.ts";
import type { BoundQuery, BoundSelect } from "../query-tree.ts";
import type { CalledRoutine } from "./called-routine.ts";
import type { RoutineBody } from "./routine-body.ts";

/** LIMIT 1 of one row; the number is cast to bigint. */
function isOneOrMore(limit: Expr): boolean {
  if (limit.kind === "call") {
    const [arg] = limit.args;
    return limit.args.length === 1 && arg !== undefined && isOneOrMore(arg);
  }
  return limit.kind === "const" && Number(limit.value) >= 1;
}

/** Nothing but a target list. */
export function isBareSelect(query: BoundQuery | undefined): query is BoundSelect {
  return (
    query?.kind === "select" &&
    query.ctes.length === 0 &&
    query.rangeTable.length === 0 &&
    query.where === undefined &&
    query.groupBy.length === 0 &&
    query.groupingSets === undefined &&
    !query.hasAggregates &&
    query.having === undefined &&
    query.windows.length === 0 &&
    query.distinct === false &&
    query.setOperation === undefined &&
    query.orderBy.length === 0 &&
    query.offset === undefined &&
    (query.limit === undefined || isOneOrMore(query.limit))
  );
}

const NEXTVAL_PROC = 1574;

function needsPlan(expr: Expr): boolean {
  if (expr.kind === "subLink" || expr.kind === "aggregate" || expr.kind === "window") return true;
  if (expr.kind === "call") {
    if (returnsSet(expr) || expr.proc === NEXTVAL_PROC) return true;
    if (expr.routine !== undefined && expr.routine.implementation === undefined) return true;
  }
  let found = false;
  mapChildren(expr, (child) => {
    found ||= needsPlan(child);
    return child;
  });
  return found;
}

/** The values of the result over Params, undefined when there is more to the body. */
export function bareResult(body: RoutineBody): readonly Expr[] | undefined {
  const [query] = body.statements;
  const { result } = body;
  if (body.statements.length !== 1 || !isBareSelect(query) || result.kind === "void") {
    return undefined;
  }
  const targets = outputTargets(query).map(({ expr }) => expr);
  const own = result.kind === "value" ? [result.expr] : result.exprs;
  return own.map((expr) => overTargets(expr, targets));
}

function overTargets(expr: Expr, targets: readonly Expr[]): Expr {
  if (expr.kind === "slot") return targets[expr.index] ?? expr;
  return mapChildren(expr, (child) => overTargets(child, targets));
}

/** Arguments become the row that the expression is computed over. */
function overArguments(expr: Expr): Expr {
  if (expr.kind !== "param") return mapChildren(expr, overArguments);
  const { type, typmod, position } = expr;
  return { kind: "slot", type, typmod, position, index: expr.number - 1 };
}

function isPlain({ descriptor }: CalledRoutine): boolean {
  return descriptor.config === undefined && !descriptor.securityDefiner;
}

/** The engine's stack ends somewhere: PostgreSQL's answer when its own does. */
function deepRecursion(error: unknown): unknown {
  if (!(error instanceof RangeError) || !/call stack/iu.test(error.message)) return error;
  return stackDepthExceeded();
}

export function stackDepthExceeded(): SqlError {
  return new SqlError("54001", "stack depth limit exceeded", {
    hint: 'Increase the configuration parameter "max_stack_depth" (currently 2048kB), after ensuring the platform\'s stack depth limit is adequate.',
  });
}

export function pureImplementation(routine: CalledRoutine): Implementation | undefined {
  if (!isPlain(routine)) return undefined;
  const body = routine.bound;
  const exprs = bareResult(body);
  if (exprs === undefined || exprs.some((expr) => needsPlan(expr))) {
    return undefined;
  }
  let project: ReturnType<typeof compileProjection> | undefined;
  const values = (context: EvaluationContext, args: readonly Datum[]): readonly Datum[] => {
    try {
      project ??= compileProjection(exprs.map(overArguments));
      return project(args, context);
    } catch (error) {
      throw deepRecursion(error);
    }
  };
  const { result } = body;
  if (result.kind !== "row") return (context, ...args: Datum[]) => values(context, args)[0] ?? null;
  const types = exprs.map((expr) => expr.type);
  const { names } = result;
  return (context, ...args: Datum[]) => ({
    tag: "record",
    types,
    fields: values(context, args),
    names,
  });
}
