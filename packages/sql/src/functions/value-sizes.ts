/**
 * pg_column_size: what PostgreSQL's uncompressed form of a value takes in memory. How values are stored
 * here does not show. pg_column_compression: nothing is stored compressed.
 */
import { typeRow } from "../catalog/type-catalog.ts";
import { requireSqlType } from "../expression/type-io.ts";
import { elementTypeOf, BIT, NUMERIC, RECORD, VARBIT } from "../types/oids.ts";
import * as binary from "../types/binary.ts";
import type { ArrayValue, Datum, Numeric, RecordValue } from "../values/datum.ts";
import { registerPolymorphic } from "./registry.ts";

const LENGTH_WORD = 4;
const ARRAY_HEADER = 16;
const DIMENSION = 8;
const NUMERIC_SHORT_SCALE_MAX = 63;

function align(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}

/** Base-10000 digits without zeros at the end behind a header of one or two words of 16 bits. */
function numericSize(value: Numeric): number {
  if (value.kind !== "finite") return LENGTH_WORD + 2;
  const wire = binary.numericBytes(value);
  const [digits, weight] = [binary.readInt2(wire, 0), binary.readInt2(wire, 2)];
  const short = value.scale <= NUMERIC_SHORT_SCALE_MAX && weight >= -64 && weight <= 63;
  return LENGTH_WORD + (short ? 2 : 4) + digits * 2;
}

function arraySize(element: number, { dims, elements }: ArrayValue): number {
  const row = typeRow(element);
  const step = row?.length === 8 ? 8 : row?.length === 2 ? 2 : row?.length === 1 ? 1 : 4;
  const hasNulls = elements.includes(null);
  let size = ARRAY_HEADER + dims.length * DIMENSION;
  if (hasNulls) size = align(size + Math.ceil(elements.length / 8), 8);
  for (const each of elements) {
    if (each !== null) size = align(size + sizeOf(element, each), step);
  }
  return size;
}

const TUPLE_HEADER = 23;

function recordSize({ types, fields }: RecordValue): number {
  const nulls = fields.includes(null) ? Math.ceil(fields.length / 8) : 0;
  let size = align(TUPLE_HEADER + nulls, 8);
  for (const [i, field] of fields.entries()) {
    if (field === null) continue;
    const type = types[i] ?? 0;
    const length = typeRow(type)?.length ?? -1;
    if (length === 2 || length === 4 || length === 8) size = align(size, length);
    else if (length < 0) size = align(size, LENGTH_WORD);
    size += sizeOf(type, field);
  }
  return size;
}

function sizeOf(type: number, value: Datum): number {
  const length = typeRow(type)?.length ?? -1;
  if (length > 0) return length;
  if (type === NUMERIC) return numericSize(value as Numeric);
  if (type === BIT || type === VARBIT)
    return 2 * LENGTH_WORD + Math.ceil((value as string).length / 8);
  const element = elementTypeOf(type);
  if (element !== 0) return arraySize(element, value as ArrayValue);
  if (type === RECORD) return recordSize(value as RecordValue);
  const bytes = requireSqlType(type).send(value).length;
  return length === -2 ? bytes + 1 : bytes + LENGTH_WORD;
}

export function registerValueSizes(): void {
  registerPolymorphic({
    pg_column_size:
      ({ argTypes }) =>
      (_, value: Datum) =>
        sizeOf(argTypes[0] ?? 0, value),
    pg_column_compression: () => () => null,
  });
}
