/**
 * The in-memory form of SQL values, one JavaScript shape per PostgreSQL type. Everything that
 * evaluates, compares, sorts or encodes a value agrees on this table and on nothing else:
 *
 * | SQL type                                     | Datum                                          |
 * |----------------------------------------------|------------------------------------------------|
 * | NULL of any type                             | null                                           |
 * | bool                                         | boolean                                        |
 * | int2, int4, oid, xid, cid, reg*              | number (integer)                               |
 * | int8                                         | bigint                                         |
 * | float4, float8                               | number (float4 always Math.fround-ed)          |
 * | numeric                                      | Numeric                                        |
 * | text, varchar, bpchar, name, "char", json, cstring, unknown | string                          |
 * | bytea                                        | Uint8Array                                     |
 * | uuid                                         | string, canonical lower case with dashes       |
 * | date                                         | number, days since 2000-01-01, or ±Infinity    |
 * | time                                         | number, microseconds since midnight            |
 * | timetz                                       | TimeTz                                         |
 * | timestamp, timestamptz                       | bigint, microseconds since 2000-01-01 (UTC)    |
 * |                                              | infinities are TIMESTAMP_(NEGATIVE_)INFINITY   |
 * | interval                                     | Interval                                       |
 * | jsonb                                        | Jsonb                                          |
 * | any array                                    | ArrayValue                                     |
 * | record, composite                            | RecordValue                                    |
 * | bit, varbit                                  | string of the digits 0 and 1                   |
 * | inet, cidr                                   | NetworkAddress                                 |
 * | macaddr, macaddr8                            | string, lower case hexadecimal with colons     |
 * | ranges, multiranges                          | RangeValue, MultirangeValue                    |
 * | jsonpath                                     | JsonPath                                       |
 *
 * bpchar values carry no trailing blanks beyond what was stored: they are kept padded to their
 * declared length, as PostgreSQL keeps them. A Datum never carries its type; the expression or
 * column that it came from does.
 */
export type Datum =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Numeric
  | TimeTz
  | Interval
  | Jsonb
  | ArrayValue
  | RecordValue
  | NetworkAddress
  | RangeValue
  | MultirangeValue
  | JsonPath;

/** One row: a value per output column, in order. Shared, never mutated after it was produced. */
export type Row = readonly Datum[];

/**
 * An exact decimal: `coefficient * 10^-scale` when `kind` is "finite". `scale` (0..16383) is the
 * display scale and is part of the value's text, not of its equality (1.0 = 1.00).
 * PostgreSQL 16 manual, section 8.1.2.
 */
export interface Numeric {
  readonly tag: "numeric";
  readonly kind: "finite" | "nan" | "infinity" | "-infinity";
  readonly coefficient: bigint;
  /** The coefficient where it is finite and a safe integer: arithmetic then needs no bigint. */
  readonly small: number | undefined;
  readonly scale: number;
}

/** Microseconds since midnight local to `zone`, which is seconds WEST of UTC as PostgreSQL has it. */
export interface TimeTz {
  readonly tag: "timetz";
  readonly micros: number;
  readonly zone: number;
}

/** Three independent fields; comparison treats a month as 30 days and a day as 24 hours. */
export interface Interval {
  readonly tag: "interval";
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/** Object keys are unique and sorted as jsonb sorts them: by UTF-8 byte length, then by bytes. */
export type JsonbNode =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: Numeric }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly JsonbNode[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonbNode])[] };

export interface Jsonb {
  readonly tag: "jsonb";
  readonly root: JsonbNode;
}

/**
 * `elements` is flat in row-major order; `dims` is empty for the empty array, and
 * `lowerBounds` is as long as `dims`.
 */
export interface ArrayValue {
  readonly tag: "array";
  readonly elementType: number;
  readonly dims: readonly number[];
  readonly lowerBounds: readonly number[];
  readonly elements: readonly Datum[];
}

export interface RecordValue {
  readonly tag: "record";
  readonly types: readonly number[];
  readonly fields: readonly Datum[];
  /** Column names of a row of a relation; ROW() has none and shows f1, f2, ... as JSON. */
  readonly names?: readonly string[];
  /** The named composite type that it is of; absent for an anonymous record. */
  readonly type?: number;
}

/** `bits` is the length of the netmask; `address` an unsigned number of 32 or 128 bits. */
export interface NetworkAddress {
  readonly tag: "network";
  readonly version: 4 | 6;
  readonly bits: number;
  readonly address: bigint;
}

/**
 * Bounds in canonical form. A bound that is null is infinite and not inclusive; the empty range has
 * two such bounds.
 */
export interface RangeValue {
  readonly tag: "range";
  readonly empty: boolean;
  readonly lower: Datum;
  readonly upper: Datum;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

/** Ordered, not empty, and neither touching nor overlapping each other. */
export interface MultirangeValue {
  readonly tag: "multirange";
  readonly ranges: readonly RangeValue[];
}

export interface JsonPath {
  readonly tag: "jsonpath";
  readonly lax: boolean;
  readonly root: PathNode;
}

export type PathOperator =
  | "and"
  | "or"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "startsWith";

/** Accessors apply to what `of` yields, which is the root for the first one of a chain. */
export type PathNode =
  | { readonly kind: "root" | "current" | "last" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "literal"; readonly value: JsonbNode }
  | { readonly kind: "key"; readonly of: PathNode; readonly key: string }
  | { readonly kind: "anyKey" | "anyItem"; readonly of: PathNode }
  | {
      readonly kind: "deep";
      readonly of: PathNode;
      /** -1 for last. */
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: "index"; readonly of: PathNode; readonly subscripts: readonly PathSubscript[] }
  | { readonly kind: "method"; readonly of: PathNode; readonly name: string }
  | { readonly kind: "datetime"; readonly of: PathNode; readonly template?: string }
  | { readonly kind: "filter"; readonly of: PathNode; readonly condition: PathNode }
  | { readonly kind: "exists" | "not" | "isUnknown"; readonly arg: PathNode }
  | { readonly kind: "plus" | "minus"; readonly arg: PathNode }
  | {
      readonly kind: "binary";
      readonly operator: PathOperator;
      readonly left: PathNode;
      readonly right: PathNode;
    }
  | {
      readonly kind: "likeRegex";
      readonly arg: PathNode;
      readonly pattern: string;
      readonly flags: string;
    };

export interface PathSubscript {
  readonly from: PathNode;
  readonly to?: PathNode;
}

/** int64 maximum and minimum, as PostgreSQL stores 'infinity' and '-infinity'. */
export const TIMESTAMP_INFINITY: bigint = 9223372036854775807n;
export const TIMESTAMP_NEGATIVE_INFINITY: bigint = -9223372036854775808n;
