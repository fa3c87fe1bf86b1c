/** Subqueries in expressions: EXISTS, scalar, ARRAY, IN, ANY, ALL, and rows (transformSubLink). */
import {
  arrayTypeOid,
  elementTypeOid,
  type Expr,
  expressionLocation,
  formatType,
  makeRowComparison,
  oids,
  type OperatorName,
} from "@firstlight/sql";
import { asTag, child, locationOf, names, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import type { ExpressionKind } from "../expression-kind.ts";
import { pinnedName } from "../pins.ts";
import type { BoundSelect, TargetEntry } from "../query-tree.ts";
import type { Scope } from "../scope.ts";

const FORBIDDEN: Partial<Readonly<Record<ExpressionKind, string>>> = {
  check: "cannot use subquery in check constraint",
  default: "cannot use subquery in DEFAULT expression",
  functionDefault: "cannot use subquery in DEFAULT expression",
  callArgument: "cannot use subquery in CALL argument",
  executeArgument: "cannot use subquery in EXECUTE parameter",
  generated: "cannot use subquery in column generation expression",
  indexExpression: "cannot use subquery in index expression",
  indexPredicate: "cannot use subquery in index predicate",
  inferenceExpression: "cannot use subquery in index expression",
  inferencePredicate: "cannot use subquery in index predicate",
  statisticsExpression: "cannot use subquery in statistics expression",
  alterTransform: "cannot use subquery in transform expression",
  copyWhere: "cannot use subquery in COPY FROM WHERE condition",
};

function subquery(scope: Scope, fields: ParseNode): BoundSelect {
  const forbidden = FORBIDDEN[scope.kind];
  if (forbidden !== undefined) throw bindError("0A000", forbidden, locationOf(fields));
  const node = requiredChild(fields, "subselect");
  const select = asTag(node, "SelectStmt");
  if (select === undefined) throw new Error("a subquery is a SelectStmt");
  const query = scope.context.binders.select(scope.child(), select);
  scope.context.subqueries.set(fields, query);
  return query;
}

function outputs(query: BoundSelect): readonly TargetEntry[] {
  return query.targets.filter((target) => !target.junk);
}

function onlyColumn(query: BoundSelect, location: number): TargetEntry {
  const columns = outputs(query);
  const [only] = columns;
  if (only === undefined || columns.length > 1) {
    throw bindError("42601", "subquery must return only one column", location);
  }
  return only;
}

function exists(scope: Scope, fields: ParseNode): Expr {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  return { kind: "subLink", type: oids.BOOL, typmod: -1, position, link: "exists", query };
}

function scalar(scope: Scope, fields: ParseNode): Expr {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  const { type, typmod } = onlyColumn(query, position).expr;
  return { kind: "subLink", type, typmod, position, link: "scalar", query };
}

function array(scope: Scope, fields: ParseNode): Expr {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  const element = onlyColumn(query, position).expr;
  const promoted = elementTypeOid(element.type) === 0 ? 0 : element.type;
  const type = arrayTypeOid(element.type) || promoted;
  if (type === 0) {
    throw bindError(
      "42704",
      `could not find array type for data type ${formatType(element.type)}`,
      position,
    );
  }
  return { kind: "subLink", type, typmod: element.typmod, position, link: "array", query };
}

function checkWidth(left: number, right: number, location: number): void {
  if (left < right) throw bindError("42601", "subquery has too many columns", location);
  if (left > right) throw bindError("42601", "subquery has too few columns", location);
}

function quantifiedOperator(fields: ParseNode): OperatorName {
  const parts = names(fields, "operName");
  const [name = "=", schema] = parts.toReversed();
  const oid = pinnedName(fields).operator;
  if (oid !== undefined) return { name, oid };
  return schema === undefined ? name : { name, schema };
}

function pinQuantified({ context }: Scope, fields: ParseNode, test: Expr): void {
  if (test.kind !== "call" || test.operatorName === undefined || test.operator === 0) return;
  context.pins?.set(fields, { operator: test.operator });
}

function quantified(scope: Scope, fields: ParseNode, link: "any" | "all"): Expr {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  const tested = scope.expr(requiredChild(fields, "testexpr"));
  const isRow = asTag(child(fields, "testexpr"), "RowExpr") !== undefined;
  const left = isRow && tested.kind === "row" ? tested.fields : [tested];
  const right = outputs(query).map(({ expr }, index): Expr => ({
    kind: "slot",
    type: expr.type,
    typmod: expr.typmod,
    position: -1,
    index,
  }));
  checkWidth(left.length, right.length, position);
  const name = quantifiedOperator(fields);
  const test = makeRowComparison(scope.context.resolve, name, left, right, position);
  if (left.length === 1) pinQuantified(scope, fields, test);
  if (test.type !== oids.BOOL) {
    throw bindError(
      "42804",
      `row comparison operator must yield type boolean, not type ${formatType(test.type)}`,
      position,
    );
  }
  return { kind: "subLink", type: oids.BOOL, typmod: -1, position, link, query, test };
}

/** The fields of a one-row subquery that is compared with, or assigned to, `width` values. */
export function rowSubquery(
  scope: Scope,
  fields: ParseNode,
  width: number,
  location: number,
): readonly Expr[] {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  const columns = outputs(query);
  checkWidth(width, columns.length, location);
  return fieldsOfRow(query, position);
}

/** Each column of a one-row subquery; the sublink is one object, evaluated once. */
function fieldsOfRow(query: BoundSelect, position: number): readonly Expr[] {
  const link: Expr = {
    kind: "subLink",
    type: oids.RECORD,
    typmod: -1,
    position,
    link: "multiExpr",
    query,
  };
  return outputs(query).map(({ expr }, field): Expr => ({
    kind: "fieldSelect",
    type: expr.type,
    typmod: expr.typmod,
    position: expressionLocation(expr),
    arg: link,
    field,
  }));
}

/** For SET (a, b) = (SELECT ...). */
export function multiAssignSubquery(
  scope: Scope,
  fields: ParseNode,
  width: number,
): readonly Expr[] {
  const query = subquery(scope, fields);
  const position = locationOf(fields);
  if (outputs(query).length !== width) {
    throw bindError("42601", "number of columns does not match number of values", position);
  }
  return fieldsOfRow(query, position);
}

export function subLink(scope: Scope, fields: ParseNode): Expr {
  const kind = string(fields, "subLinkType");
  switch (kind) {
    case "EXISTS_SUBLINK":
      return exists(scope, fields);
    case "EXPR_SUBLINK":
      return scalar(scope, fields);
    case "ARRAY_SUBLINK":
      return array(scope, fields);
    case "ANY_SUBLINK":
      return quantified(scope, fields, "any");
    case "ALL_SUBLINK":
      return quantified(scope, fields, "all");
    default:
      throw new Error(`unknown kind of subquery ${kind}`);
  }
}
