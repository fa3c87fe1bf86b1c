/**
 * Functions that only need the order of a type: comparisons of tid and oidvector, width_bucket over
 * an array of thresholds.
 */
import { SqlError } from "@firstlight/common";
import { baseElementTypeOid } from "../catalog/type-catalog.ts";
import { requireSqlType } from "../expression/type-io.ts";
import { checkedOrder } from "../types/equality.ts";
import * as oids from "../types/oids.ts";
import type { ArrayValue, Datum } from "../values/datum.ts";
import { compareFunction, type CompareFunction } from "./output.ts";
import { registerFunctions, registerPolymorphic } from "./registry.ts";
import type { Implementation } from "./registry.ts";

function comparisons(prefix: string, cmp: string, type: number): Record<string, Implementation> {
  const compare = compareFunction(type);
  return {
    [`${prefix}eq`]: (_, a: Datum, b: Datum) => compare(a, b) === 0,
    [`${prefix}ne`]: (_, a: Datum, b: Datum) => compare(a, b) !== 0,
    [`${prefix}lt`]: (_, a: Datum, b: Datum) => compare(a, b) < 0,
    [`${prefix}le`]: (_, a: Datum, b: Datum) => compare(a, b) <= 0,
    [`${prefix}gt`]: (_, a: Datum, b: Datum) => compare(a, b) > 0,
    [`${prefix}ge`]: (_, a: Datum, b: Datum) => compare(a, b) >= 0,
    [cmp]: (_, a: Datum, b: Datum) => Math.sign(compare(a, b)),
  };
}

/** Of vectors the shorter one is smaller. */
function compareVectors(a: ArrayValue, b: ArrayValue): number {
  if (a.elements.length !== b.elements.length) return a.elements.length - b.elements.length;
  for (const [i, oid] of a.elements.entries()) {
    const difference = (oid as number) - (b.elements[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

const vectors: Record<string, Implementation> = {
  oidvectoreq: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) === 0,
  oidvectorne: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) !== 0,
  oidvectorlt: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) < 0,
  oidvectorle: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) <= 0,
  oidvectorgt: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) > 0,
  oidvectorge: (_, a: ArrayValue, b: ArrayValue) => compareVectors(a, b) >= 0,
  btoidvectorcmp: (_, a: ArrayValue, b: ArrayValue) => Math.sign(compareVectors(a, b)),
};

const transactions: Record<string, Implementation> = {
  xid8_larger: (_, a: bigint, b: bigint) => (a > b ? a : b),
  xid8_smaller: (_, a: bigint, b: bigint) => (a < b ? a : b),
  xid8toxid: (_, a: bigint) => Number(BigInt.asUintN(32, a)),
};

/** How many thresholds are at or below the operand. */
function bucket(compare: CompareFunction, operand: Datum, thresholds: ArrayValue): number {
  const { dims, elements } = thresholds;
  if (dims.length > 1) {
    throw new SqlError("2202E", "thresholds must be one-dimensional array");
  }
  if (elements.includes(null)) {
    throw new SqlError("22004", "thresholds array must not contain NULLs");
  }
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(operand, elements[middle] ?? null) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function registerByTypeOrder(): void {
  const compareTid = compareFunction(oids.TID);
  registerFunctions({
    ...comparisons("tid", "bttidcmp", oids.TID),
    tidlarger: (_, a: Datum, b: Datum) => (compareTid(a, b) > 0 ? a : b),
    tidsmaller: (_, a: Datum, b: Datum) => (compareTid(a, b) < 0 ? a : b),
  });
  registerFunctions(vectors);
  registerFunctions(transactions);
  registerPolymorphic({
    width_bucket_array: ({ argTypes }) => {
      const type = baseElementTypeOid(argTypes[1] ?? 0);
      let compare: CompareFunction | undefined;
      return (_, operand: Datum, thresholds: ArrayValue) =>
        bucket((compare ??= checkedOrder(requireSqlType(type))), operand, thresholds);
    },
  });
}
