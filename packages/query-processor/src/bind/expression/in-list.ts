/** `x [NOT] IN (...)`: = ANY over what is constant here, ORed with the rest (transformAExprIn). */
import {
  arrayTypeOid,
  canCoerceType,
  coerceToBoolean,
  coerceToCommonType,
  commonTypeOf,
  type Expr,
  makeArray,
  makeOperatorCall,
  makeRowComparison,
  makeScalarArrayOp,
  oids,
} from "@firstlight/sql";
import type { ConstantRows } from "../../parse/constant-rows.ts";
import { asTag, constantRows, items, locationOf, requiredChild } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { boundExprs, boundList } from "../many-items.ts";
import type { Scope } from "../scope.ts";
import { forEachChild } from "../walk.ts";
import { convertedConstants, typicalConstants, wholeList } from "./constant-list.ts";

function containsVar(expr: Expr): boolean {
  if (expr.kind === "const") return false;
  if (expr.kind === "var") return expr.levelsUp === 0;
  if (expr.kind === "subLink") return true;
  let found = false;
  forEachChild(expr, (child) => {
    found ||= containsVar(child);
  });
  return found;
}

/** The array's element type if all can be one, else 0. */
function elementTypeFor(left: Expr, constants: readonly Expr[]): number {
  if (left.kind === "row" && left.type === oids.RECORD) return 0;
  // In their order: which type is common may depend on it, but not on how many there are of each.
  const types = [...new Set([left, ...constants].map((each) => each.type))];
  const common = commonTypeOf(types) ?? 0;
  if (common === 0 || common === oids.RECORD || arrayTypeOid(common) === 0) return 0;
  return types.every((type) => canCoerceType(type, common, "implicit")) ? common : 0;
}

interface InContext {
  readonly scope: Scope;
  readonly left: Expr;
  readonly name: string;
  readonly any: boolean;
  readonly location: number;
}

function arrayComparison(
  { scope, left, name, any, location }: InContext,
  constants: readonly Expr[],
  elementType: number,
): Expr {
  const { resolve } = scope.context;
  const array: Expr = {
    kind: "array",
    type: arrayTypeOid(elementType),
    typmod: -1,
    position: -1,
    elementType,
    elements: constants.map((each) => coerceToCommonType(resolve, each, elementType, "IN")),
    multidims: false,
  };
  return makeScalarArrayOp(resolve, name, any, left, array, location);
}

/** Rows of named types are compared as values. */
function isAnonymous({ type }: Expr): boolean {
  return type === oids.RECORD;
}

function single({ scope, left, name, any, location }: InContext, right: Expr): Expr {
  const { resolve } = scope.context;
  const compared =
    left.kind === "row" && right.kind === "row" && isAnonymous(left) && isAnonymous(right)
      ? makeRowComparison(resolve, name, left.fields, right.fields, location)
      : makeOperatorCall(resolve, name, left, right, location);
  return coerceToBoolean(resolve, compared, any ? "OR" : "AND");
}

/** A long list as one array; undefined where it takes more than that. */
function inConstants(context: InContext, list: ConstantRows): Expr | undefined {
  const { scope, left, name, any, location } = context;
  const { resolve } = scope.context;
  const range = wholeList(list);
  const elementType = elementTypeFor(left, typicalConstants(scope, range));
  if (elementType === 0) return undefined;
  const values = convertedConstants(scope, range, `in ${elementType}`, (each) =>
    coerceToCommonType(resolve, each, elementType, "IN"),
  );
  if (values === undefined) return undefined;
  const array: Expr = {
    kind: "const",
    type: arrayTypeOid(elementType),
    typmod: -1,
    position: -1,
    value: makeArray(elementType, values),
  };
  return makeScalarArrayOp(resolve, name, any, left, array, location);
}

export function inList(scope: Scope, fields: ParseNode, name: string): Expr {
  const left = scope.expr(requiredChild(fields, "lexpr"));
  const location = locationOf(fields);
  const context: InContext = { scope, left, name, any: name !== "<>", location };
  const right = requiredChild(fields, "rexpr");
  const lifted = constantRows(asTag(right, "List") ?? {}, "items");
  const short = lifted === undefined ? undefined : inConstants(context, lifted);
  if (short !== undefined) return short;
  const rights = boundExprs(scope, right, items(right));
  const constants = rights.filter((each) => !containsVar(each));
  const elementType = constants.length > 1 ? elementTypeFor(left, constants) : 0;
  const found: Expr[] = [];
  let remaining: readonly Expr[] = rights;
  if (elementType !== 0) {
    found.push(arrayComparison(context, constants, elementType));
    remaining = constants.length === rights.length ? [] : rights.filter(containsVar);
  }
  const singles = boundList(scope, fields, remaining, {
    bind: (each) => single(context, each),
    exprs: (compared) => [compared],
  });
  const args = [...found, ...singles];
  const [only] = args;
  if (args.length === 1 && only !== undefined) return only;
  const kind = context.any ? "or" : "and";
  return { kind, type: oids.BOOL, typmod: -1, position: location, args };
}
