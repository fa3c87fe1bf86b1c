/** The SQL spelling of a type, as format_type() and error messages have it. */
import { quoteIdentifier } from "../expression/quote-identifier.ts";
import { isUserType } from "../types/user/type-ids.ts";
import { PG_CATALOG } from "./namespaces.ts";
import { elementTypeOid, schemaOfType, typeRow } from "./type-catalog.ts";

const SPELLED: Readonly<Record<number, string>> = {
  16: "boolean",
  20: "bigint",
  21: "smallint",
  23: "integer",
  700: "real",
  701: "double precision",
  1043: "character varying",
  1083: "time without time zone",
  1114: "timestamp without time zone",
  1184: "timestamp with time zone",
  1186: "interval",
  1266: "time with time zone",
  1560: "bit",
  1562: "bit varying",
  1700: "numeric",
};
/** int2vector and oidvector are arrays with a name of their own. */
const VECTORS: ReadonlySet<number> = new Set([22, 30]);
const BPCHAR = 1042;
const VARCHAR = 1043;
const BIT = 1560;
const VARBIT = 1562;
const NUMERIC = 1700;
const INTERVAL = 1186;
const INTERVAL_FULL_RANGE = 0x7fff;
const INTERVAL_FULL_PRECISION = 0xffff;
const ZONED: Readonly<Record<number, readonly [string, string]>> = {
  1083: ["time", "without time zone"],
  1114: ["timestamp", "without time zone"],
  1184: ["timestamp", "with time zone"],
  1266: ["time", "with time zone"],
};
const INTERVAL_FIELDS: Readonly<Record<number, string>> = {
  [1 << 2]: " year",
  [1 << 1]: " month",
  [1 << 3]: " day",
  [1 << 10]: " hour",
  [1 << 11]: " minute",
  [1 << 12]: " second",
  [(1 << 2) | (1 << 1)]: " year to month",
  [(1 << 3) | (1 << 10)]: " day to hour",
  [(1 << 3) | (1 << 10) | (1 << 11)]: " day to minute",
  [(1 << 3) | (1 << 10) | (1 << 11) | (1 << 12)]: " day to second",
  [(1 << 10) | (1 << 11)]: " hour to minute",
  [(1 << 10) | (1 << 11) | (1 << 12)]: " hour to second",
  [(1 << 11) | (1 << 12)]: " minute to second",
};

function intervalName(typmod: number): string {
  const fields = (typmod >> 16) & INTERVAL_FULL_RANGE;
  const precision = typmod & 0xffff;
  const range = fields === INTERVAL_FULL_RANGE ? "" : (INTERVAL_FIELDS[fields] ?? "");
  return `interval${range}${precision === INTERVAL_FULL_PRECISION ? "" : `(${precision})`}`;
}

function numericName(typmod: number): string {
  const packed = typmod - 4;
  // Scale is an 11-bit signed field (numeric(3,-2) is allowed).
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  return `numeric(${(packed >> 16) & 0xffff},${scale})`;
}

function withTypmod(type: number, typmod: number): string {
  if (type === BPCHAR) return `character(${typmod - 4})`;
  if (type === VARCHAR) return `character varying(${typmod - 4})`;
  if (type === BIT) return `bit(${typmod})`;
  if (type === VARBIT) return `bit varying(${typmod})`;
  if (type === NUMERIC) return numericName(typmod);
  if (type === INTERVAL) return intervalName(typmod);
  const zoned = ZONED[type];
  return zoned === undefined ? formatType(type) : `${zoned[0]}(${typmod}) ${zoned[1]}`;
}

/** `typmod` undefined: as format_type_be; -1: as format_type(oid, -1), where bpchar shows itself. */
export function formatType(type: number, typmod?: number): string {
  if (type === 0) return "-";
  const row = typeRow(type);
  if (row === undefined) return "???";
  const element = VECTORS.has(type) ? 0 : elementTypeOid(type);
  if (element !== 0) return `${formatType(element, typmod)}[]`;
  if (typmod !== undefined && typmod >= 0) return withTypmod(type, typmod);
  if (type === BPCHAR) return typmod === undefined ? "character" : quoteIdentifier("bpchar");
  const spelled = SPELLED[type];
  if (spelled !== undefined) return type === BIT && typmod !== undefined ? '"bit"' : spelled;
  if (isUserType(type)) return userTypeName(type, row.name);
  // What is built in and not in pg_catalog is in information_schema.
  if (row.namespace !== PG_CATALOG) return nameInSchema("information_schema", row.name);
  return quoteIdentifier(row.name);
}

/** The type that a name alone stands for. */
export type TypeFinder = (name: string) => number | undefined;

/** Schemas whose types and functions need no qualification in texts; the session at work sets it. */
let visibleSchemas: readonly string[] = ["public"];
let typeNamed: TypeFinder = () => undefined;

/** Only texts depend on it: names in errors and in what format_type() prints. */
export function setVisibleNames(schemas: readonly string[], findType: TypeFinder): void {
  visibleSchemas = schemas;
  typeNamed = findType;
}

/** Whether names in the schema need no qualification. */
export function isVisibleSchema(schema: string): boolean {
  return visibleSchemas.includes(schema);
}

/** Another type of the name, in a schema before its own, hides it. */
function userTypeName(type: number, name: string): string {
  const schema = schemaOfType(type) ?? "public";
  const found = isVisibleSchema(schema) ? typeNamed(name) : undefined;
  if (found !== undefined && found !== type) return qualifiedName(schema, name);
  return nameInSchema(schema, name);
}

function qualifiedName(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** With the schema where the name alone would not be found. */
export function nameInSchema(schema: string, name: string): string {
  return isVisibleSchema(schema) ? quoteIdentifier(name) : qualifiedName(schema, name);
}
