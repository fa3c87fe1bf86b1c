/** Arrays: constructors, subscripts, membership; fields of rows. */
import { InvariantError } from "@firstlight/common";
import { operatorByOid } from "../../catalog/operator-catalog.ts";
import { baseElementTypeOid, baseTypeOid, subscriptedTypeOid } from "../../catalog/type-catalog.ts";
import type { Datum, RecordValue } from "../../values/datum.ts";
import { makeArray } from "../../values/array.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import { implementationOf } from "../implementations.ts";
import type { Expr } from "../tree.ts";
import { volatility } from "../volatility.ts";
import { someExpr } from "../walk.ts";
import { requireSqlType } from "../type-io.ts";
import {
  arrayFromArrays,
  arrayFromElements,
  elementAt,
  sliceOf,
  withElement,
} from "./array-access.ts";
import { withSlice } from "./array-slice-assignment.ts";
import type { Emitter, Operand } from "./code-builder.ts";
import { jsonbWithElement } from "./jsonb-assignment.ts";
import type { MembershipKey, MembershipTest } from "./membership.ts";
import { hashedMembership, integerKey, loopingMembership } from "./membership.ts";

type Node<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

export function operandList(operands: readonly Operand[]): string {
  return `[${operands.map((each) => each.js).join(", ")}]`;
}

export function makerOf({ multidims }: Node<"array">): typeof arrayFromElements {
  return multidims ? arrayFromArrays : arrayFromElements;
}

/** Longer lists of parameters are read by a loop: their source text takes longer to compile. */
const WRITTEN_MAX = 64;

export type Given = Node<"const"> | Node<"param">;

export function isGiven(expr: Expr): expr is Given {
  return expr.kind === "const" || expr.kind === "param";
}

export function givenValues(exprs: readonly Given[]): (context: EvaluationContext) => Datum[] {
  return ({ params }) =>
    exprs.map((each) => (each.kind === "const" ? each.value : (params[each.number - 1] as Datum)));
}

export function emitArray(emitter: Emitter, expr: Node<"array">): Operand {
  const values = expr.elements.flatMap((each) => (each.kind === "const" ? [each.value] : []));
  if (values.length === expr.elements.length) {
    // An IN list may have thousands of constants; they need no source text.
    return {
      js: emitter.builder.constant(makerOf(expr)(expr.elementType, values)),
      nullable: false,
    };
  }
  const { builder } = emitter;
  const make = builder.constant(makerOf(expr));
  if (expr.elements.length > WRITTEN_MAX && expr.elements.every(isGiven)) {
    const given = builder.constant(givenValues(expr.elements));
    return builder.assign(`${make}(${expr.elementType}, ${given}(ctx))`, false);
  }
  const operands = expr.elements.map((element) => emitter.emit(element));
  return builder.assign(`${make}(${expr.elementType}, ${operandList(operands)})`, false);
}

function fieldOf(record: RecordValue | null, field: number): Datum {
  return record === null ? null : (record.fields[field] ?? null);
}

export function emitFieldSelect(emitter: Emitter, expr: Node<"fieldSelect">): Operand {
  const operand = emitter.emit(expr.arg);
  const { builder } = emitter;
  return builder.assign(`${builder.constant(fieldOf)}(${operand.js}, ${expr.field})`, true);
}

function emitBounds(emitter: Emitter, bounds: readonly (Expr | undefined)[]): string {
  const texts = bounds.map((bound) => (bound === undefined ? "undefined" : emitter.emit(bound).js));
  return `[${texts.join(", ")}]`;
}

const JSONB = 3802;
const INT4 = 23;
const TEXT = 25;
const JSONB_EXTRACT_PATH = 3217;

/** jsonb[a][b] is the path {a,b}; any null on it makes the result null. */
function emitJsonbSubscript(emitter: Emitter, expr: Node<"subscript">): Operand {
  const { builder } = emitter;
  const container = emitter.emit(expr.container);
  const path = emitBounds(emitter, expr.upper);
  if (expr.value !== undefined) {
    const value = emitter.emit(expr.value);
    const isList = expr.upper[0]?.type === INT4;
    const assign = builder.constant(jsonbWithElement);
    return builder.assign(
      `${assign}(ctx, ${container.js}, ${path}, ${value.js}, ${isList})`,
      false,
    );
  }
  const types = { argTypes: [JSONB, 1009], resultType: JSONB };
  const extract = implementationOf(JSONB_EXTRACT_PATH, types);
  const follow = (context: EvaluationContext, value: Datum, steps: readonly Datum[]): Datum => {
    if (value === null || steps.includes(null)) return null;
    return extract(
      context,
      value,
      makeArray(
        TEXT,
        steps.map((step) => `${step as string | number}`),
      ),
    );
  };
  return builder.assign(`${builder.constant(follow)}(ctx, ${container.js}, ${path})`, true);
}

