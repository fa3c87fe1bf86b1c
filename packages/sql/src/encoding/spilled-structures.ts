/**
 * Values that are objects of objects (arrays, records, ranges, jsonb, jsonpath), field by field. They
 * are plain data, numerics in them aside: what has the same fields is the same value.
 */
import { InvariantError } from "@firstlight/common";
import type { Datum, Numeric } from "../values/datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  isNumericValue,
} from "../values/numeric.ts";
import type { SpillReader, SpillWriter } from "./spilled-rows.ts";

const PLAIN = 0;
const LIST = 1;
const RECORD = 2;
const ABSENT = 3;
const SPECIAL_NUMERIC = 4;

const SPECIAL_NUMERICS: readonly Numeric[] = [
  NUMERIC_NAN,
  NUMERIC_INFINITY,
  NUMERIC_NEGATIVE_INFINITY,
];

/** Names that are written as one byte: their position here. Others follow behind OTHER_NAME. */
const NAMES: readonly string[] = [
  "tag",
  "kind",
  "value",
  "items",
  "entries",
  "root",
  "elementType",
  "dims",
  "lowerBounds",
  "elements",
  "types",
  "fields",
  "names",
  "version",
  "bits",
  "address",
  "empty",
  "lower",
  "upper",
  "lowerInclusive",
  "upperInclusive",
  "ranges",
  "coefficient",
  "scale",
  "micros",
  "zone",
  "months",
  "days",
];
const OTHER_NAME = 255;
const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, at) => [name, at]));

/** `value` is a Datum's object or part of one. */
export function writeStructure(writer: SpillWriter, value: unknown): void {
  if (value === undefined) {
    writer.byte(ABSENT);
  } else if (Array.isArray(value)) {
    writer.byte(LIST);
    writer.count(value.length);
    for (const each of value) writeStructure(writer, each);
  } else if (isNumericValue(value) && value.kind !== "finite") {
    writer.byte(SPECIAL_NUMERIC);
    writer.byte(SPECIAL_NUMERICS.indexOf(value));
  } else if (isRecord(value) && !isNumericValue(value)) {
    const entries = Object.entries(value);
    writer.byte(RECORD);
    writer.byte(entries.length);
    for (const [name, field] of entries) {
      writeName(writer, name);
      writeStructure(writer, field);
    }
  } else {
    writer.byte(PLAIN);
    writer.value(value as Datum);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function writeName(writer: SpillWriter, name: string): void {
  const number = NUMBERS.get(name);
  writer.byte(number ?? OTHER_NAME);
  if (number === undefined) writer.text(name);
}

function readPart(reader: SpillReader): unknown {
  switch (reader.byte()) {
    case PLAIN:
      return reader.value();
    case ABSENT:
      return undefined;
    case SPECIAL_NUMERIC:
      return SPECIAL_NUMERICS[reader.byte()];
    case LIST: {
      const list: unknown[] = [];
      for (let left = reader.count(); left > 0; left--) list.push(readPart(reader));
      return list;
    }
    case RECORD: {
      const record: Record<string, unknown> = {};
      for (let left = reader.byte(); left > 0; left--) {
        const number = reader.byte();
        const name = number === OTHER_NAME ? (reader.value() as string) : NAMES[number];
        if (name === undefined) throw new InvariantError("a spilled field without a name");
        record[name] = readPart(reader);
      }
      return record;
    }
    default:
      throw new InvariantError("a spilled structure of no kind");
  }
}

export function readStructure(reader: SpillReader): Datum {
  return readPart(reader) as Datum;
}
