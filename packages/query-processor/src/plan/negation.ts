/**
 * NOT moved down to where it goes away (negate_clause of PostgreSQL): into the opposite operator, and
 * through AND and OR. So that NOT (a = 5 OR b > 3) finds indexes and statistics as its parts do.
 */
import type { Expr } from "@firstlight/sql";
import { mapInSteps, operatorByOid } from "@firstlight/sql";
import { looksIntoRow } from "./row-null-test.ts";

const BOOL = 16;

type BooleanTest = Extract<Expr, { kind: "booleanTest" }>["test"];

const OPPOSITES: Readonly<Record<BooleanTest, BooleanTest>> = {
  isTrue: "isNotTrue",
  isNotTrue: "isTrue",
  isFalse: "isNotFalse",
  isNotFalse: "isFalse",
  isUnknown: "isNotUnknown",
  isNotUnknown: "isUnknown",
};

type Logic = Extract<Expr, { kind: "and" | "or" | "not" }>;

function negatedLogic(expr: Logic): Expr {
  return { ...expr, kind: expr.kind === "and" ? "or" : "and", args: expr.args.map(negated) };
}

/** By the operator that is true where this one is false; undefined where there is none. */
function negatedOperator(
  expr: Extract<Expr, { kind: "call" | "scalarArrayOp" }>,
): Expr | undefined {
  const opposite = operatorByOid(operatorByOid(expr.operator)?.negator ?? 0);
  if (opposite === undefined) return undefined;
  const { oid: operator, proc } = opposite;
  if (expr.kind === "call") return { ...expr, operator, proc };
  return { ...expr, operator, proc, any: !expr.any };
}

function negated(expr: Expr): Expr {
  const { kind } = expr;
  const kept: Expr = { kind: "not", args: [expr], type: BOOL, typmod: -1, position: expr.position };
  if (kind === "not") return withoutNegations(expr.args[0] ?? expr);
  if (kind === "and" || kind === "or") return negatedLogic(expr);
  if (kind === "isNull" || kind === "isNotNull") {
    if (looksIntoRow(expr)) return kept;
    return { ...expr, kind: kind === "isNull" ? "isNotNull" : "isNull" };
  }
  if (kind === "booleanTest") {
    return { ...expr, test: OPPOSITES[expr.test], arg: withoutNegations(expr.arg) };
  }
  if (kind === "call" || kind === "scalarArrayOp") return negatedOperator(expr) ?? kept;
  return kept;
}

/** The same condition; the expression itself where it has nothing to move. */
export function withoutNegations(expr: Expr): Expr {
  if (expr.kind === "not") return negated(expr.args[0] ?? expr);
  if (expr.kind === "booleanTest") {
    const arg = withoutNegations(expr.arg);
    return arg === expr.arg ? expr : { ...expr, arg };
  }
  if (expr.kind !== "and" && expr.kind !== "or") return expr;
  const args = mapInSteps("negations", expr.args, withoutNegations);
  return args.every((arg, at) => arg === expr.args[at]) ? expr : { ...expr, args };
}
