/** Calls of functions, aggregates and window functions (transformFuncCall, ParseFuncOrColumn). */
import { columnCollation } from "../output-columns.ts";
import { SqlError } from "@firstlight/common";
import {
  type Call,
  type Expr,
  type FunctionCallSyntax,
  type ResolvedFunction,
  resolveFunction,
  collationText,
  exprCollation,
  formatType,
  isCollatable,
  oids,
} from "@firstlight/sql";
import { child, flag, int, list, locationOf, names, string } from "../../parse/node.ts";
import { bindError } from "../errors.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { withRoutine } from "./routine-call.ts";
import { withoutDatabase } from "../../catalog/far-name.ts";
import type { Scope } from "../scope.ts";
import { makeAggregate } from "./aggregate.ts";
import { boundArguments, type CallArguments } from "./arguments.ts";
import { fieldOfRow } from "./field.ts";
import { checkSetPlacement } from "./set-returning.ts";
import { makeWindowCall } from "./window-call.ts";

const ARGUMENTS_MAX = 100;

/** A stored call says which function of a user it was, whatever that is called now. */
function calledName({ context }: Scope, fields: ParseNode): readonly string[] {
  const pinned = context.catalog.objects.get(int(fields, "routineOid"));
  const schema =
    pinned?.kind === "function" ? context.catalog.schemaByOid(pinned.schema)?.name : undefined;
  if (pinned?.kind !== "function" || schema === undefined) {
    return withoutDatabase(context.catalog, names(fields, "funcname"), locationOf(fields) + 1);
  }
  return [schema, pinned.name];
}

function syntaxOf(scope: Scope, fields: ParseNode, given: CallArguments): FunctionCallSyntax {
  const ordered = list(fields, "agg_order").length > 0;
  const withinGroup = flag(fields, "agg_within_group");
  return {
    names: calledName(scope, fields),
    args: given.args,
    argNames: given.argNames,
    variadic: flag(fields, "func_variadic"),
    star: flag(fields, "agg_star"),
    distinct: flag(fields, "agg_distinct"),
    ordered: ordered && !withinGroup,
    withinGroup,
    filtered: child(fields, "agg_filter") !== undefined,
    over: child(fields, "over") !== undefined,
    position: locationOf(fields),
  };
}

/** f(row) may be a way to write row.f. */
function asColumn(fields: ParseNode, { args }: CallArguments): Expr | undefined {
  const [name, ...more] = names(fields, "funcname");
  const [row] = args;
  const plain = ["agg_star", "agg_distinct", "func_variadic", "agg_within_group"].every(
    (each) => !flag(fields, each),
  );
  if (name === undefined || more.length > 0 || args.length !== 1 || !plain) return undefined;
  return row === undefined ? undefined : fieldOfRow(row, { name }, locationOf(fields));
}

function plainCall(
  scope: Scope,
  fields: ParseNode,
  resolved: Exclude<ResolvedFunction, { readonly kind: "expr" }>,
): Expr {
  const position = locationOf(fields);
  if (resolved.kind === "set") checkSetPlacement(scope, position);
  const call: Call = {
    kind: "call",
    type: resolved.type,
    typmod: -1,
    position,
    proc: resolved.proc.oid,
    args: resolved.args,
    display: "function",
    operator: 0,
    ...(resolved.written === undefined ? {} : { written: resolved.written }),
    ...(string(fields, "funcformat") === "COERCE_SQL_SYNTAX" ? { sqlSyntax: true as const } : {}),
  };
  if (resolved.proc.oid === COLLATION_FOR_PROC) return collationFor(call);
  return withRoutine(
    scope,
    resolved.variadicArray ? { ...call, variadicArray: true } : call,
    resolved.proc,
  );
}

const COLLATION_FOR_PROC = 3162;

/** pg_collation_for(any): known by what the argument is made of. */
function collationFor(call: Call): Expr {
  const [arg] = call.args;
  if (arg === undefined) return { ...call, answer: null };
  if (arg.type !== oids.UNKNOWN && !isCollatable(arg.type)) {
    throw new SqlError("42804", `collations are not supported by type ${formatType(arg.type)}`);
  }
  const name = exprCollation(arg, columnCollation);
  return { ...call, answer: name === undefined || name.oid === 0 ? null : collationText(name) };
}

/** Several keys of ORDER BY among the arguments: one may have been meant as an argument. */
function ofAggregate(fields: ParseNode, { sqlstate, message, fields: given }: SqlError): SqlError {
  const isOrdered = list(fields, "agg_order").length > 1 && !flag(fields, "agg_within_group");
  const hint =
    sqlstate === "42883" && isOrdered
      ? "No aggregate function matches the given name and argument types. Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate."
      : given.hint;
  return new SqlError(sqlstate, message, { ...given, ...(hint === undefined ? {} : { hint }) });
}

/** f(row) is a call where there is such a function, and else may be row.f. */
function functionOrColumn(
  scope: Scope,
  fields: ParseNode,
  given: CallArguments,
  syntax: FunctionCallSyntax,
): ResolvedFunction {
  try {
    return resolveFunction(scope.context.resolve, syntax);
  } catch (error) {
    if (!(error instanceof SqlError) || !/^42(883|725)$/u.test(error.sqlstate)) throw error;
    const column = asColumn(fields, given);
    if (column === undefined) throw ofAggregate(fields, error);
    return { kind: "expr", expr: column };
  }
}

export function functionCall(scope: Scope, fields: ParseNode): Expr {
  const given = boundArguments(scope, fields);
  if (given.args.length > ARGUMENTS_MAX) {
    throw bindError(
      "54023",
      `cannot pass more than ${ARGUMENTS_MAX} arguments to a function`,
      locationOf(fields),
    );
  }
  const syntax = syntaxOf(scope, fields, given);
  const resolved = functionOrColumn(scope, fields, given, syntax);
  if (resolved.kind === "expr") return resolved.expr;
  if (syntax.over === true) return makeWindowCall(scope, fields, resolved);
  if (resolved.kind === "aggregate") return makeAggregate(scope, fields, resolved);
  return plainCall(scope, fields, resolved);
}
