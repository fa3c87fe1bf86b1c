/** CASE in both forms (transformCaseExpr). */
import {
  type Case,
  coerce,
  coerceToBoolean,
  coerceToCommonType,
  type Expr,
  makeOperatorCall,
  oids,
  selectCommonType,
  selectCommonTypmod,
} from "@firstlight/sql";
import { asTag, child, list, locationOf, requiredChild } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { boundList } from "../many-items.ts";
import { ownCollation } from "../output-columns.ts";
import type { Scope } from "../scope.ts";
import { unknownNull } from "./constant.ts";
import { refuseSets } from "./set-returning.ts";

function testedArgument(scope: Scope, node: ParseNode): Expr {
  const arg = scope.expr(node);
  if (arg.type !== oids.UNKNOWN) return arg;
  return coerce(scope.context.resolve, arg, oids.TEXT, -1, "implicit") ?? arg;
}

function condition(scope: Scope, fields: ParseNode, tested: Expr | undefined): Expr {
  const { resolve } = scope.context;
  const inner = scope.expr(requiredChild(fields, "expr"));
  if (tested === undefined) return coerceToBoolean(resolve, inner, "CASE/WHEN");
  const test: Expr = {
    kind: "caseTest",
    type: tested.type,
    typmod: tested.typmod,
    position: tested.position,
    ...(scope.context.collates.used ? ownCollation(tested) : {}),
  };
  const equal = makeOperatorCall(resolve, "=", test, inner, locationOf(fields));
  return coerceToBoolean(resolve, equal, "CASE/WHEN");
}

export function caseExpr(scope: Scope, fields: ParseNode): Expr {
  const { resolve } = scope.context;
  const argNode = child(fields, "arg");
  const arg = argNode === undefined ? undefined : testedArgument(scope, argNode);
  const whens = boundList(scope, fields, list(fields, "args"), {
    bind: (node) => {
      const when = asTag(node, "CaseWhen") ?? {};
      return {
        condition: condition(scope, when, arg),
        result: scope.expr(requiredChild(when, "result")),
      };
    },
    exprs: (when) => [when.condition, when.result],
  });
  const defaultNode = child(fields, "defresult");
  const otherwise = defaultNode === undefined ? unknownNull(-1) : scope.expr(defaultNode);
  // The default result weighs most when the type is chosen.
  const results = [otherwise, ...whens.map((when) => when.result)];
  const type = selectCommonType(results, "CASE");
  const coerced: Case = {
    kind: "case",
    type,
    typmod: -1,
    position: locationOf(fields),
    ...(arg === undefined ? {} : { arg }),
    whens: whens.map((when) => ({
      condition: when.condition,
      result: coerceToCommonType(resolve, when.result, type, "CASE/WHEN"),
    })),
    otherwise: coerceToCommonType(resolve, otherwise, type, "CASE/ELSE"),
  };
  refuseSets(coerced, "CASE");
  const branches = [coerced.otherwise, ...coerced.whens.map((when) => when.result)];
  return { ...coerced, typmod: selectCommonTypmod(branches, type) };
}
