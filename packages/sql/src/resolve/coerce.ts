/**
 * Builds the expression that turns one type into another: PostgreSQL's coerce_type,
 * coerce_type_typmod and coerce_to_target_type.
 */
import { featureNotSupported } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import { procOf } from "../catalog/proc-of.ts";
import { baseElementTypeOid, baseTypeOid, isComposite, typeRow } from "../catalog/type-catalog.ts";
import { isCollatable } from "../expression/collation.ts";
import { readLiteral } from "../expression/type-io.ts";
import { expressionLocation } from "../expression/location.ts";
import { childrenOf } from "../expression/walk.ts";
import type { Const, Expr, Param } from "../expression/tree.ts";
import { BOOL, INT4, INTERVAL, RECORD, UNKNOWN } from "../types/oids.ts";
import {
  canCoerceType,
  type CoercionPathway,
  findCoercionPathway,
  findTypmodCoercion,
} from "./coercion-pathway.ts";
import { definitionOf } from "../types/user/define-type.ts";
import { ANY, isPolymorphic, RECORD_ARRAY } from "./pseudo-types.ts";
import { type CoercionContext, type ResolveContext, resolveError } from "./resolve-context.ts";

/** How a cast is printed: as written by the user or not at all. */
export type CastDisplay = "explicitCast" | "implicitCast";

export interface CoerceTarget {
  readonly type: number;
  readonly typmod: number;
  readonly context: CoercionContext;
  readonly display: CastDisplay;
  /** Of the cast itself, -1 for one that is not written. */
  readonly position: number;
}

/** anyelement and its kin take any value as it is; the array-like ones still read a literal. */
function takesAnything(type: number, inputType: number): boolean {
  if (type === ANY) return true;
  return isPolymorphic(type) && inputType !== UNKNOWN;
}

/** Type modifiers of `'1 day'::interval day` belong to the input; others are applied afterwards. */
function coerceLiteral(context: ResolveContext, literal: Const, target: CoerceTarget): Expr {
  const base = baseType(target.type);
  const { type } = base;
  const own = type === target.type ? target.typmod : base.typmod;
  const typmod = type === INTERVAL ? own : -1;
  const { value } = literal;
  const read =
    typeof value === "string"
      ? readLiteral(context.evaluation, type, value, typmod, literal.position)
      : null;
  const result: Expr = { kind: "const", type, typmod, position: literal.position, value: read };
  return coerceToDomain(context, result, target);
}

/** `expr` of the base type as the domain `target.type`; unchanged for a type that is no domain. */
function coerceToDomain(context: ResolveContext, expr: Expr, target: CoerceTarget): Expr {
  const base = baseType(target.type);
  if (base.type === target.type) return expr;
  const implicit = { ...target, ...base, display: "implicitCast" } as const;
  return {
    kind: "coerceToDomain",
    type: target.type,
    typmod: -1,
    position: target.position,
    arg: applyTypmod(context, asImplicit(expr), implicit, false),
    display: target.display,
  };
}

/** getBaseTypeAndTypmod. */
function baseType(type: number): { readonly type: number; readonly typmod: number } {
  let typmod = -1;
  let row = typeRow(type);
  while (row !== undefined && row.kind === "d") {
    typmod = row.baseTypmod;
    row = typeRow(row.baseType);
  }
  return { type: row?.oid ?? type, typmod };
}

function coerceParam(context: ResolveContext, param: Param, type: number): Expr {
  if (context.typeParam !== undefined) return context.typeParam(param, type);
  throw resolveError(
    "42P18",
    `could not determine data type of parameter $${param.number}`,
    param.position,
  );
}

function int4Const(value: number): Expr {
  return { kind: "const", type: INT4, typmod: -1, position: -1, value };
}

