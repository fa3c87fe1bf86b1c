/**
 * A number that tells two states of a row apart: 32 bits of the stored forms of its columns. A
 * column that is NULL adds nothing, so adding or dropping one leaves the number as it was.
 */
import { hashBytes } from "../functions/hash/jenkins.ts";
import type { Datum } from "../values/datum.ts";
import { rowEncoder } from "./row-encoder.ts";
import { locateColumns } from "./row-layout.ts";

export type RowFingerprint = (values: readonly Datum[]) => number;

/** Spreads what differs in few bits over all 32: the sum of columns must tell them apart. */
function scattered(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Unsigned; `numbers` are those of the columns, whose order does not matter. */
export function rowFingerprint(
  types: readonly number[],
  numbers: readonly number[],
): RowFingerprint {
  const encode = rowEncoder(types);
  const places = new Int32Array(2 * types.length);
  return (values) => {
    const bytes = encode(values);
    locateColumns(bytes, types.length, places);
    let sum = 0;
    for (const [at, number] of numbers.entries()) {
      const start = places[2 * at] as number;
      if (start < 0) continue;
      const hash = hashBytes(bytes.subarray(start, places[2 * at + 1]));
      sum = (sum + scattered(hash + Math.imul(number, 0x9e3779b1))) | 0;
    }
    return sum >>> 0;
  };
}
