/** COALESCE, GREATEST and LEAST. */
import {
  coerceToCommonType,
  type Expr,
  requireCompareProc,
  selectCommonType,
  selectCommonTypmod,
} from "@firstlight/sql";
import { list, locationOf, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { boundExprs } from "../many-items.ts";
import type { Scope } from "../scope.ts";
import { refuseSets } from "./set-returning.ts";

function commonArguments(
  scope: Scope,
  fields: ParseNode,
  construct: string,
): { readonly args: readonly Expr[]; readonly type: number; readonly typmod: number } {
  const given = boundExprs(scope, fields, list(fields, "args"));
  const type = selectCommonType(given, construct);
  const args = given.map((arg) => coerceToCommonType(scope.context.resolve, arg, type, construct));
  return { args, type, typmod: selectCommonTypmod(args, type) };
}

export function coalesceExpr(scope: Scope, fields: ParseNode): Expr {
  const { args, type, typmod } = commonArguments(scope, fields, "COALESCE");
  const position = locationOf(fields);
  const expr: Expr = { kind: "coalesce", type, typmod, position, args, proc: 0 };
  refuseSets(expr, "COALESCE");
  return expr;
}

export function minMaxExpr(scope: Scope, fields: ParseNode): Expr {
  const greatest = string(fields, "op") !== "IS_LEAST";
  const construct = greatest ? "GREATEST" : "LEAST";
  const { args, type, typmod } = commonArguments(scope, fields, construct);
  const position = locationOf(fields);
  const proc = requireCompareProc(type, position);
  return { kind: greatest ? "greatest" : "least", type, typmod, position, args, proc };
}
