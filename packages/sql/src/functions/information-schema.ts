/** The functions of information_schema: what type modifiers say in the words of the standard. */
import { formatType } from "../catalog/format-type.ts";
import {
  BPCHAR,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  NUMERIC,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  VARCHAR,
} from "../types/oids.ts";
import { sessionOf } from "./system.ts";
import type { ArrayValue, Datum, RecordValue } from "../values/datum.ts";
import { makeRecord } from "../values/record.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";

const BIT = 1560;
const VARBIT = 1562;
const HEADER = 4;
const UTF8_BYTES_MAX = 4;
const OCTETS_MAX = 1 << 30;
const PRECISION_DEFAULT = 6;
const UNLIMITED = 0xffff;

/** `_pg_name(typid oid, typmod int4)`. */
type OfType = (type: number, typmod: number) => number | string | null;

function isCharacter(type: number): boolean {
  return type === BPCHAR || type === VARCHAR;
}

const charLength: OfType = (type, typmod) => {
  if (typmod === -1) return null;
  if (isCharacter(type)) return typmod - HEADER;
  return type === BIT || type === VARBIT ? typmod : null;
};

const charOctets: OfType = (type, typmod) => {
  if (type !== TEXT && !isCharacter(type)) return null;
  const length = charLength(type, typmod);
  return typeof length === "number" ? length * UTF8_BYTES_MAX : OCTETS_MAX;
};

const BITS: ReadonlyMap<number, number> = new Map([
  [INT2, 16],
  [INT4, 32],
  [INT8, 64],
  [FLOAT4, 24],
  [FLOAT8, 53],
]);

const precision: OfType = (type, typmod) => {
  if (type !== NUMERIC) return BITS.get(type) ?? null;
  return typmod === -1 ? null : ((typmod - HEADER) >> 16) & 0xffff;
};

const radix: OfType = (type) => (type === NUMERIC ? 10 : BITS.has(type) ? 2 : null);

const scale: OfType = (type, typmod) => {
  if (type === INT2 || type === INT4 || type === INT8) return 0;
  return type === NUMERIC && typmod !== -1 ? (typmod - HEADER) & 0xffff : null;
};

const ZONED: ReadonlySet<number> = new Set([TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ]);

const datetimePrecision: OfType = (type, typmod) => {
  if (type === DATE) return 0;
  if (ZONED.has(type)) return typmod < 0 ? PRECISION_DEFAULT : typmod;
  if (type !== INTERVAL) return null;
  const digits = typmod & UNLIMITED;
  return typmod < 0 || digits === UNLIMITED ? PRECISION_DEFAULT : digits;
};

const intervalType: OfType = (type, typmod) => {
  if (type !== INTERVAL) return null;
  const fields = /^interval[()0-9]* (.*)$/u.exec(formatType(type, typmod))?.[1];
  return fields?.toUpperCase() ?? null;
};

const FUNCTIONS: Readonly<Record<string, OfType>> = {
  _pg_char_max_length: charLength,
  _pg_char_octet_length: charOctets,
  _pg_numeric_precision: precision,
  _pg_numeric_precision_radix: radix,
  _pg_numeric_scale: scale,
  _pg_datetime_precision: datetimePrecision,
  _pg_interval_type: intervalType,
};

function fieldOf({ fields, names }: RecordValue, name: string): Datum {
  return fields[names?.indexOf(name) ?? -1] ?? null;
}

/** What the type of a column is below a domain: of rows of pg_attribute and pg_type. */
function belowDomain(ofDomain: string, ofColumn: string) {
  return (_: unknown, column: RecordValue, type: RecordValue): Datum =>
    fieldOf(type, "typtype") === "d" ? fieldOf(type, ofDomain) : fieldOf(column, ofColumn);
}

/** The elements of an array with their places in it, counted from 1. */
function* expandArray(array: ArrayValue): Generator<Datum> {
  for (const [at, element] of array.elements.entries()) {
    yield makeRecord([array.elementType, INT4], [element, at + 1]);
  }
}

export function registerInformationSchema(): void {
  registerSetReturning({
    "_pg_expandarray(anyarray)": () => (_, array: ArrayValue) => expandArray(array),
  });
  registerFunctions({
    "_pg_index_position(oid,int2)": (context, index: number, column: number) =>
      sessionOf(context).callCatalogFunction("_pg_index_position", [index, column]),
    "_pg_truetypid(pg_attribute,pg_type)": belowDomain("typbasetype", "atttypid"),
    "_pg_truetypmod(pg_attribute,pg_type)": belowDomain("typtypmod", "atttypmod"),
  });
  for (const [name, compute] of Object.entries(FUNCTIONS)) {
    registerFunctions({
      [`${name}(oid,int4)`]: (_, type: number, typmod: number) => compute(type, typmod),
    });
  }
}
