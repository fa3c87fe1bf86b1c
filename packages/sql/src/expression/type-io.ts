/**
 * Text forms of values by type OID, as casts, literals and plan texts need them.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { flatText } from "../functions/long-call.ts";
import { wholeText } from "../types/long-text.ts";
import type { InputSettings, LongOutput, SqlType } from "../types/sql-type.ts";
import { elementTypeOf } from "../types/oids.ts";
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

const REGTYPE = 2206;

/** Types whose names only the session knows; numbers are read and printed without it. */
const SESSION_NAMED: ReadonlyMap<number, string> = new Map([
  [REGTYPE, "regtype"],
  [24, "regproc"],
  [2202, "regprocedure"],
  [2203, "regoper"],
  [2204, "regoperator"],
  [2205, "regclass"],
  [4096, "regrole"],
  [4089, "regnamespace"],
  [4191, "regcollation"],
]);

/** The settings that input functions read. */
export function inputSettings(context: EvaluationContext): InputSettings {
  const known = settingsOf.get(context);
  if (known?.now === context.transactionTime) return known;
  const settings: InputSettings = {
    ...context.format,
    now: context.transactionTime,
    objectOid: (type, text) => oidOf(context, type, text),
    evaluation: context,
    isSchema: context.isSchema ?? false,
  };
  settingsOf.set(context, settings);
  return settings;
}

function oidOf(context: EvaluationContext, type: number, text: string): number | undefined {
  const name = SESSION_NAMED.get(type);
  if (name === undefined) return undefined;
  const oid = context.session?.callCatalogFunction(`to_${name}_strict`, [text]);
  return typeof oid === "number" ? oid : undefined;
}

function nameOf(context: EvaluationContext, type: number, oid: number): string | undefined {
  const named = SESSION_NAMED.get(type);
  if (named === undefined) return undefined;
  const text = context.session?.callCatalogFunction(`${named}out`, [oid]);
  return typeof text === "string" ? text : undefined;
}

/** A function that reads values of a type; made once per call site. */
export function textReader(type: number): (context: EvaluationContext, text: string) => Datum {
  const sqlType = requireSqlType(type);
  return (context, text) => sqlType.input(flatText(context, text), -1, inputSettings(context));
}

/** In steps where that takes long. */
function longWriter(sqlType: SqlType, long: LongOutput): TextWriter {
  return (context, value) => {
    const { longCalls, format } = context;
    if (longCalls === undefined || typeof value === "string" || !long.isLong(value)) {
      return sqlType.output(value, format);
    }
    return longCalls.run(() => wholeText(long.text(value, format)));
  };
}

type TextWriter = (context: EvaluationContext, value: Datum) => string;

/** A function that prints values of a type; made once per call site. */
export function textWriter(type: number): TextWriter {
  const sqlType = requireSqlType(type);
  const element = elementTypeOf(type);
  if (!SESSION_NAMED.has(type) && !SESSION_NAMED.has(element)) {
    const { long } = sqlType;
    if (long !== undefined) return longWriter(sqlType, long);
    return (context, value) => sqlType.output(value, context.format);
  }
  return (context, value) =>
    sqlType.output(value, {
      ...context.format,
      objectName: (named, oid) => nameOf(context, named, oid),
    });
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
