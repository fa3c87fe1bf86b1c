/**
 * Comparison of records, field by field; nulls are equal to each other and above everything else.
 */
import { registerFunctions } from "./registry.ts";
import { RECORD } from "../types/oids.ts";
import type { RecordValue } from "../values/datum.ts";
import { compareFunction } from "./output.ts";

export function registerRecords(): void {
  const compare = compareFunction(RECORD);
  registerFunctions({
    record_eq: (_, a: RecordValue, b: RecordValue) => compare(a, b) === 0,
    record_ne: (_, a: RecordValue, b: RecordValue) => compare(a, b) !== 0,
    record_lt: (_, a: RecordValue, b: RecordValue) => compare(a, b) < 0,
    record_le: (_, a: RecordValue, b: RecordValue) => compare(a, b) <= 0,
    record_gt: (_, a: RecordValue, b: RecordValue) => compare(a, b) > 0,
    record_ge: (_, a: RecordValue, b: RecordValue) => compare(a, b) >= 0,
    btrecordcmp: (_, a: RecordValue, b: RecordValue) => Math.sign(compare(a, b)),
  });
}