function functionCast(
  context: ResolveContext,
  expr: Expr,
  proc: number,
  target: CoerceTarget,
): Expr {
  const given = [expr.type, INT4, BOOL];
  const routine = context.routines?.routineAt(proc, given, target.type);
  const { argTypes } = routine ?? requireProc(proc);
  const args: Expr[] = [expr];
  if (argTypes.length >= 2) args.push(int4Const(target.typmod));
  if (argTypes.length === 3) {
    const isExplicit = target.context === "explicit";
    args.push({ kind: "const", type: BOOL, typmod: -1, position: -1, value: isExplicit });
  }
  return {
    kind: "call",
    type: target.type,
    // Only a function that was given the modifier guarantees it.
    typmod: argTypes.length >= 2 ? target.typmod : -1,
    position: target.position,
    proc,
    args,
    display: target.display,
    operator: 0,
    ...(routine === undefined ? {} : { routine }),
  };
}

function arrayCast(context: ResolveContext, expr: Expr, target: CoerceTarget): Expr {
  const sourceElement = baseElementTypeOid(expr.type);
  const element: Expr = {
    kind: "caseTest",
    type: sourceElement,
    typmod: expr.typmod,
    position: -1,
  };
  const coerced = coerceToTarget(context, element, {
    ...target,
    type: baseElementTypeOid(target.type),
  });
  if (coerced === undefined) throw new Error("array coercion without an element coercion");
  return {
    kind: "arrayCoerce",
    type: target.type,
    typmod: coerced.typmod,
    position: target.position,
    arg: expr,
    element: coerced,
    display: target.display,
  };
}

function buildCoercion(
  context: ResolveContext,
  pathway: CoercionPathway,
  expr: Expr,
  target: CoerceTarget,
): Expr {
  const { type, display, position } = target;
  switch (pathway.path) {
    case "function":
      return functionCast(context, expr, pathway.proc, target);
    case "arrayCoerce":
      return arrayCast(context, expr, target);
    case "viaIO":
      return { kind: "coerceViaIO", type, typmod: -1, position, arg: expr, display };
    case "relabel": {
      const domain = coerceToDomain(context, expr, target);
      return domain === expr ? relabel(expr, type, -1, target) : domain;
    }
    case "none":
      throw new Error(`no coercion from ${formatType(expr.type)} to ${formatType(type)}`);
  }
}

type Collate = Extract<Expr, { kind: "relabel" }> & { readonly collate: object };

/** A relabel of a relabel keeps the outer one only. */
function relabel(expr: Expr, type: number, typmod: number, target: CoerceTarget): Expr {
  const arg = expr.kind === "relabel" ? expr.arg : expr;
  if (arg.type === type && arg.typmod === typmod && expr.kind === "relabel") return arg;
  return { kind: "relabel", type, typmod, position: target.position, arg, display: target.display };
}

/** COLLATE stays on top, unless values of the type have no collation. */
function underCollate(context: ResolveContext, collate: Collate, target: CoerceTarget): Expr {
  const arg = coerceType(context, collate.arg, target);
  return isCollatable(arg.type) ? { ...collate, arg, type: arg.type, typmod: arg.typmod } : arg;
}

/**
 * Changes the type of an expression that is known to be coercible (see canCoerceType); the type
 * modifier is applied by applyTypmod afterwards, except where a cast function takes it.
 */
export function coerceType(context: ResolveContext, expr: Expr, target: CoerceTarget): Expr {
  if (target.type === expr.type || takesAnything(target.type, expr.type)) return expr;
  if (expr.type === UNKNOWN && expr.kind === "const") return coerceLiteral(context, expr, target);
  if (expr.type === UNKNOWN && expr.kind === "param")
    return coerceParam(context, expr, target.type);
  if (expr.kind === "relabel" && expr.collate !== undefined) {
    return underCollate(context, { ...expr, collate: expr.collate }, target);
  }
  const pathway = findCoercionPathway(
    target.type,
    expr.type,
    target.context,
    context.routines?.casts,
  );
  if (pathway.path === "relabel") return buildCoercion(context, pathway, expr, target);
  if (pathway.path !== "none") {
    // A cast to a domain is a cast to its base type, with that type's modifier, and the checks.
    const base = baseType(target.type);
    if (base.type === target.type) return buildCoercion(context, pathway, expr, target);
    const converted = buildCoercion(context, pathway, expr, { ...target, ...base });
    return coerceToDomain(context, converted, target);
  }
  if (isRecord(expr) && isComposite(baseTypeOid(target.type))) {
    return coerceToDomain(context, recordToComposite(context, expr, target), target);
  }
  if (target.type === RECORD && isComposite(baseTypeOid(expr.type))) return expr;
  if (target.type === RECORD_ARRAY && isComposite(baseElementTypeOid(expr.type))) return expr;
  if (expr.type === UNKNOWN && expr.kind === "fieldSelect") throw withoutConversion(target);
  if (expr.type === UNKNOWN) {
    return {
      kind: "coerceViaIO",
      type: target.type,
      typmod: -1,
      position: target.position,
      arg: expr,
      display: target.display,
    };
  }
  throw featureNotSupported(`cast from ${formatType(expr.type)} to ${formatType(target.type)}`);
}

