/**
 * Builds operator expressions over already bound operands: PostgreSQL's make_op,
 * make_scalar_array_op, make_row_comparison_op, make_distinct_op and their kin.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { type OperatorRow, operatorByOid } from "../catalog/operator-catalog.ts";
import { procOf } from "../catalog/proc-of.ts";
import {
  btreeStrategies,
  equalityOperator,
  familyCompareProc,
  typeOrdering,
  type TypeOrdering,
} from "../catalog/operator-classes.ts";
import { arrayTypeOid, baseElementTypeOid } from "../catalog/type-catalog.ts";
import type { Distinct, Expr, RowCompare } from "../expression/tree.ts";
import { BOOL, UNKNOWN } from "../types/oids.ts";
import { coerceArguments } from "./function-call.ts";
import { resolveOperator } from "./operator-lookup.ts";
import { findOperator, type OperatorName, plainOperatorName } from "./operator-name.ts";
import { enforceGenericTypeConsistency } from "./polymorphism.ts";
import { isPolymorphic } from "./pseudo-types.ts";
import { type ResolveContext, resolveError } from "./resolve-context.ts";

interface ResolvedOperator {
  readonly operator: OperatorRow;
  readonly args: readonly Expr[];
  readonly type: number;
}

function resolveWithArguments(
  context: ResolveContext,
  name: OperatorName,
  operands: readonly Expr[],
  position: number,
): ResolvedOperator {
  const types = operands.map((each) => each.type);
  const right = types.at(-1) ?? 0;
  const left = types.length === 2 ? (types[0] ?? 0) : 0;
  const operator = findOperator(context, name, left, right, position);
  const declared = left === 0 ? [operator.right] : [operator.left, operator.right];
  const generic = enforceGenericTypeConsistency(types, declared, operator.result);
  return {
    operator,
    args: coerceArguments(context, operands, generic.argTypes),
    type: generic.resultType,
  };
}

/** `left op right`, or `op right` when left is undefined. */
export function makeOperatorCall(
  context: ResolveContext,
  name: OperatorName,
  left: Expr | undefined,
  right: Expr,
  position: number,
): Expr {
  const operands = left === undefined ? [right] : [left, right];
  const { operator, args, type } = resolveWithArguments(context, name, operands, position);
  const types = args.map((arg) => arg.type);
  const routine = context.routines?.routineAt(operator.proc, types, type);
  return {
    ...(routine === undefined ? {} : { routine }),
    ...ownName(operator),
    kind: "call",
    type,
    typmod: -1,
    position,
    proc: operator.proc,
    args,
    display: "operator",
    operator: operator.oid,
  };
}

/** By which a user's operator is shown. */
function ownName({ oid, name, schemaName }: OperatorRow): {
  readonly operatorName?: string;
  readonly operatorSchema?: string;
} {
  if (operatorByOid(oid) !== undefined) return {};
  return {
    operatorName: name,
    ...(schemaName === undefined ? {} : { operatorSchema: schemaName }),
  };
}

/** Where the function is called for elements or compares, it has to be a built-in one. */
function refuseRoutine(context: ResolveContext, { name, proc }: OperatorRow): void {
  if (context.routines?.routineAt(proc, [], 0) === undefined) return;
  throw featureNotSupported(`operator ${name} of a user's function in this place`);
}

/** A position after the operator's name, as PostgreSQL puts it for errors of ANY and ALL. */
function arrayOperandElement(array: Expr, position: number): number {
  if (array.type === UNKNOWN) return UNKNOWN;
  const element = baseElementTypeOid(array.type);
  if (element !== 0) return element;
  throw resolveError("42809", "op ANY/ALL (array) requires array on right side", position);
}

/** `scalar op ANY (array)` and `scalar op ALL (array)`; also what IN over constants becomes. */
export function makeScalarArrayOp(
  context: ResolveContext,
  name: OperatorName,
  any: boolean,
  scalar: Expr,
  array: Expr,
  position: number,
): Expr {
  const element = arrayOperandElement(array, position);
  const operator = findOperator(context, name, scalar.type, element, position);
  refuseRoutine(context, operator);
  if (operator.result !== BOOL) {
    throw resolveError("42809", "op ANY/ALL (array) requires operator to yield boolean", position);
  }
  const generic = enforceGenericTypeConsistency(
    [scalar.type, element],
    [operator.left, operator.right],
    operator.result,
  );
  const [scalarType = 0, elementType = 0] = generic.argTypes;
  const arrayType = isPolymorphic(elementType)
    ? array.type
    : requireArrayType(elementType, position);
  const [left, right] = coerceArguments(context, [scalar, array], [scalarType, arrayType]);
  if (left === undefined || right === undefined) throw new Error("two operands make two arguments");
  return {
    ...ownName(operator),
    kind: "scalarArrayOp",
    type: BOOL,
    typmod: -1,
    position,
    proc: operator.proc,
    operator: operator.oid,
    any,
    scalar: left,
    array: right,
  };
}

function requireArrayType(element: number, position: number): number {
  const type = arrayTypeOid(element);
  if (type !== 0) return type;
  throw resolveError(
    "42704",
    `could not find array type for data type ${formatType(element)}`,
    position,
  );
}

/** IS [NOT] DISTINCT FROM and NULLIF over single values. */
export function makeDistinct(
  context: ResolveContext,
  kind: Distinct["kind"],
  left: Expr,
  right: Expr,
  position: number,
): Expr {
  const { operator, args } = resolveWithArguments(context, "=", [left, right], position);
  refuseRoutine(context, operator);
  const [a, b] = args;
  if (a === undefined || b === undefined) throw new Error("two operands make two arguments");
  if (operator.result !== BOOL) {
    const what = kind === "nullif" ? "NULLIF" : "IS DISTINCT FROM";
    throw resolveError("42804", `${what} requires = operator to yield boolean`, position);
  }
  const isNullif = kind === "nullif";
  return {
    kind,
    type: isNullif ? a.type : BOOL,
    typmod: isNullif ? a.typmod : -1,
    position,
    proc: operator.proc,
    operator: operator.oid,
    args: [a, b],
  };
}

