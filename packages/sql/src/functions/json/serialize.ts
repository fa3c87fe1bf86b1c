/**
 * Values of any type as JSON: datum_to_json. One writer is made per type and reused.
 */
import { SqlError } from "@firstlight/common";
import { baseElementTypeOid, baseTypeOid, typeRow } from "../../catalog/type-catalog.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import {
  BOOL,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  JSONB,
  JSON_TYPE,
  NUMERIC,
  RECORD,
  TIMESTAMP,
  TIMESTAMPTZ,
} from "../../types/oids.ts";
import {
  dateToString,
  timestampToString,
  timestampTzToString,
} from "../../values/datetime-output.ts";
import type { ArrayValue, Datum, Jsonb, RecordValue } from "../../values/datum.ts";
import { jsonbToString, quoteJson, quoteJsonSteps } from "../../values/jsonb.ts";
import { LONG, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { outputFunction } from "../output.ts";

export type JsonCategory =
  | "boolean"
  | "number"
  | "datetime"
  | "json"
  | "jsonb"
  | "array"
  | "composite"
  | "text";

const NUMBERS: ReadonlySet<number> = new Set([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]);
const DATETIMES: ReadonlySet<number> = new Set([DATE, TIMESTAMP, TIMESTAMPTZ]);

export function jsonCategory(type: number): JsonCategory {
  const base = baseTypeOid(type);
  if (base === BOOL) return "boolean";
  if (NUMBERS.has(base)) return "number";
  if (DATETIMES.has(base)) return "datetime";
  if (base === JSON_TYPE) return "json";
  if (base === JSONB) return "jsonb";
  if (baseElementTypeOid(type) !== 0) return "array";
  return base === RECORD || typeRow(base)?.kind === "c" ? "composite" : "text";
}

/** `pretty` puts each element of the outermost level on its own line. */
export type JsonWriter = (context: EvaluationContext, value: Datum, pretty?: boolean) => string;

const writers = new Map<number, JsonWriter>();

export function jsonWriter(type: number): JsonWriter {
  let writer = writers.get(type);
  if (writer === undefined) {
    const made = makeWriter(type);
    writer = (context, value, pretty) => (value === null ? "null" : made(context, value, pretty));
    // User-defined types come and go, built-in ones stay.
    if (type < 16384) writers.set(type, writer);
  }
  return writer;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function makeWriter(type: number): JsonWriter {
  const output = outputFunction(baseTypeOid(type));
  switch (jsonCategory(type)) {
    case "boolean":
      return (_, value) => (value === true ? "true" : "false");
    case "number":
      return (context, value) => {
        const text = output(context, value);
        return JSON_NUMBER.test(text) ? text : quoteJson(text);
      };
    case "datetime":
      return (context, value) => quoteJson(isoText(context, baseTypeOid(type), value));
    case "json":
      return (_, value) => value as string;
    case "jsonb":
      return (context, value) => jsonbToString(value as Jsonb, context.longCalls);
    case "array":
      return arrayWriter(baseElementTypeOid(type));
    case "composite":
      return writeRecord;
    case "text":
      return (context, value) => quotedJson(context, output(context, value));
  }
}

/** In steps where it is long. */
export function quotedJson(context: EvaluationContext, text: string): string {
  return text.length <= LONG ? quoteJson(text) : longCall(context, () => quoteJsonSteps(text));
}

/** XSD form whatever DateStyle says: a T, and the zone with minutes. */
export function isoText(context: EvaluationContext, type: number, value: Datum): string {
  const format = { ...context.format, dateStyle: "ISO" } as const;
  if (type === DATE) return dateToString(value as number, format);
  const text =
    type === TIMESTAMP
      ? timestampToString(value as bigint, format)
      : timestampTzToString(value as bigint, format);
  return text.replace(" ", "T").replace(/([+-]\d\d)( BC)?$/, "$1:00$2");
}

const ITEMS_PER_STEP = 4096;

function* itemSteps(
  items: readonly Datum[],
  write: (item: Datum) => string,
  between: string,
): Steps<string> {
  let text = "[";
  for (let from = 0; from < items.length; from += ITEMS_PER_STEP) {
    const parts = items.slice(from, from + ITEMS_PER_STEP).map(write);
    text += (from === 0 ? "" : between) + parts.join(between);
    yield;
  }
  return `${text}]`;
}

function arrayWriter(elementType: number): JsonWriter {
  return (context, value, pretty) => {
    const array = value as ArrayValue;
    const write = jsonWriter(elementType);
    if (array.dims.length === 0) return "[]";
    if (array.dims.length === 1 && array.elements.length > ITEMS_PER_STEP) {
      const between = pretty === true ? ",\n " : ",";
      return longCall(context, () =>
        itemSteps(array.elements, (each) => write(context, each), between),
      );
    }
    let next = 0;
    const level = (depth: number): string => {
      const parts: string[] = [];
      for (let count = array.dims[depth] ?? 0; count > 0; count--) {
        const inner = depth + 1 < array.dims.length;
        parts.push(inner ? level(depth + 1) : write(context, array.elements[next++] ?? null));
      }
      return `[${parts.join(depth === 0 && pretty === true ? ",\n " : ",")}]`;
    };
    return level(0);
  };
}

export function fieldName(record: RecordValue, index: number): string {
  return record.names?.[index] ?? `f${index + 1}`;
}

function writeRecord(context: EvaluationContext, value: Datum, pretty?: boolean): string {
  const record = value as RecordValue;
  const between = pretty === true ? ",\n " : ",";
  let text = "{";
  // Not joined: what is long would be copied now, and made flat once more.
  for (const [index, field] of record.fields.entries()) {
    const write = jsonWriter(record.types[index] ?? 0);
    const key = quoteJson(fieldName(record, index));
    text += `${index === 0 ? "" : between}${key}:${write(context, field)}`;
  }
  return `${text}}`;
}

const COMPOUND: ReadonlySet<JsonCategory> = new Set<JsonCategory>([
  "json",
  "jsonb",
  "array",
  "composite",
]);

/** An object's key from a value of any scalar type. */
export function keyWriter(type: number): (context: EvaluationContext, value: Datum) => string {
  const category = jsonCategory(type);
  const write = jsonWriter(type);
  const output = outputFunction(baseTypeOid(type));
  return (context, value) => {
    if (COMPOUND.has(category)) {
      throw new SqlError("22023", "key value must be scalar, not array, composite, or json");
    }
    if (category === "text") return output(context, value);
    const text = write(context, value);
    return category === "datetime" ? isoText(context, baseTypeOid(type), value) : unquoted(text);
  };
}

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1) : text);