/** A literal in a record has no type of its own, and is not read as any once it is a field. */
function withoutConversion({ type }: CoerceTarget): Error {
  const text = `failed to find conversion function from unknown to ${formatType(type)}`;
  return resolveError("XX000", text, -1);
}

function isRecord(expr: Expr): boolean {
  return expr.type === RECORD;
}

function cannotCast(expr: Expr, target: CoerceTarget, detail: string, at: Expr = expr): Error {
  return resolveError(
    "42846",
    `cannot cast type ${formatType(expr.type)} to ${formatType(target.type)}`,
    target.position < 0 ? expressionLocation(at) : target.position,
    detail === "" ? {} : { detail },
  );
}

/** ROW(...) as a named composite type, field by field (coerce_record_to_complex). */
function recordToComposite(context: ResolveContext, expr: Expr, target: CoerceTarget): Expr {
  const type = baseTypeOid(target.type);
  const definition = definitionOf(type);
  if (expr.kind !== "row" || definition?.kind !== "composite") throw cannotCast(expr, target, "");
  const { attributes } = definition;
  const fields = attributes.map((attribute, index) => {
    const field = expr.fields[index];
    if (field === undefined) throw cannotCast(expr, target, "Input has too few columns.");
    const wanted = { ...target, type: attribute.type, typmod: attribute.typmod, position: -1 };
    const coerced = coerceToTarget(context, field, { ...wanted, display: "implicitCast" });
    if (coerced !== undefined) return coerced;
    const types = `${formatType(field.type)} to ${formatType(attribute.type)}`;
    throw cannotCast(expr, target, `Cannot cast type ${types} in column ${index + 1}.`, field);
  });
  if (expr.fields.length > attributes.length) {
    throw cannotCast(expr, target, "Input has too many columns.");
  }
  const names = attributes.map(({ name }) => name);
  const cast =
    target.display === "explicitCast"
      ? { display: target.display, position: target.position < 0 ? expr.position : target.position }
      : {};
  return { ...expr, type, typmod: -1, fields, names, ...cast };
}

function asImplicit(expr: Expr): Expr {
  if (expr.kind === "call" && expr.display !== "explicitCast") return expr;
  const isCast =
    expr.kind === "call" ||
    expr.kind === "relabel" ||
    expr.kind === "coerceViaIO" ||
    expr.kind === "coerceToDomain" ||
    expr.kind === "arrayCoerce";
  return isCast ? { ...expr, display: "implicitCast" } : expr;
}

/** Applies a length or precision (coerce_type_typmod); the type must be right already. */
export function applyTypmod(
  context: ResolveContext,
  expr: Expr,
  target: CoerceTarget,
  hideInner: boolean,
): Expr {
  if (target.typmod === expr.typmod) return expr;
  const inner = hideInner ? asImplicit(expr) : expr;
  const pathway = target.typmod < 0 ? undefined : findTypmodCoercion(target.type);
  if (pathway === undefined || pathway.path === "none") {
    if (inner.kind === "const") return { ...inner, type: target.type, typmod: target.typmod };
    return relabel(inner, target.type, target.typmod, target);
  }
  return buildCoercion(context, pathway, inner, target);
}

