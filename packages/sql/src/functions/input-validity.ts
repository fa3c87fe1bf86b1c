/** pg_input_is_valid and pg_input_error_info: input functions tried without an error. */
import { SqlError } from "@firstlight/common";
import { typeByName } from "../catalog/type-catalog.ts";
import { inputSettings, requireSqlType } from "../expression/type-io.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import * as oids from "../types/oids.ts";
import { makeRecord } from "../values/record.ts";
import { registerFunctions } from "./registry.ts";

/** Spellings of the SQL standard and their names in pg_type. */
const SPELLED: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  smallint: "int2",
  bigint: "int8",
  real: "float4",
  "double precision": "float8",
  float: "float8",
  boolean: "bool",
  decimal: "numeric",
  dec: "numeric",
  "character varying": "varchar",
  character: "bpchar",
  char: "bpchar",
  "bit varying": "varbit",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
  "time with time zone": "timetz",
};
const NAME =
  /^\s*("[^"]+"|[a-z_][a-z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\))?\s*(\[\s*\])?\s*$/i;

interface NamedType {
  readonly oid: number;
  readonly typmod: number;
}

function typmodOf(name: string, length: string | undefined, scale: string | undefined): number {
  if (length === undefined) return name === "bpchar" ? 5 : name === "bit" ? 1 : -1;
  if (name === "numeric") return ((Number(length) << 16) | (Number(scale ?? 0) & 0x7ff)) + 4;
  return name === "varchar" || name === "bpchar" ? Number(length) + 4 : Number(length);
}

function namedType(context: EvaluationContext, text: string): NamedType {
  const match = NAME.exec(text);
  const written = (match?.[1] ?? "").toLowerCase().replace(/\s+/g, " ");
  const name = SPELLED[written] ?? written.replaceAll('"', "");
  const isArray = match?.[4] !== undefined;
  const row = match === null ? undefined : typeByName(isArray ? `_${name}` : name);
  if (row !== undefined) {
    const plainBpchar = written === "bpchar" && match?.[2] === undefined;
    return { oid: row.oid, typmod: plainBpchar ? -1 : typmodOf(name, match?.[2], match?.[3]) };
  }
  const known = context.session?.callCatalogFunction("type_number", [text]) ?? null;
  if (typeof known === "number") return { oid: known, typmod: -1 };
  throw new SqlError("42704", `type "${text}" does not exist`);
}

function inputError(
  context: EvaluationContext,
  text: string,
  typeName: string,
): SqlError | undefined {
  const { oid, typmod } = namedType(context, typeName);
  const type = requireSqlType(oid);
  try {
    type.input(text, typmod, inputSettings(context));
    return undefined;
  } catch (error) {
    if (error instanceof SqlError && !NEVER_CAUGHT.has(error.sqlstate)) return error;
    throw error;
  }
}

/** Not about the input: PostgreSQL's input functions do not give them back either. */
const NEVER_CAUGHT: ReadonlySet<string> = new Set(["0A000", "55P04"]);

const INFO_TYPES = [oids.TEXT, oids.TEXT, oids.TEXT, oids.TEXT];

export function registerInputValidity(): void {
  registerFunctions({
    pg_input_is_valid: (context, text: string, typeName: string) =>
      inputError(context, text, typeName) === undefined,
    pg_input_error_info: (context, text: string, typeName: string) => {
      const error = inputError(context, text, typeName);
      if (error === undefined) return makeRecord(INFO_TYPES, [null, null, null, null]);
      const { detail, hint } = error.fields;
      return makeRecord(INFO_TYPES, [error.message, detail ?? null, hint ?? null, error.sqlstate]);
    },
  });
}
