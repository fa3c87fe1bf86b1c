/** hash_range and hash_multirange. */
import { rangeOf } from "../../catalog/type-catalog.ts";
import { rangeFlags } from "../../types/range-types.ts";
import type { Datum, MultirangeValue, RangeValue } from "../../values/datum.ts";
import { foldHash, type Hasher, type HashValue, rotateHash } from "../hash/hasher.ts";

function hashRange(hasher: Hasher, element: HashValue, range: RangeValue): bigint {
  const bound = (value: Datum): bigint => (value === null ? 0n : element(hasher, value));
  const start = hasher.uint32(rangeFlags(range)) ^ bound(range.lower);
  return rotateHash(start, hasher.bits) ^ bound(range.upper);
}

/** The hash of a range type or of a multirange type, undefined for other types. */
export function hashOfRangeType(
  type: number,
  hashOfType: (type: number) => HashValue,
): HashValue | undefined {
  const row = rangeOf(type);
  if (row === undefined) return undefined;
  const element = hashOfType(row.subtype);
  if (row.range === type) return (hasher, value) => hashRange(hasher, element, value as RangeValue);
  return (hasher, value) => {
    const { ranges } = value as MultirangeValue;
    return ranges.reduce(
      (sum, range) => foldHash(sum, hashRange(hasher, element, range), hasher.bits),
      1n,
    );
  };
}