/** Type and modifier together; undefined when there is no such coercion in this context. */
export function coerceToTarget(
  context: ResolveContext,
  expr: Expr,
  target: CoerceTarget,
): Expr | undefined {
  const casts = context.routines?.casts;
  const isPossible = canCoerceType(expr.type, target.type, target.context, casts);
  if (!isPossible && !isPolymorphic(target.type)) return undefined;
  const converted = coerceType(context, expr, target);
  const hideInner = converted !== expr && converted.kind !== "const";
  return applyTypmod(context, converted, target, hideInner);
}

/**
 * `expr` as `type`(`typmod`), or undefined when the context does not allow it. The caller words the
 * error; castExpr, assignExpr, coerceToBoolean and coerceToCommonType below have the usual ones.
 */
export function coerce(
  context: ResolveContext,
  expr: Expr,
  type: number,
  typmod: number,
  coercion: CoercionContext,
): Expr | undefined {
  const display = coercion === "explicit" ? "explicitCast" : "implicitCast";
  return coerceToTarget(context, expr, { type, typmod, context: coercion, display, position: -1 });
}

/** CAST(expr AS type) and expr::type. */
export function castExpr(
  context: ResolveContext,
  expr: Expr,
  type: number,
  typmod: number,
  position: number,
): Expr {
  const target: CoerceTarget = {
    type,
    typmod,
    context: "explicit",
    display: "explicitCast",
    position,
  };
  const result = coerceToTarget(context, expr, target);
  if (result !== undefined) return result;
  throw resolveError(
    "42846",
    `cannot cast type ${formatType(expr.type)} to ${formatType(type)}`,
    position < 0 ? expressionLocation(expr) : position,
  );
}

/** A value for a column of INSERT or UPDATE; `columnName` is for the error. */
export function assignExpr(
  context: ResolveContext,
  expr: Expr,
  type: number,
  typmod: number,
  columnName: string,
): Expr {
  const result = coerce(context, expr, type, typmod, "assignment");
  if (result !== undefined) return result;
  throw resolveError(
    "42804",
    `column "${columnName}" is of type ${formatType(type)} but expression is of type ${formatType(expr.type)}`,
    expressionLocation(expr),
    { hint: "You will need to rewrite or cast the expression.", routine: "transformAssignedExpr" },
  );
}

function containsSet(expr: Expr): boolean {
  if (expr.kind === "call" && procOf(expr).returnsSet) return true;
  // The arguments of these were looked at when they were made.
  if (expr.kind === "and" || expr.kind === "or" || expr.kind === "not") return false;
  return childrenOf(expr).some(containsSet);
}

function refuseSet(expr: Expr, construct: string): void {
  if (!containsSet(expr)) return;
  throw resolveError(
    "42804",
    `argument of ${construct} must not return a set`,
    expressionLocation(expr),
  );
}

/** For LIMIT, OFFSET and the like: assignment coercion with the error of such clauses. */
export function coerceToSpecificType(
  context: ResolveContext,
  expr: Expr,
  type: number,
  construct: string,
): Expr {
  const result = expr.type === type ? expr : coerce(context, expr, type, -1, "assignment");
  if (result !== undefined) {
    refuseSet(result, construct);
    return result;
  }
  throw resolveError(
    "42804",
    `argument of ${construct} must be type ${formatType(type)}, not type ${formatType(expr.type)}`,
    expressionLocation(expr),
  );
}

/** WHERE, HAVING, AND, NOT, CASE WHEN and their kin. */
export function coerceToBoolean(context: ResolveContext, expr: Expr, construct: string): Expr {
  return coerceToSpecificType(context, expr, BOOL, construct);
}

/** Brings one of the expressions that selectCommonType looked at to the type that it chose. */
export function coerceToCommonType(
  context: ResolveContext,
  expr: Expr,
  type: number,
  construct: string,
): Expr {
  if (expr.type === type) return expr;
  if (canCoerceType(expr.type, type, "implicit", context.routines?.casts)) {
    return coerceType(context, expr, {
      type,
      typmod: -1,
      context: "implicit",
      display: "implicitCast",
      position: -1,
    });
  }
  throw resolveError(
    "42846",
    `${construct} could not convert type ${formatType(expr.type)} to ${formatType(type)}`,
    expressionLocation(expr),
  );
}
