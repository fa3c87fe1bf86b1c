/**
 * Expressions as closures, one for each node: slower than generated code by a factor, and made without
 * the compiler, which takes longer than most statements run. What is not here is compiled at once.
 */
import type { Implementation } from "../functions/registry.ts";
import { RECORD } from "../types/oids.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import { baseTypeOid, isComposite } from "../catalog/type-catalog.ts";
import type { Datum } from "../values/datum.ts";
import type { Evaluate } from "./compile/compile-tree.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { allInSteps } from "./list-steps.ts";
import { implementationOf } from "./implementations.ts";
import {
  interpretCase,
  interpretCaseTest,
  interpretDistinct,
  interpretExtreme,
} from "./interpret-conditionals.ts";
import { interpretLogic } from "./interpret-logic.ts";
import {
  interpretArray,
  interpretMembership,
  interpretSqlValue,
  interpretViaIO,
} from "./interpret-values.ts";
import { relabelled, signChange } from "./relabelled.ts";
import type { Call, Expr, NullTest } from "./tree.ts";

/** The member of a union of nodes whose kind may be K. */
type NodeOf<N, K> = N extends { kind: infer Kinds } ? (K extends Kinds ? N : never) : never;
type Node<K extends Expr["kind"]> = NodeOf<Expr, K>;
type Row = readonly Datum[];

/** Of a column, a parameter or a constant: for good, as no generated code is faster. */
export function interpretedSimply(expr: Expr): Evaluate | undefined {
  if (expr.kind === "relabel") {
    return signChange(expr) === undefined ? interpretedSimply(expr.arg) : undefined;
  }
  if (expr.kind === "const") {
    const { value } = expr;
    return () => value;
  }
  if (expr.kind === "slot") {
    const { index } = expr;
    return (row) => row[index] as Datum;
  }
  if (expr.kind === "param") {
    const index = expr.number - 1;
    return (_, context) => context.params[index] as Datum;
  }
  if (expr.kind === "execParam") {
    const { id } = expr;
    return (_, context) => context.execParams[id] as Datum;
  }
  return undefined;
}

type Interpreters = {
  readonly [K in Expr["kind"]]?: (expr: Node<K>) => Evaluate | undefined;
};

const BOOLEAN_TESTS: Readonly<Record<Node<"booleanTest">["test"], (value: Datum) => boolean>> = {
  isTrue: (value) => value === true,
  isNotTrue: (value) => value !== true,
  isFalse: (value) => value === false,
  isNotFalse: (value) => value !== false,
  isUnknown: (value) => value === null,
  isNotUnknown: (value) => value !== null,
};

const INTERPRETERS: Interpreters = {
  relabel: (expr) =>
    signChange(expr) === undefined
      ? interpreted(expr.arg)
      : over(expr.arg, (value) => relabelled(expr, value)),
  call,
  and: (expr) => interpretLogic(expr, interpreted),
  or: (expr) => interpretLogic(expr, interpreted),
  not: ({ args }) => over(args[0], (value) => (value === null ? null : value !== true)),
  isNull: (expr) => (isRow(expr) ? undefined : over(expr.arg, (value) => value === null)),
  isNotNull: (expr) => (isRow(expr) ? undefined : over(expr.arg, (value) => value !== null)),
  booleanTest: (expr) => over(expr.arg, BOOLEAN_TESTS[expr.test]),
  coalesce,
  case: (expr) => interpretCase(expr, interpreted),
  caseTest: interpretCaseTest,
  distinct: (expr) => interpretDistinct(expr, interpreted),
  notDistinct: (expr) => interpretDistinct(expr, interpreted),
  nullif: (expr) => interpretDistinct(expr, interpreted),
  greatest: (expr) => interpretExtreme(expr, interpreted),
  least: (expr) => interpretExtreme(expr, interpreted),
  coerceViaIO: (expr) => interpretViaIO(expr, interpreted),
  array: (expr) => interpretArray(expr, interpreted),
  scalarArrayOp: (expr) => interpretMembership(expr, interpreted),
  sqlValue: interpretSqlValue,
};

/** Undefined: only the compiler knows how to evaluate it. Throws 0A000 as the compiler does. */
export function interpreted(expr: Expr): Evaluate | undefined {
  const interpret = INTERPRETERS[expr.kind] as ((expr: Expr) => Evaluate | undefined) | undefined;
  return interpretedSimply(expr) ?? interpret?.(expr);
}

/** Of rows each field may be asked. */
function isRow({ arg }: NullTest): boolean {
  const type = baseTypeOid(arg.type);
  return arg.kind === "row" || type === RECORD || isComposite(type);
}

function over(arg: Expr | undefined, one: (value: Datum) => Datum): Evaluate | undefined {
  const value = arg && interpreted(arg);
  return value && ((row, context, tested) => one(value(row, context, tested)));
}

/** All of them, or undefined. */
export function interpretedAll(exprs: readonly Expr[]): readonly Evaluate[] | undefined {
  return allInSteps("interpreted", exprs, interpreted);
}

function call(expr: Call): Evaluate | undefined {
  if (expr.answer !== undefined || expr.variadicArray === true || expr.once === true) {
    return undefined;
  }
  const args = interpretedAll(expr.args);
  if (args === undefined || expr.routine !== undefined) return undefined;
  const types = { argTypes: expr.args.map((arg) => arg.type), resultType: expr.type };
  const implementation = implementationOf(expr.proc, types);
  return requireProc(expr.proc).strict
    ? strictCall(implementation, args)
    : (row, context, tested) =>
        implementation(context, ...args.map((arg) => arg(row, context, tested)));
}

function strictCall(implementation: Implementation, args: readonly Evaluate[]): Evaluate {
  const [a, b] = args;
  if (a !== undefined && args.length === 1) {
    return (row, context, tested) => {
      const value = a(row, context, tested);
      return value === null ? null : implementation(context, value);
    };
  }
  if (a !== undefined && b !== undefined && args.length === 2) {
    return (row, context, tested) => {
      const left = a(row, context, tested);
      const right = b(row, context, tested);
      return left === null || right === null ? null : implementation(context, left, right);
    };
  }
  return (row, context, tested) => {
    const values = args.map((arg) => arg(row, context, tested));
    return values.includes(null) ? null : implementation(context, ...values);
  };
}

function coalesce({ args }: { readonly args: readonly Expr[] }): Evaluate | undefined {
  const operands = interpretedAll(args);
  return operands && ((row, context, tested) => firstValue(operands, row, context, tested));
}

function firstValue(
  operands: readonly Evaluate[],
  row: Row,
  context: EvaluationContext,
  tested: Datum | undefined,
): Datum {
  for (const operand of operands) {
    const value = operand(row, context, tested);
    if (value !== null) return value;
  }
  return null;
}
