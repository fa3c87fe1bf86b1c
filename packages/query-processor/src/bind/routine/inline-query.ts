/**
 * A query with simple functions of users replaced by what they do: scalar ones in expressions, and
 * set-returning ones in FROM by the query that is their body (inline_set_returning_function).
 */
import { type Call, type Expr, mapChildren, returnsSet, volatility } from "@firstlight/sql";
import { mapQuery } from "../map-query.ts";
import { outputTargets } from "../output-columns.ts";
import type { BoundQuery, BoundSelect, RangeTableEntry } from "../query-tree.ts";
import { replaceInQuery } from "../replace-exprs.ts";
import { shiftLevels } from "../walk.ts";
import { CalledRoutine } from "./called-routine.ts";
import { inlinedCall } from "./inline-scalar.ts";
import { BARE_QUERY } from "../bare-query.ts";

type FunctionEntry = Extract<RangeTableEntry, { readonly kind: "function" }>;

const VOID = 2278;

function holdsSubLink(expr: Expr): boolean {
  if (expr.kind === "subLink") return true;
  let found = false;
  mapChildren(expr, (child) => {
    found ||= holdsSubLink(child);
    return child;
  });
  return found;
}

/** The body if the function is nothing but a query of its arguments. */
function bodyToInline(routine: CalledRoutine, args: readonly Expr[]): BoundSelect | undefined {
  const { language, config, securityDefiner } = routine.descriptor;
  const isPlain = language === "sql" && config === undefined && !securityDefiner;
  if (!isPlain || !routine.returnsSet || routine.kind !== "f" || routine.strict) return undefined;
  if (routine.volatility === "volatile" || routine.site.resultType === VOID) return undefined;
  if (args.some((arg) => volatility(arg) === "volatile" || holdsSubLink(arg))) return undefined;
  const [query, second] = routine.bound.statements;
  if (second !== undefined || query?.kind !== "select") return undefined;
  return query.ctes.some((cte) => cte.query.kind !== "select") ? undefined : query;
}

/** Parameters in the query replaced; `depth` counts the queries between it and the arguments. */
function substitutedQuery(query: BoundSelect, args: readonly Expr[], depth: number): BoundSelect {
  const argument = (expr: Expr, at: number): Expr | undefined =>
    expr.kind === "param" ? shiftLevels(args[expr.number - 1] ?? expr, at) : undefined;
  return replaceInQuery(query, argument, depth);
}

function isIdentity(exprs: readonly Expr[]): boolean {
  return exprs.every((expr, at) => expr.kind === "slot" && expr.index === at);
}

function resultExprs(routine: CalledRoutine): readonly Expr[] | undefined {
  const { result } = routine.bound;
  if (result.kind === "row") return result.exprs;
  if (result.kind === "void" || routine.columns !== undefined) return undefined;
  return [result.expr];
}

/** Slots of the result are columns of the body. */
function overBody(expr: Expr): Expr {
  if (expr.kind !== "slot") return mapChildren(expr, overBody);
  const { type, typmod, position, index } = expr;
  return { kind: "var", type, typmod, position, rte: 0, column: index, levelsUp: 0 };
}

function converted(body: BoundSelect, exprs: readonly Expr[]): BoundSelect {
  if (isIdentity(exprs)) return body;
  const columns = outputTargets(body).map(({ name, expr }) => ({
    name,
    type: expr.type,
    typmod: expr.typmod,
  }));
  return {
    ...BARE_QUERY,
    rangeTable: [{ kind: "subquery", alias: "body", columns, lateral: false, query: body }],
    from: [{ kind: "rte", rte: 0 }],
    targets: exprs.map((expr, at) => ({
      expr: overBody(expr),
      name: columns[at]?.name ?? "",
      junk: false,
    })),
  };
}

function inlinedSet(entry: FunctionEntry, call: Call): RangeTableEntry {
  const { routine } = call;
  if (!(routine instanceof CalledRoutine)) return entry;
  const body = bodyToInline(routine, call.args);
  const exprs = body === undefined ? undefined : resultExprs(routine);
  if (body === undefined || exprs === undefined) return entry;
  if (exprs.length !== entry.columns.length) return entry;
  // Shifted twice where the body becomes a subquery of its conversion.
  const depth = isIdentity(exprs) ? 1 : 2;
  const query = converted(substitutedQuery(body, call.args, depth), exprs);
  const { alias, columns } = entry;
  const lateral = call.args.some((arg) => refersToColumn(arg));
  return { kind: "subquery", alias, columns, lateral, query: inlineRoutines(query) };
}

function refersToColumn(expr: Expr): boolean {
  if (expr.kind === "var") return true;
  let found = false;
  mapChildren(expr, (child) => {
    found ||= refersToColumn(child);
    return child;
  });
  return found;
}

function inlinedEntry(entry: RangeTableEntry): RangeTableEntry {
  if (entry.kind !== "function" || entry.ordinality || entry.functions.length !== 1) return entry;
  const call = entry.functions[0]?.call;
  if (call?.kind !== "call" || !returnsSet(call)) return entry;
  return inlinedSet(entry, call);
}

export function inlineRoutines<Q extends BoundQuery>(query: Q): Q {
  return mapQuery(query, {
    expr: (expr) => (expr.kind === "call" && expr.routine !== undefined ? inlinedCall(expr) : expr),
    entry: inlinedEntry,
  });
}
