/**
 * Expressions and values as JSON text, for pushdown to storage nodes and for the catalog. Values
 * that JSON has no form for are tagged: the text depends on no type registry and on no setting.
 */
import type { Datum, Numeric } from "../values/datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  isNumericValue,
  makeNumeric,
} from "../values/numeric.ts";
import type { Expr } from "./tree.ts";

const TAG = "$";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function encodeValue(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "bigint") return { [TAG]: "n", v: value.toString() };
  if (value instanceof Uint8Array) return { [TAG]: "b", v: Buffer.from(value).toString("base64") };
  if (Array.isArray(value))
    return value.map((item) => (item === undefined ? undefinedMark() : encodeValue(item)));
  if (typeof value !== "object") throw new Error(`cannot serialize a ${typeof value}`);
  if (isNumericValue(value)) return encodeNumeric(value);
  const result: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) result[key] = encodeValue(field);
  }
  return result;
}

function encodeNumeric({ tag, kind, coefficient, scale }: Numeric): Json {
  return { tag, kind, coefficient: encodeValue(coefficient), scale };
}

const SPECIAL_NUMERICS: ReadonlyMap<unknown, Numeric> = new Map([
  ["nan", NUMERIC_NAN],
  ["infinity", NUMERIC_INFINITY],
  ["-infinity", NUMERIC_NEGATIVE_INFINITY],
]);

function decodeNumeric(fields: Readonly<Record<string, unknown>>): Numeric {
  const special = SPECIAL_NUMERICS.get(fields["kind"]);
  return special ?? makeNumeric(fields["coefficient"] as bigint, fields["scale"] as number);
}

function undefinedMark(): Json {
  return { [TAG]: "u" };
}

function encodeNumber(value: number): Json {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { [TAG]: "f", v: Object.is(value, -0) ? "-0" : String(value) };
}

function decodeTagged(tag: Json, value: Json | undefined): unknown {
  if (tag === "u") return undefined;
  if (typeof value !== "string") throw new Error("malformed value in a serialized expression");
  if (tag === "n") return BigInt(value);
  if (tag === "b") return new Uint8Array(Buffer.from(value, "base64"));
  if (tag === "f") return Number(value);
  throw new Error("malformed value in a serialized expression");
}

function decodeValue(json: Json): unknown {
  if (json === null || typeof json !== "object") return json;
  if (isList(json)) return json.map(decodeValue);
  const tag = json[TAG];
  if (tag !== undefined) return decodeTagged(tag, json["v"]);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) result[key] = decodeValue(value);
  return result["tag"] === "numeric" ? decodeNumeric(result) : result;
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/** Any plain data made of expressions, values, lists and objects. A SubLink has no such form. */
export function serializePlain(value: unknown): string {
  return JSON.stringify(encodeValue(value));
}

/** Inverse of serializePlain; the caller knows what it wrote. */
export function deserializePlain(text: string): unknown {
  return decodeValue(JSON.parse(text) as Json);
}

export function serializeExpr(expr: Expr): string {
  return serializePlain(expr);
}

/** Only for text that serializeExpr of this version wrote. */
export function deserializeExpr(text: string): Expr {
  return deserializePlain(text) as Expr;
}

export function serializeDatum(value: Datum): string {
  return serializePlain(value);
}

export function deserializeDatum(text: string): Datum {
  return deserializePlain(text) as Datum;
}