export type RowOperator = RowCompare["operator"];

const STRATEGY_OF: Readonly<Record<Exclude<RowOperator, "<>">, number>> = {
  "<": 1,
  "<=": 2,
  "=": 3,
  ">=": 4,
  ">": 5,
};

const ORDER_OPERATORS = ["<", "<=", ">=", ">"] as const;

function isRowOperator(name: string): name is RowOperator {
  return name === "<>" || Object.hasOwn(STRATEGY_OF, name);
}

function boolOp(kind: "and" | "or", args: readonly Expr[], position: number): Expr {
  const [only] = args;
  if (args.length === 1 && only !== undefined) return only;
  return { kind, type: BOOL, typmod: -1, position, args };
}

/** What the operator is in a btree family, by its name or, as of ~<~, by the first column's. */
function rowOperatorOf(name: string, calls: readonly Expr[]): RowOperator | undefined {
  if (isRowOperator(name)) return name;
  const [first] = calls;
  if (first?.kind !== "call") return undefined;
  const strategy = btreeStrategies(first.operator)[0]?.strategy;
  return ORDER_OPERATORS.find((each) => STRATEGY_OF[each] === strategy);
}

/** Comparison procs of the btree family that the column operators share. */
function rowCompareProc(call: Expr, name: RowOperator): number {
  if (call.kind !== "call" || name === "<>") return 0;
  const strategy = STRATEGY_OF[name];
  const found = btreeStrategies(call.operator).find((each) => each.strategy === strategy);
  return found === undefined ? 0 : familyCompareProc(found.family, found.left, found.right);
}

/** (a, b, ...) op (c, d, ...): AND of =, OR of <>, or a rowCompare for the ordering operators. */
export function makeRowComparison(
  context: ResolveContext,
  named: OperatorName,
  left: readonly Expr[],
  right: readonly Expr[],
  position: number,
): Expr {
  if (left.length !== right.length) {
    throw resolveError("42601", "unequal number of entries in row expressions", position);
  }
  if (left.length === 0)
    throw resolveError("0A000", "cannot compare rows of zero length", position);
  const calls = left.map((each, index) => {
    const other = right[index];
    if (other === undefined) throw new Error("rows of equal length");
    return makeOperatorCall(context, named, each, other, position);
  });
  const name = plainOperatorName(named);
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only;
  if (name === "=") return boolOp("and", calls, position);
  if (name === "<>") return boolOp("or", calls, position);
  return rowCompare(calls, name, position);
}

function rowCompare(calls: readonly Expr[], name: string, position: number): Expr {
  const operator = rowOperatorOf(name, calls);
  const procs = operator === undefined ? [0] : calls.map((call) => rowCompareProc(call, operator));
  if (operator === undefined || procs.includes(0)) {
    throw resolveError(
      "0A000",
      `could not determine interpretation of row comparison operator ${name}`,
      position,
      {
        hint: "Row comparison operators must be associated with btree operator families.",
      },
    );
  }
  const operands = calls.map((call) => (call.kind === "call" ? call.args : []));
  const side = (index: number): readonly Expr[] => operands.flatMap((args) => args[index] ?? []);
  return {
    kind: "rowCompare",
    type: BOOL,
    typmod: -1,
    position,
    operator,
    left: side(0),
    right: side(1),
    procs,
  };
}

const ORDER_HINT = "Use an explicit ordering operator or modify the query.";

/** For ORDER BY, merge joins and btree indexes; throws 42883 for a type without order. */
export function requireOrdering(type: number, position: number): TypeOrdering {
  const ordering = typeOrdering(type);
  if (ordering !== undefined) return ordering;
  throw resolveError(
    "42883",
    `could not identify an ordering operator for type ${formatType(type)}`,
    position,
    { hint: ORDER_HINT },
  );
}

/** For GREATEST and LEAST. PostgreSQL finds this out when it starts to execute: no position. */
export function requireCompareProc(type: number, _position: number): number {
  const ordering = typeOrdering(type);
  if (ordering !== undefined) return ordering.compareProc;
  throw new SqlError(
    "42883",
    `could not identify a comparison function for type ${formatType(type)}`,
  );
}

/** For GROUP BY, DISTINCT, UNION: the = operator; throws 42883 for a type without one. */
export function requireEquality(type: number, position: number): OperatorRow {
  const operator = operatorByOid(equalityOperator(type));
  if (operator !== undefined) return operator;
  throw resolveError(
    "42883",
    `could not identify an equality operator for type ${formatType(type)}`,
    position,
  );
}

/** ORDER BY ... USING op: the operator must be < or > of a btree family. */
export function requireSortOperator(
  name: string,
  type: number,
  position: number,
): { readonly descending: boolean } {
  const operator = resolveOperator(name, type, type, position);
  const strategy = btreeStrategies(operator.oid).find(
    (each) => each.strategy === 1 || each.strategy === 5,
  );
  if (strategy !== undefined) return { descending: strategy.strategy === 5 };
  throw new SqlError("42809", `operator ${name} is not a valid ordering operator`, {
    hint: 'Ordering operators must be "<" or ">" members of btree operator families.',
    position: position + 1,
  });
}

/** Set-returning operators do not exist in pg_operator; this says whether a call returns a set. */
export function returnsSet(expr: Expr): boolean {
  return expr.kind === "call" && procOf(expr).returnsSet;
}
