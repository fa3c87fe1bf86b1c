/** ARRAY[...] (transformArrayExpr). */
import {
  arrayTypeOid,
  type Const,
  castExpr,
  coerceToCommonType,
  elementTypeOid,
  type Expr,
  formatType,
  makeArray,
  oids,
  selectCommonType,
} from "@firstlight/sql";
import type { ConstantRows } from "../../parse/constant-rows.ts";
import { asTag, constantRows, list, locationOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { ResolvedType } from "../../parse/type-name.ts";
import { bindError } from "../errors.ts";
import { boundList } from "../many-items.ts";
import type { Scope } from "../scope.ts";
import { convertedConstants, typicalConstants, wholeList } from "./constant-list.ts";

interface Elements {
  readonly exprs: readonly Expr[];
  readonly multidims: boolean;
}

function bindElements(scope: Scope, fields: ParseNode, target: ResolvedType | undefined): Elements {
  const exprs = boundList(scope, fields, list(fields, "elements"), {
    bind: (node) => {
      const nested = asTag(node, "A_ArrayExpr");
      return nested === undefined ? scope.expr(node) : arrayExpr(scope, nested, target);
    },
    exprs: (expr) => [expr],
  });
  const isNested = (node: ParseNode): boolean => asTag(node, "A_ArrayExpr") !== undefined;
  // An element that is itself an array makes another dimension, except for the vector types.
  const multidims =
    exprs.some(({ type }) => elementTypeOid(type) !== 0) || list(fields, "elements").some(isNested);
  return { exprs, multidims };
}

function requireArray(element: number, position: number): number {
  const array = arrayTypeOid(element);
  if (array !== 0) return array;
  throw bindError(
    "42704",
    `could not find array type for data type ${formatType(element)}`,
    position,
  );
}

function untargeted(scope: Scope, elements: Elements, position: number): Expr {
  const { exprs, multidims } = elements;
  if (exprs.length === 0) {
    throw bindError("42P18", "cannot determine type of empty array", position, {
      hint: "Explicitly cast to the desired type, for example ARRAY[]::integer[].",
    });
  }
  const common = selectCommonType(exprs, "ARRAY");
  const type = multidims ? common : requireArray(common, position);
  const elementType = multidims ? elementTypeOid(common) : common;
  const coerced = exprs.map((each) =>
    coerceToCommonType(scope.context.resolve, each, common, "ARRAY"),
  );
  return {
    kind: "array",
    type,
    typmod: commonTypmod(coerced, common),
    position,
    elementType,
    elements: coerced,
    multidims,
  };
}

/** What all agree on (exprTypmod of an ArrayExpr). */
function commonTypmod(elements: readonly Expr[], type: number): number {
  const typmod = elements[0]?.typmod ?? -1;
  const isCommon = (each: Expr): boolean => each.type === type && each.typmod === typmod;
  return elements.every(isCommon) ? typmod : -1;
}

interface ArrayShape {
  readonly type: number;
  readonly typmod: number;
  readonly elementType: number;
  readonly convert: (each: Const) => Expr;
}

/** What makes the constants of a list an array; undefined where they are arrays themselves. */
function arrayShape(
  scope: Scope,
  list: ConstantRows,
  target: ResolvedType | undefined,
  position: number,
): ArrayShape | undefined {
  const { resolve } = scope.context;
  if (target === undefined) {
    const elementType = selectCommonType(typicalConstants(scope, wholeList(list)), "ARRAY");
    const type = requireArray(elementType, position);
    const convert = (each: Const): Expr => coerceToCommonType(resolve, each, elementType, "ARRAY");
    return { type, typmod: -1, elementType, convert };
  }
  const { type, typmod } = target;
  const elementType = elementTypeOid(type);
  if (typmod >= 0) return undefined;
  const convert = (each: Const): Expr =>
    each.type === elementType ? each : castExpr(resolve, each, elementType, typmod, each.position);
  return { type, typmod, elementType, convert };
}

function constantArray(
  scope: Scope,
  list: ConstantRows,
  target: ResolvedType | undefined,
  position: number,
): Expr | undefined {
  const shape = arrayShape(scope, list, target, position);
  if (shape === undefined) return undefined;
  const { type, typmod, elementType, convert } = shape;
  const range = wholeList(list);
  const values = convertedConstants(scope, range, `array ${elementType}`, convert);
  if (values === undefined) return undefined;
  return { kind: "const", type, typmod, position, value: makeArray(elementType, values) };
}

/** `target` is the array type of an enclosing cast: each element is cast to its element type. */
export function arrayExpr(scope: Scope, fields: ParseNode, target: ResolvedType | undefined): Expr {
  const position = locationOf(fields);
  const elementType = target === undefined ? 0 : elementTypeOid(target.type);
  const lifted = constantRows(fields, "elements");
  if (lifted !== undefined) {
    const known = constantArray(scope, lifted, elementType === 0 ? undefined : target, position);
    if (known !== undefined) return known;
  }
  const elements = bindElements(scope, fields, elementType === 0 ? undefined : target);
  if (target === undefined || elementType === 0) return untargeted(scope, elements, position);
  const inner = elements.multidims ? target.type : elementType;
  const coerced = elements.exprs.map((each) =>
    each.type === inner && each.type !== oids.UNKNOWN && each.typmod === target.typmod
      ? each
      : castExpr(scope.context.resolve, each, inner, target.typmod, each.position),
  );
  return {
    kind: "array",
    type: target.type,
    typmod: target.typmod,
    position,
    elementType,
    elements: coerced,
    multidims: elements.multidims,
  };
}
