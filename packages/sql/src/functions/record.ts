/**
 * Comparison of records, field by field; nulls are equal to each other and above everything else.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { typeRow } from "../catalog/type-catalog.ts";
import { requireSqlType } from "../expression/type-io.ts";
import { registerFunctions } from "./registry.ts";
import { FLOAT4, FLOAT8, RECORD } from "../types/oids.ts";
import type { Datum, RecordValue } from "../values/datum.ts";
import { compareFunction, equalFunction } from "./output.ts";

const BY_VALUE_BITS = 64;

/** Values that are passed by value compare as unsigned words, others by their bytes. */
function compareImages(a: RecordValue, b: RecordValue): number {
  for (let i = 0; i < Math.min(a.fields.length, b.fields.length); i++) {
    const order = compareFieldImages(a, b, i);
    if (order !== 0) return order;
  }
  if (a.fields.length === b.fields.length) return 0;
  throw new SqlError("42804", "cannot compare record types with different numbers of columns");
}

function compareFieldImages(a: RecordValue, b: RecordValue, i: number): number {
  const [type = 0, other = 0] = [a.types[i], b.types[i]];
  if (type !== other) {
    throw new SqlError(
      "42804",
      `cannot compare dissimilar column types ${formatType(type)} and ${formatType(other)} at record column ${i + 1}`,
    );
  }
  const [left, right] = [a.fields[i] ?? null, b.fields[i] ?? null];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const [x, y] = [imageOf(type, left), imageOf(type, right)];
  if (typeof x === "bigint" || typeof y === "bigint") return x < y ? -1 : x > y ? 1 : 0;
  return Math.sign(Buffer.compare(x, y));
}

function imageOf(type: number, value: Datum): bigint | Uint8Array {
  if (typeof value === "bigint") return BigInt.asUintN(BY_VALUE_BITS, value);
  const isWhole = typeof value === "number" && Number.isInteger(value);
  if (isWhole && typeRow(type)?.byValue === true && type !== FLOAT4 && type !== FLOAT8) {
    return BigInt.asUintN(BY_VALUE_BITS, BigInt(value));
  }
  return requireSqlType(type).send(value);
}

export function registerRecords(): void {
  const compare = compareFunction(RECORD);
  const equal = equalFunction(RECORD);
  registerFunctions({
    record_eq: (_, a: RecordValue, b: RecordValue) => equal(a, b),
    record_ne: (_, a: RecordValue, b: RecordValue) => !equal(a, b),
    record_lt: (_, a: RecordValue, b: RecordValue) => compare(a, b) < 0,
    record_le: (_, a: RecordValue, b: RecordValue) => compare(a, b) <= 0,
    record_gt: (_, a: RecordValue, b: RecordValue) => compare(a, b) > 0,
    record_ge: (_, a: RecordValue, b: RecordValue) => compare(a, b) >= 0,
    record_image_eq: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) === 0,
    record_image_ne: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) !== 0,
    record_image_lt: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) < 0,
    record_image_le: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) <= 0,
    record_image_gt: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) > 0,
    record_image_ge: (_, a: RecordValue, b: RecordValue) => compareImages(a, b) >= 0,
    btrecordimagecmp: (_, a: RecordValue, b: RecordValue) => compareImages(a, b),
    btrecordcmp: (_, a: RecordValue, b: RecordValue) => Math.sign(compare(a, b)),
  });
}
