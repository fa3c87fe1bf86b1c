/** Calls: strictness, inlined operators, VARIADIC arrays spread at run time. */
import { featureNotSupported } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { type ProcRow, requireProc } from "../../catalog/proc-catalog.ts";
import { baseElementTypeOid } from "../../catalog/type-catalog.ts";
import type { Implementation } from "../../functions/registry.ts";
import { findVariadic } from "../../functions/registry.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import { collationOfCollated } from "../../types/collated-type.ts";
import { implementationOf } from "../implementations.ts";
import type { Call, Expr, Routine } from "../tree.ts";
import { type Emitter, NULL_OPERAND, type Operand } from "./code-builder.ts";
import { inlineOperator } from "./inline-operators.ts";

function isNullConstant(operand: Operand): boolean {
  return operand.js === "null";
}

/** `a === null || b === null` over those that can be null; undefined when none can. */
export function anyNull(operands: readonly Operand[]): string | undefined {
  const tests = operands.filter((each) => each.nullable).map((each) => `${each.js} === null`);
  return tests.length === 0 ? undefined : tests.join(" || ");
}

export interface ProcCall {
  readonly proc: number;
  readonly operands: readonly Operand[];
  readonly argTypes: readonly number[];
  readonly resultType: number;
}

/** A call over operands that were emitted already. */
export function emitProcCall(emitter: Emitter, call: ProcCall): Operand {
  const proc = requireProc(call.proc);
  if (proc.strict && call.operands.some(isNullConstant)) return NULL_OPERAND;
  const isCollated = call.argTypes.some((type) => collationOfCollated(type) !== undefined);
  const inline = isCollated ? undefined : inlineOperator(proc.source);
  if (inline !== undefined) return emitInline(emitter, inline, call);
  const { builder } = emitter;
  const types = { argTypes: call.argTypes, resultType: call.resultType };
  const name = builder.constant(implementationOf(call.proc, types));
  const text = `${name}(${["ctx", ...call.operands.map((each) => each.js)].join(", ")})`;
  const nullTest = proc.strict ? anyNull(call.operands) : undefined;
  return builder.assign(nullTest === undefined ? text : `${nullTest} ? null : ${text}`, true);
}

function emitInline(
  { builder }: Emitter,
  inline: NonNullable<ReturnType<typeof inlineOperator>>,
  { operands }: ProcCall,
): Operand {
  const [a, b] = operands;
  const nullTest = anyNull(operands);
  const out = builder.declare("null");
  if (nullTest !== undefined) builder.line(`if (!(${nullTest})) {`);
  inline(builder, out, a?.js ?? "", b?.js ?? "");
  if (nullTest !== undefined) builder.line("}");
  return { js: out, nullable: nullTest !== undefined };
}

/** VARIADIC NULL: format() then has no arguments, other functions give NULL. */
function withoutArray(proc: ProcRow, context: EvaluationContext, args: readonly Datum[]): Datum {
  if (proc.source !== "text_format") return null;
  const fixed = args.slice(0, -1);
  return implementationOf(proc.oid, { argTypes: [], resultType: 0 })(context, ...fixed);
}

/** VARIADIC "any" with an array given: the number of arguments is known at run time only. */
function variadicImplementation(
  proc: ProcRow,
  argTypes: readonly number[],
  resultType: number,
): Implementation {
  const element = baseElementTypeOid(argTypes.at(-1) ?? 0);
  const variadic = findVariadic(proc.source, element);
  if (variadic === undefined) return spreadingImplementation(proc, argTypes, resultType);
  return (context: EvaluationContext, ...args: Datum[]): Datum => {
    const array = args.at(-1) as ArrayValue | null | undefined;
    if (array === null || array === undefined) return withoutArray(proc, context, args);
    return variadic(context, args.slice(0, -1), array.elements);
  };
}

/** One implementation per length. */
function spreadingImplementation(
  proc: ProcRow,
  argTypes: readonly number[],
  resultType: number,
): Implementation {
  const fixed = argTypes.slice(0, -1);
  const element = baseElementTypeOid(argTypes.at(-1) ?? 0);
  const byLength = new Map<number, Implementation>();
  return (context: EvaluationContext, ...args: Datum[]): Datum => {
    const array = args.at(-1) as ArrayValue | null | undefined;
    if (array === null || array === undefined) return withoutArray(proc, context, args);
    const length = array.elements.length;
    let implementation = byLength.get(length);
    if (implementation === undefined) {
      const types = [...fixed, ...array.elements.map(() => element)];
      implementation = implementationOf(proc.oid, { argTypes: types, resultType });
      byLength.set(length, implementation);
    }
    return implementation(context, ...args.slice(0, -1), ...array.elements);
  };
}

const ANY = 2276;

/** A function of the user's: it has to be computable from its arguments alone. */
function emitRoutine(emitter: Emitter, routine: Routine, operands: readonly Operand[]): Operand {
  const { implementation } = routine;
  if (implementation === undefined) throw unplannedRoutine(routine);
  if (routine.strict && operands.some(isNullConstant)) return NULL_OPERAND;
  const { builder } = emitter;
  const name = builder.constant(implementation);
  const text = `${name}(${["ctx", ...operands.map((each) => each.js)].join(", ")})`;
  const nullTest = routine.strict ? anyNull(operands) : undefined;
  return builder.assign(nullTest === undefined ? text : `${nullTest} ? null : ${text}`, true);
}

function unplannedRoutine({ name, argTypes }: Routine): Error {
  const signature = `${name}(${argTypes.map((type) => formatType(type)).join(", ")})`;
  return featureNotSupported(`a call of ${signature}, which reads or writes data, in this place`);
}

export function emitCall(emitter: Emitter, expr: Call): Operand {
  if (expr.answer !== undefined) {
    return expr.answer === null
      ? NULL_OPERAND
      : { js: JSON.stringify(expr.answer), nullable: false };
  }
  const operands = expr.args.map((arg: Expr) => emitter.emit(arg));
  if (expr.routine !== undefined) return emitRoutine(emitter, expr.routine, operands);
  const argTypes = expr.args.map((arg) => arg.type);
  const proc = requireProc(expr.proc);
  if (expr.variadicArray === true && proc.variadic === ANY) {
    const { builder } = emitter;
    const name = builder.constant(variadicImplementation(proc, argTypes, expr.type));
    return builder.assign(`${name}(ctx, ${operands.map((each) => each.js).join(", ")})`, true);
  }
  const call = { proc: expr.proc, operands, argTypes, resultType: expr.type };
  return expr.once === true ? emitOnce(emitter, call) : emitProcCall(emitter, call);
}

/** One value per execution. */
function emitOnce({ builder }: Emitter, call: ProcCall): Operand {
  const types = { argTypes: call.argTypes, resultType: call.resultType };
  const implementation = implementationOf(call.proc, types);
  const { strict } = requireProc(call.proc);
  const site = {};
  const once = (context: EvaluationContext, ...args: Datum[]): Datum => {
    const compute = (): Datum =>
      strict && args.includes(null) ? null : implementation(context, ...args);
    return context.longCalls === undefined ? compute() : context.longCalls.once(site, compute);
  };
  const name = builder.constant(once);
  const operands = ["ctx", ...call.operands.map((each) => each.js)].join(", ");
  return builder.assign(`${name}(${operands})`, true);
}