export function emitSubscript(emitter: Emitter, expr: Node<"subscript">): Operand {
  if (baseTypeOid(expr.container.type) === JSONB) return emitJsonbSubscript(emitter, expr);
  const { builder } = emitter;
  const element = subscriptedTypeOid(expr.container.type);
  if (element === 0) throw new InvariantError("subscript of a type that has none");
  const container = emitter.emit(expr.container);
  const upper = emitBounds(emitter, expr.upper);
  if (expr.lower !== undefined) {
    const lower = emitBounds(emitter, expr.lower);
    if (expr.value !== undefined) {
      const value = emitter.emit(expr.value);
      const assign = builder.constant(withSlice);
      const bounds = `{ lower: ${lower}, upper: ${upper} }`;
      return builder.assign(`${assign}(${container.js}, ${bounds}, ${value.js}, ${element})`, true);
    }
    return builder.assign(
      `${builder.constant(sliceOf)}(${container.js}, ${lower}, ${upper})`,
      true,
    );
  }
  if (expr.value === undefined) {
    return builder.assign(`${builder.constant(elementAt)}(${container.js}, ${upper})`, true);
  }
  const value = emitter.emit(expr.value);
  const assign = builder.constant(withElement);
  return builder.assign(`${assign}(${container.js}, ${upper}, ${value.js}, ${element})`, false);
}

/** Whether the array is the same for all rows of a statement. */
export function isOnePerStatement(expr: Expr): boolean {
  const perRow = (node: Expr): boolean =>
    node.kind === "slot" || node.kind === "caseTest" || node.kind === "execParam";
  return !someExpr(expr, perRow) && volatility(expr) !== "volatile";
}

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);

/** Hashing needs equal keys for equal values, which one type's = guarantees. */
function membershipKey(operator: number, name: string, element: number): MembershipKey | undefined {
  const found = operatorByOid(operator);
  if (found === undefined || found.name !== name || found.right !== element) return undefined;
  if (found.left !== found.right) {
    return INTEGERS.has(found.left) && INTEGERS.has(found.right) ? integerKey : undefined;
  }
  const type = requireSqlType(element);
  return (value) => type.hashKey(value);
}

export function membershipTest(expr: Node<"scalarArrayOp">): MembershipTest {
  const element = baseElementTypeOid(expr.array.type);
  const compare = implementationOf(expr.proc, {
    argTypes: [expr.scalar.type, element],
    resultType: 16,
  });
  const keyOf = membershipKey(expr.operator, expr.any ? "=" : "<>", element);
  if (keyOf === undefined || !isOnePerStatement(expr.array)) {
    return loopingMembership(compare, expr.any);
  }
  return hashedMembership(keyOf, expr.any, compare);
}

/** Computes the array once per context, so that the set that is made of it can be kept. */
export function oncePerContext(evaluate: EvaluateArray): EvaluateArray {
  let last: { readonly context: EvaluationContext; readonly value: Datum } | undefined;
  return (row, context) => {
    if (last?.context !== context) last = { context, value: evaluate(row, context) };
    return last.value;
  };
}

export type EvaluateArray = (row: readonly Datum[], context: EvaluationContext) => Datum;

/** `compile` makes a function of its own of the array when it is not read as it is. */
export function emitScalarArrayOp(
  emitter: Emitter,
  expr: Node<"scalarArrayOp">,
  compile: (array: Expr) => EvaluateArray,
): Operand {
  const { builder } = emitter;
  const scalar = emitter.emit(expr.scalar);
  const isRead = expr.array.kind === "const" || expr.array.kind === "param";
  const array =
    isRead || !isOnePerStatement(expr.array)
      ? emitter.emit(expr.array)
      : builder.assign(`${builder.constant(oncePerContext(compile(expr.array)))}(row, ctx)`, true);
  const test = builder.constant(membershipTest(expr));
  return builder.assign(`${test}(ctx, ${scalar.js}, ${array.js})`, true);
}
