/**
 * What functions that take any type ask of a type: its text and its order. Looked up at the first
 * use, so that a call site can be compiled before types are registered.
 */
import { requireSqlType, textWriter } from "../expression/type-io.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { equalityOf } from "../types/equality.ts";
import type { Equality } from "../types/equality.ts";
import type { SqlType } from "../types/sql-type.ts";
import type { Datum } from "../values/datum.ts";

export type OutputFunction = (context: EvaluationContext, value: Datum) => string;
export type CompareFunction = (a: Datum, b: Datum) => number;

export function outputFunction(type: number): OutputFunction {
  let write: OutputFunction | undefined;
  return (context, value) => (write ??= textWriter(type))(context, value);
}

export function equalFunction(type: number): Equality {
  let equal: Equality | undefined;
  return (a, b) => (equal ??= equalityOf(requireSqlType(type)))(a, b);
}

export function compareFunction(type: number): CompareFunction {
  let found: SqlType | undefined;
  return (a, b) => (found ??= requireSqlType(type)).compare(a, b);
}
