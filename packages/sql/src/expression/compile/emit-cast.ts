/** Casts that are not calls: relabelling, by way of text, and of each element of an array. */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { baseElementTypeOid, typeCategory } from "../../catalog/type-catalog.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import { signChange } from "../relabelled.ts";
import type { Expr } from "../tree.ts";
import { textReader, textWriter } from "../type-io.ts";
import type { Emitter, Operand } from "./code-builder.ts";

type Node<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** Types whose value is its own text. */
export function isPlainText(type: number): boolean {
  return typeCategory(type) === "S" || type === 705 || type === 2275 || type === 114;
}

export function emitRelabel(emitter: Emitter, expr: Node<"relabel">): Operand {
  const operand = emitter.emit(expr.arg);
  const change = signChange(expr);
  if (change === undefined) return operand;
  const value = `${operand.js} ${change === "unsigned" ? ">>>" : "|"} 0`;
  const { nullable } = operand;
  return emitter.builder.assign(
    nullable ? `${operand.js} === null ? null : ${value}` : value,
    nullable,
  );
}

export function emitViaIO(emitter: Emitter, expr: Node<"coerceViaIO">): Operand {
  const { builder } = emitter;
  const operand = emitter.emit(expr.arg);
  if (expr.once === true) {
    const name = builder.constant(onceViaIO(expr));
    return builder.assign(`${name}(ctx, ${operand.js})`, true);
  }
  const text = isPlainText(expr.arg.type)
    ? operand.js
    : `${builder.constant(textWriter(expr.arg.type))}(ctx, ${operand.js})`;
  const value = `${builder.constant(textReader(expr.type))}(ctx, ${text})`;
  return operand.nullable
    ? builder.assign(`${operand.js} === null ? null : ${value}`, true)
    : builder.assign(value, false);
}

/** A long value of the statement is converted once in it. */
export function onceViaIO({
  arg,
  type,
}: Node<"coerceViaIO">): (context: EvaluationContext, value: Datum) => Datum {
  const write = isPlainText(arg.type) ? undefined : textWriter(arg.type);
  const read = textReader(type);
  const site = {};
  return (context, value) => {
    if (value === null) return null;
    const convert = (): Datum =>
      read(context, write === undefined ? (value as string) : write(context, value));
    return context.longCalls === undefined ? convert() : context.longCalls.once(site, convert);
  };
}

export type ElementFunction = (
  row: readonly Datum[],
  context: EvaluationContext,
  element: Datum,
) => Datum;

/** `element` was compiled over its caseTest. */
export function emitArrayCoerce(
  emitter: Emitter,
  expr: Node<"arrayCoerce">,
  element: ElementFunction,
): Operand {
  const { builder } = emitter;
  const operand = emitter.emit(expr.arg);
  const elementType = baseElementTypeOid(expr.type);
  if (elementType === 0)
    throw new SqlError("42804", `${formatType(expr.type)} is not an array type`);
  const coerceElements = (
    row: readonly Datum[],
    context: EvaluationContext,
    array: ArrayValue | null,
  ): ArrayValue | null => {
    if (array === null) return null;
    const elements = array.elements.map((each) => element(row, context, each));
    return { ...array, elementType, elements };
  };
  return builder.assign(`${builder.constant(coerceElements)}(row, ctx, ${operand.js})`, true);
}
