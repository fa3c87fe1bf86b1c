/**
 * SQL names of types with their modifiers: format_type.
 */
import { numericTypmodPrecision, numericTypmodScale } from "../values/numeric.ts";
import { rangeText } from "../values/interval.ts";
import * as oids from "./oids.ts";
import { findType } from "./type-registry.ts";

/** Types whose SQL name differs from pg_type.typname. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [oids.BOOL, "boolean"],
  [oids.INT2, "smallint"],
  [oids.INT4, "integer"],
  [oids.INT8, "bigint"],
  [oids.FLOAT4, "real"],
  [oids.FLOAT8, "double precision"],
  [oids.CHAR, '"char"'],
  [oids.VARCHAR, "character varying"],
]);

/** format_type(oid, typmod); a typmod below 0 stands for none. "???" for an unknown type. */
export function formatType(oid: number, typmod = -1): string {
  if (oid === 0) return "-";
  const element = oids.elementTypeOf(oid);
  if (element !== 0) return `${formatType(element, typmod)}[]`;
  return modifiedName(oid, typmod) ?? NAMES.get(oid) ?? findType(oid)?.name ?? "???";
}

function modifiedName(oid: number, typmod: number): string | undefined {
  switch (oid) {
    case oids.NUMERIC:
      if (typmod < 4) return "numeric";
      return `numeric(${numericTypmodPrecision(typmod)},${numericTypmodScale(typmod)})`;
    case oids.VARCHAR:
      return typmod > 4 ? `character varying(${typmod - 4})` : undefined;
    case oids.BPCHAR:
      return typmod > 4 ? `character(${typmod - 4})` : typmod < 0 ? "bpchar" : "character";
    case oids.TIME:
      return `time${precision(typmod)} without time zone`;
    case oids.TIMETZ:
      return `time${precision(typmod)} with time zone`;
    case oids.TIMESTAMP:
      return `timestamp${precision(typmod)} without time zone`;
    case oids.TIMESTAMPTZ:
      return `timestamp${precision(typmod)} with time zone`;
    case oids.INTERVAL:
      return intervalName(typmod);
    default:
      return undefined;
  }
}

function precision(typmod: number): string {
  return typmod < 0 ? "" : `(${typmod})`;
}

function intervalName(typmod: number): string {
  if (typmod < 0) return "interval";
  const digits = typmod & 0xffff;
  const range = rangeText((typmod >> 16) & 0x7fff);
  return `interval${range}${digits === 0xffff ? "" : `(${digits})`}`;
}
