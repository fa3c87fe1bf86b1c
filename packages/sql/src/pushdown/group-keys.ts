/** Keys under which the rows of a group meet: equal values, equal keys; nulls are equal here. */
import type { HashKey } from "../types/sql-type.ts";
import { requireSqlType } from "../expression/type-io.ts";
import type { Datum } from "../values/datum.ts";

export type GroupKey = HashKey | null;

/** Lengths before the parts keep ("a", "bc") and ("ab", "c") apart. */
function partOf(key: HashKey): string {
  const text = String(key);
  return `${text.length}:${text}`;
}

/** A key for the first `types.length` values of a row. */
export function groupKeyOf(types: readonly number[]): (values: readonly Datum[]) => GroupKey {
  const hashers = types.map((type) => {
    const sqlType = requireSqlType(type);
    return (value: Datum): HashKey => sqlType.hashKey(value);
  });
  const [only] = hashers;
  if (only === undefined) return () => "";
  if (hashers.length === 1) {
    return (values) => {
      const value = values[0] ?? null;
      return value === null ? null : only(value);
    };
  }
  return (values) => {
    let key = "";
    for (const [index, hash] of hashers.entries()) {
      const value = values[index] ?? null;
      key += value === null ? "n" : partOf(hash(value));
    }
    return key;
  };
}
