/**
 * Text forms of values by type OID, as casts, literals and plan texts need them.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { registeredName, registeredOid } from "../catalog/registered-names.ts";
import type { InputSettings, SqlType } from "../types/sql-type.ts";
import { findType } from "../types/type-registry.ts";
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext } from "./evaluation-context.ts";

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

const REGTYPE = 2206;

/** Types whose names only the session knows; numbers are read and printed without it. */
const SESSION_NAMED: ReadonlyMap<number, string> = new Map([
  [REGTYPE, "regtype"],
  [2205, "regclass"],
  [4096, "regrole"],
  [4089, "regnamespace"],
  [4191, "regcollation"],
]);

function readNamed(context: EvaluationContext, name: string, text: string): Datum | undefined {
  if (/^\s*(\d+|-)\s*$/.test(text)) return undefined;
  const builtin = name === "regtype" ? registeredOid(REGTYPE, text) : undefined;
  if (builtin !== undefined) return builtin;
  return context.session?.callCatalogFunction(`to_${name}_strict`, [text]);
}

/** A function that reads values of a type; made once per call site. */
export function textReader(type: number): (context: EvaluationContext, text: string) => Datum {
  const sqlType = requireSqlType(type);
  const named = SESSION_NAMED.get(type);
  const read = (context: EvaluationContext, text: string): Datum =>
    sqlType.input(text, -1, inputSettings(context));
  if (named === undefined) return read;
  return (context, text) => readNamed(context, named, text) ?? read(context, text);
}

/** A function that prints values of a type; made once per call site. */
export function textWriter(type: number): (context: EvaluationContext, value: Datum) => string {
  const sqlType = requireSqlType(type);
  const named = SESSION_NAMED.get(type);
  if (named === undefined) return (context, value) => sqlType.output(value, context.format);
  return (context, value) => {
    const builtin = type === REGTYPE ? registeredName(REGTYPE, value as number) : undefined;
    const text = builtin ?? context.session?.callCatalogFunction(`${named}out`, [value]);
    return typeof text === "string" ? text : sqlType.output(value, context.format);
  };
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
    const named = SESSION_NAMED.get(type);
    const found = named === undefined ? undefined : readNamed(context, named, text);
    return found ?? requireSqlType(type).input(text, typmod, inputSettings(context));
  } catch (error) {
    if (error instanceof SqlError && position >= 0) throw error.at(position + 1);
    throw error;
  }
}
