/**
 * Text forms of values by type OID, as casts, literals and plan texts need them.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import type { InputSettings, SqlType } from "../types/sql-type.ts";
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext, FormatSettings } from "./evaluation-context.ts";

let findType: (oid: number) => SqlType | undefined = () => undefined;

/** Types come from types/; this keeps the expression tree free of an import cycle. */
export function setTypeLookup(lookup: (oid: number) => SqlType | undefined): void {
  findType = lookup;
}

export function requireSqlType(oid: number): SqlType {
  const type = findType(oid);
  if (type === undefined) throw featureNotSupported(`type ${formatType(oid)}`);
  return type;
}

/** The settings that input functions read. */
export function inputSettings(context: EvaluationContext): InputSettings {
  return { ...context.format, now: context.transactionTime };
}

/** A function that reads values of a type; made once per call site. */
export function textReader(type: number): (context: EvaluationContext, text: string) => Datum {
  const sqlType = requireSqlType(type);
  return (context, text) => sqlType.input(text, -1, inputSettings(context));
}

export function textWriter(type: number): (format: FormatSettings, value: Datum) => string {
  const sqlType = requireSqlType(type);
  return (format, value) => sqlType.output(value, format);
}

/** Reads a literal; errors point at it. `position` is a 0-based offset or -1. */
export function readLiteral(
  context: EvaluationContext,
  type: number,
  text: string,
  typmod: number,
  position: number,
): Datum {
  try {
    return requireSqlType(type).input(text, typmod, inputSettings(context));
  } catch (error) {
    if (error instanceof SqlError && position >= 0) throw error.at(position + 1);
    throw error;
  }
}
