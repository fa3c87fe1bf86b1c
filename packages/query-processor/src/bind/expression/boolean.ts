/** AND, OR, NOT, IS NULL, IS TRUE and their kin. */
import {
  type BooleanTest,
  type Expr,
  type NullTest,
  coerceToBoolean,
  isComposite,
  oids,
} from "@firstlight/sql";
import { list, locationOf, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { boundList } from "../many-items.ts";
import type { Scope } from "../scope.ts";

const BOOL_OPS = {
  AND_EXPR: ["and", "AND"],
  OR_EXPR: ["or", "OR"],
  NOT_EXPR: ["not", "NOT"],
} as const;

export function boolExpr(scope: Scope, fields: ParseNode): Expr {
  const name = string(fields, "boolop");
  const [kind, construct] = BOOL_OPS[name === "AND_EXPR" || name === "OR_EXPR" ? name : "NOT_EXPR"];
  const { resolve } = scope.context;
  const args = boundList(scope, fields, list(fields, "args"), {
    bind: (node) => coerceToBoolean(resolve, scope.expr(node), construct),
    exprs: (arg) => [arg],
  });
  return { kind, type: oids.BOOL, typmod: -1, position: locationOf(fields), args };
}

/** A row is NULL when all of its fields are, and NOT NULL when none is. */
export function nullTestOf(arg: Expr, isNull: boolean, position: number): Expr {
  if (arg.kind === "row" && arg.fields.length > 0) {
    const tests = arg.fields.map((field) => ({
      ...fieldTest(field, isNull, position),
      shallow: true,
    }));
    return { kind: "and", type: oids.BOOL, typmod: -1, position, args: tests };
  }
  return fieldTest(arg, isNull, position);
}

/** IS [NOT] DISTINCT FROM NULL (make_nulltest_from_distinct): a row is not looked into. */
export function scalarNullTest(arg: Expr, isNull: boolean, position: number): NullTest {
  const test = fieldTest(arg, isNull, position);
  return arg.kind === "row" || isComposite(arg.type) ? { ...test, shallow: true } : test;
}

/** A row as a field of a row is not looked into. */
function fieldTest(arg: Expr, isNull: boolean, position: number): NullTest {
  return {
    kind: isNull ? "isNull" : "isNotNull",
    type: oids.BOOL,
    typmod: -1,
    position,
    arg,
  };
}

export function nullTest(scope: Scope, fields: ParseNode): Expr {
  const arg = scope.expr(requiredChild(fields, "arg"));
  const isNull = string(fields, "nulltesttype") !== "IS_NOT_NULL";
  const test = scope.context.asWritten === true ? fieldTest : nullTestOf;
  return test(arg, isNull, locationOf(fields));
}

const TESTS: Readonly<Record<string, readonly [BooleanTest["test"], string]>> = {
  IS_TRUE: ["isTrue", "IS TRUE"],
  IS_NOT_TRUE: ["isNotTrue", "IS NOT TRUE"],
  IS_FALSE: ["isFalse", "IS FALSE"],
  IS_NOT_FALSE: ["isNotFalse", "IS NOT FALSE"],
  IS_UNKNOWN: ["isUnknown", "IS UNKNOWN"],
  IS_NOT_UNKNOWN: ["isNotUnknown", "IS NOT UNKNOWN"],
};

export function booleanTest(scope: Scope, fields: ParseNode): Expr {
  const [test, construct] = TESTS[string(fields, "booltesttype")] ?? ["isTrue", "IS TRUE"];
  const inner = scope.expr(requiredChild(fields, "arg"));
  const arg = coerceToBoolean(scope.context.resolve, inner, construct);
  return {
    kind: "booleanTest",
    type: oids.BOOL,
    typmod: -1,
    position: locationOf(fields),
    test,
    arg,
  };
}
