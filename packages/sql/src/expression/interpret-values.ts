/** Closures of casts by way of text, arrays, membership in them, and CURRENT_DATE and its kin. */
import type { ArrayValue, Datum } from "../values/datum.ts";
import {
  givenValues,
  isGiven,
  isOnePerStatement,
  makerOf,
  membershipTest,
  oncePerContext,
} from "./compile/emit-array.ts";
import { isPlainText, onceViaIO } from "./compile/emit-cast.ts";
import { sqlValueOf } from "./compile/emit-sql-value.ts";
import type { Evaluate } from "./compile/compile-tree.ts";
import type { Interpret } from "./interpret-conditionals.ts";
import { allInSteps } from "./list-steps.ts";
import { textReader, textWriter } from "./type-io.ts";
import type { ArrayConstructor, CoerceViaIO, ScalarArrayOp, SqlValueFunction } from "./tree.ts";

export function interpretViaIO(expr: CoerceViaIO, interpret: Interpret): Evaluate | undefined {
  const arg = interpret(expr.arg);
  if (arg === undefined) return undefined;
  if (expr.once === true) {
    const once = onceViaIO(expr);
    return (row, context, tested) => once(context, arg(row, context, tested));
  }
  const write = isPlainText(expr.arg.type) ? undefined : textWriter(expr.arg.type);
  const read = textReader(expr.type);
  return (row, context, tested) => {
    const value = arg(row, context, tested);
    if (value === null) return null;
    return read(context, write === undefined ? (value as string) : write(context, value));
  };
}

export function interpretArray(expr: ArrayConstructor, interpret: Interpret): Evaluate | undefined {
  const { elements, elementType } = expr;
  const make = makerOf(expr);
  const constants = elements.flatMap((each) => (each.kind === "const" ? [each.value] : []));
  if (constants.length === elements.length) {
    const array = make(elementType, constants);
    return () => array;
  }
  if (elements.every(isGiven)) {
    const given = givenValues(elements);
    return (_, context) => make(elementType, given(context));
  }
  const values = allInSteps("elements", elements, interpret);
  if (values === undefined) return undefined;
  return (row, context, tested) =>
    make(
      elementType,
      values.map((value): Datum => value(row, context, tested)),
    );
}

export function interpretMembership(
  expr: ScalarArrayOp,
  interpret: Interpret,
): Evaluate | undefined {
  const scalar = interpret(expr.scalar);
  const written = interpret(expr.array);
  if (scalar === undefined || written === undefined) return undefined;
  const { kind } = expr.array;
  const isRead = kind === "const" || kind === "param" || !isOnePerStatement(expr.array);
  const array: Evaluate = isRead ? written : oncePerContext(written);
  const test = membershipTest(expr);
  return (row, context, tested) => {
    const value = scalar(row, context, tested);
    return test(context, value, array(row, context, tested) as ArrayValue | null);
  };
}

export function interpretSqlValue(expr: SqlValueFunction): Evaluate {
  const compute = sqlValueOf(expr);
  return (_, context) => compute(context);
}
