/** Whether a statement that was planned anew still returns what its client was told. */
import { SqlError } from "@firstlight/common";
import type { PreparedPlan } from "./prepared.ts";
import { isSameType } from "./literal-reading.ts";

/** Drivers that prepare by themselves prepare again when they see the routine's name. */
export function changedColumns(): SqlError {
  const fields = { routine: "RevalidateCachedQuery" };
  return new SqlError("0A000", "cached plan must not change result type", fields);
}

export function sameColumns(a: PreparedPlan, b: PreparedPlan): boolean {
  if (a.columns === undefined || b.columns === undefined) return a.columns === b.columns;
  if (a.columns.length !== b.columns.length) return false;
  return a.columns.every((column, i) => {
    const other = b.columns?.[i];
    if (other === undefined || column.name !== other.name) return false;
    return isSameType(column.type, other.type) && column.typmod === other.typmod;
  });
}
