/** Groups and partitions that PostgreSQL has no method for: neither by sorting nor by hashing. */
import { SqlError } from "@firstlight/common";
import type { Aggregate, Expr } from "@firstlight/sql";
import { isHashable, isSortable } from "@firstlight/sql";

/** Each grouping set is sorted or hashed as a whole; aggregates over sorted input want a sort. */
export function requireGroupMethod(
  groupBy: readonly Expr[],
  sets: readonly (readonly number[])[],
  aggregates: readonly Aggregate[],
): void {
  const sorts = groupBy.map((expr) => isSortable(expr.type));
  if (!sorts.includes(false)) return;
  const wantsSort = aggregates.some((each) => each.distinct || each.orderBy.length > 0);
  const hashes = groupBy.map((expr) => isHashable(expr.type));
  const has = (set: readonly number[], of: readonly boolean[]): boolean =>
    set.some((at) => of[at] === false);
  if (sets.some((set) => has(set, sorts) && (wantsSort || has(set, hashes)))) {
    throw new SqlError("0A000", "could not implement GROUP BY", {
      detail: "Some of the datatypes only support hashing, while others only support sorting.",
    });
  }
}

export function requirePartitionOrder(partitionBy: readonly Expr[]): void {
  if (partitionBy.every((expr) => isSortable(expr.type))) return;
  throw new SqlError("0A000", "could not implement window PARTITION BY", {
    detail: "Window partitioning columns must be of sortable datatypes.",
  });
}
