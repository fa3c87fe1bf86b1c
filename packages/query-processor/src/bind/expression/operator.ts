/** A_Expr: operators, ANY and ALL over arrays, IN, BETWEEN, LIKE, IS DISTINCT FROM, NULLIF. */
import {
  coerceToBoolean,
  type Expr,
  makeDistinct,
  makeOperatorCall,
  makeRowComparison,
  makeScalarArrayOp,
  oids,
  type OperatorName,
  plainOperatorName,
} from "@firstlight/sql";
import {
  asTag,
  child,
  flag,
  items,
  locationOf,
  names,
  requiredChild,
  string,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import { pinnedName } from "../pins.ts";
import { refuseFarName } from "../../catalog/far-name.ts";
import type { Scope } from "../scope.ts";
import { scalarNullTest } from "./boolean.ts";
import { inList } from "./in-list.ts";
import { rowSubquery } from "./sub-link.ts";

/** The operator as it is written, or as the one of a user that a stored text means. */
function operatorName({ context }: Scope, fields: ParseNode): OperatorName {
  const parts = names(fields, "name");
  const name = parts.at(-1) ?? "";
  const oid = pinnedName(fields).operator;
  if (oid !== undefined) return { name, oid };
  refuseFarName(context.catalog, parts);
  const schema = parts.at(-2);
  return schema === undefined ? name : { name, schema };
}

/** Keeps which operator of a user it is, in a text that will be stored. */
function pinOperator({ context }: Scope, fields: ParseNode, bound: Expr): void {
  if (bound.kind !== "call" && bound.kind !== "scalarArrayOp") return;
  const { operator, operatorName: own } = bound;
  if (own !== undefined && operator !== 0) context.pins?.set(fields, { operator });
}

function rowFields(expr: Expr): readonly Expr[] | undefined {
  return expr.kind === "row" ? expr.fields : undefined;
}

/** Only rows written as such are compared field by field. */
function isRow(node: ParseNode | undefined): boolean {
  return asTag(node, "RowExpr") !== undefined;
}

function scalarSubquery(node: ParseNode | undefined): ParseNode | undefined {
  const link = asTag(node, "SubLink");
  return link !== undefined && string(link, "subLinkType") === "EXPR_SUBLINK" ? link : undefined;
}

export function compareNodes(
  scope: Scope,
  name: OperatorName,
  left: ParseNode | undefined,
  right: ParseNode,
  location: number,
): Expr {
  const { resolve } = scope.context;
  const subquery = scalarSubquery(right);
  if (isRow(left) && left !== undefined && subquery !== undefined) {
    const row = rowFields(scope.expr(left)) ?? [];
    return makeRowComparison(
      resolve,
      name,
      row,
      rowSubquery(scope, subquery, row.length, location),
      location,
    );
  }
  const leftExpr = left === undefined ? undefined : scope.expr(left);
  const rightExpr = scope.expr(right);
  if (isRow(left) && isRow(right) && leftExpr !== undefined) {
    return makeRowComparison(
      resolve,
      name,
      rowFields(leftExpr) ?? [],
      rowFields(rightExpr) ?? [],
      location,
    );
  }
  return makeOperatorCall(resolve, name, leftExpr, rightExpr, location);
}

function plain(scope: Scope, fields: ParseNode): Expr {
  const bound = compareNodes(
    scope,
    operatorName(scope, fields),
    child(fields, "lexpr"),
    requiredChild(fields, "rexpr"),
    locationOf(fields),
  );
  pinOperator(scope, fields, bound);
  return bound;
}

function overArray(any: boolean): (scope: Scope, fields: ParseNode) => Expr {
  return (scope, fields) => {
    const scalar = scope.expr(requiredChild(fields, "lexpr"));
    const array = scope.expr(requiredChild(fields, "rexpr"));
    const name = operatorName(scope, fields);
    const { resolve } = scope.context;
    const bound = makeScalarArrayOp(resolve, name, any, scalar, array, locationOf(fields));
    pinOperator(scope, fields, bound);
    return bound;
  };
}

function isNullConstant(node: ParseNode): boolean {
  const constant = asTag(node, "A_Const");
  return constant !== undefined && flag(constant, "isnull");
}

function distinctRows(
  scope: Scope,
  left: readonly Expr[],
  right: readonly Expr[],
  position: number,
): Expr {
  if (left.length !== right.length) {
    throw bindError("42601", "unequal number of entries in row expressions", position);
  }
  const args = left.flatMap((each, index) => {
    const other = right[index];
    if (other === undefined) return [];
    return [makeDistinct(scope.context.resolve, "distinct", each, other, position)];
  });
  const [only] = args;
  if (args.length === 1 && only !== undefined) return only;
  return { kind: "or", type: oids.BOOL, typmod: -1, position, args };
}

function negate(arg: Expr, position: number): Expr {
  return { kind: "not", type: oids.BOOL, typmod: -1, position, args: [arg] };
}

function distinct(isNot: boolean): (scope: Scope, fields: ParseNode) => Expr {
  return (scope, fields) => {
    const left = requiredChild(fields, "lexpr");
    const right = requiredChild(fields, "rexpr");
    const position = locationOf(fields);
    if (isNullConstant(right)) return scalarNullTest(scope.expr(left), isNot, position);
    if (isNullConstant(left)) return scalarNullTest(scope.expr(right), isNot, position);
    const a = scope.expr(left);
    const b = scope.expr(right);
    if (isRow(left) && isRow(right)) {
      const rows = distinctRows(scope, rowFields(a) ?? [], rowFields(b) ?? [], position);
      return isNot ? negate(rows, position) : rows;
    }
    return makeDistinct(scope.context.resolve, isNot ? "notDistinct" : "distinct", a, b, position);
  };
}

function nullif(scope: Scope, fields: ParseNode): Expr {
  const left = scope.expr(requiredChild(fields, "lexpr"));
  const right = scope.expr(requiredChild(fields, "rexpr"));
  return makeDistinct(scope.context.resolve, "nullif", left, right, locationOf(fields));
}

function combine(kind: "and" | "or", args: readonly Expr[], position: number): Expr {
  return { kind, type: oids.BOOL, typmod: -1, position, args };
}

/** `x BETWEEN a AND b` is two comparisons, each over its own binding of x. */
function between(negated: boolean, symmetric: boolean): (scope: Scope, fields: ParseNode) => Expr {
  return (scope, fields) => {
    const tested = requiredChild(fields, "lexpr");
    const [low, high] = items(requiredChild(fields, "rexpr"));
    const position = locationOf(fields);
    if (low === undefined || high === undefined) throw new Error("BETWEEN takes two bounds");
    const compare = (name: string, bound: ParseNode): Expr =>
      coerceToBoolean(
        scope.context.resolve,
        compareNodes(scope, name, tested, bound, position),
        negated ? "OR" : "AND",
      );
    const side = (from: ParseNode, to: ParseNode): Expr =>
      negated
        ? combine("or", [compare("<", from), compare(">", to)], position)
        : combine("and", [compare(">=", from), compare("<=", to)], position);
    if (!symmetric) return side(low, high);
    return combine(negated ? "and" : "or", [side(low, high), side(high, low)], position);
  };
}

const KINDS: Readonly<Record<string, (scope: Scope, fields: ParseNode) => Expr>> = {
  AEXPR_OP: plain,
  AEXPR_OP_ANY: overArray(true),
  AEXPR_OP_ALL: overArray(false),
  AEXPR_DISTINCT: distinct(false),
  AEXPR_NOT_DISTINCT: distinct(true),
  AEXPR_NULLIF: nullif,
  AEXPR_IN: (scope, fields) =>
    inList(scope, fields, plainOperatorName(operatorName(scope, fields))),
  AEXPR_LIKE: plain,
  AEXPR_ILIKE: plain,
  AEXPR_SIMILAR: plain,
  AEXPR_BETWEEN: between(false, false),
  AEXPR_NOT_BETWEEN: between(true, false),
  AEXPR_BETWEEN_SYM: between(false, true),
  AEXPR_NOT_BETWEEN_SYM: between(true, true),
};

export function operatorExpr(scope: Scope, fields: ParseNode): Expr {
  const kind = string(fields, "kind");
  const transform = KINDS[kind];
  if (transform === undefined) throw new Error(`unknown expression kind ${kind}`);
  return transform(scope, fields);
}
