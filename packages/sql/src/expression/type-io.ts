/**
 * Text forms of values by type OID, as casts, literals and plan texts need them.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import type { InputSettings, SqlType } from "../types/sql-type.ts";
import { findType } from "../types/type-registry.ts";
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext, FormatSettings } from "./evaluation-context.ts";

export function requireSqlType(oid: number): SqlType {
  const type = findType(oid);
  if (type === undefined) throw featureNotSupported(`type ${formatType(oid)}`);
  return type;
}

/** Contexts live as long as a statement; the settings made from one are kept with it. */
const settingsOf = new WeakMap<EvaluationContext, InputSettings>();

/** The settings that input functions read. */
export function inputSettings(context: EvaluationContext): InputSettings {
  const known = settingsOf.get(context);
  if (known?.now === context.transactionTime) return known;
  const settings = { ...context.format, now: context.transactionTime };
  settingsOf.set(context, settings);
  return settings;
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
