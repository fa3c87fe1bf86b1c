/** Expressions by the tag of their parse node: PostgreSQL's transformExprRecurse. */
import type { Expr } from "@firstlight/sql";
import { fieldsOf, int, locationOf, requiredChild, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { collateExpr } from "../collate.ts";
import { bindError, unsupported } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { arrayExpr } from "./array.ts";
import { boolExpr, booleanTest, nullTest } from "./boolean.ts";
import { caseExpr } from "./case.ts";
import { collateClause, typeCast } from "./cast.ts";
import { coalesceExpr, minMaxExpr } from "./coalesce.ts";
import { columnRef } from "./column.ts";
import { constant } from "./constant.ts";
import { functionCall } from "./function-call.ts";
import { groupingCall } from "./grouping.ts";
import { indirection } from "./indirection.ts";
import { operatorExpr } from "./operator.ts";
import { rowExpr } from "./row.ts";
import {
  jsonArray,
  jsonArrayAgg,
  jsonArrayQuery,
  jsonObject,
  jsonObjectAgg,
  jsonTest,
} from "./sql-json.ts";
import { sqlValueFunction } from "./sql-value.ts";
import { subLink } from "./sub-link.ts";

type Transform = (scope: Scope, fields: ParseNode) => Expr;

function parameter(scope: Scope, fields: ParseNode): Expr {
  return scope.context.params.param(int(fields, "number"), locationOf(fields));
}

/** DEFAULT is seen here only where INSERT and UPDATE have not taken it. */
function misplacedDefault(_scope: Scope, fields: ParseNode): Expr {
  throw bindError("42601", "DEFAULT is not allowed in this context", locationOf(fields));
}

function xml(_scope: Scope, fields: ParseNode): Expr {
  throw unsupported("XML", locationOf(fields));
}

/** Where a whole condition may stand, UPDATE and DELETE have taken it. */
function misplacedCurrentOf(_scope: Scope, fields: ParseNode): Expr {
  throw unsupported("WHERE CURRENT OF", locationOf(fields));
}

function namedArgument(scope: Scope, fields: ParseNode): Expr {
  return scope.expr(requiredChild(fields, "arg"));
}

const TRANSFORMS: Readonly<Record<string, Transform>> = {
  ColumnRef: columnRef,
  ParamRef: parameter,
  A_Const: constant,
  A_Indirection: indirection,
  A_ArrayExpr: (scope, fields) => arrayExpr(scope, fields, undefined),
  TypeCast: typeCast,
  CollateClause: collateClause,
  A_Expr: operatorExpr,
  BoolExpr: boolExpr,
  FuncCall: functionCall,
  NamedArgExpr: namedArgument,
  GroupingFunc: groupingCall,
  SubLink: subLink,
  CaseExpr: caseExpr,
  RowExpr: rowExpr,
  CoalesceExpr: coalesceExpr,
  MinMaxExpr: minMaxExpr,
  SQLValueFunction: sqlValueFunction,
  NullTest: nullTest,
  BooleanTest: booleanTest,
  SetToDefault: misplacedDefault,
  XmlExpr: xml,
  XmlSerialize: xml,
  JsonObjectConstructor: jsonObject,
  JsonArrayConstructor: jsonArray,
  JsonArrayQueryConstructor: jsonArrayQuery,
  JsonObjectAgg: jsonObjectAgg,
  JsonArrayAgg: jsonArrayAgg,
  JsonIsPredicate: jsonTest,
  CurrentOfExpr: misplacedCurrentOf,
};

export function transformExpr(scope: Scope, node: ParseNode): Expr {
  const tag = tagOf(node);
  const transform = TRANSFORMS[tag];
  const fields = fieldsOf(node);
  if (transform === undefined) throw unsupported(`expression ${tag}`, locationOf(fields));
  const expr = transform(scope, fields);
  return scope.context.collates.icu ? collateExpr(expr) : expr;
}
