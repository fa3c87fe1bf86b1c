/**
 * Left joins that neither add a column that is used nor a row: the right side is a table that is
 * joined on all of a unique key, and nothing but the join's condition looks at it (join_is_removable).
 */
import type { Expr } from "@firstlight/sql";
import { equiKey, isEqualityCall, plainVar } from "../equality.ts";
import { isRunTimeConstant } from "../index-match.ts";
import { walkDeep } from "../query-walk.ts";
import type { Scope } from "../scope.ts";
import type { Group, OuterItem } from "./from-items.ts";
import { rtesOfGroup } from "./from-items.ts";

/** How often the expressions mention columns of the entry, by way of the columns of joins too. */
function usesIn(scope: Scope, exprs: readonly Expr[], rte: number): number {
  let count = 0;
  const visit = (expr: Expr): void => {
    walkDeep(expr, 0, (node, depth) => {
      if (node.kind !== "var" || node.levelsUp !== depth) return;
      if (node.rte === rte) count++;
      const entry = scope.rangeTable[node.rte];
      const value = entry?.kind === "join" ? entry.values[node.column] : undefined;
      if (value !== undefined) visit(value);
    });
  };
  for (const expr of exprs) visit(expr);
  return count;
}

/** Mentions in conditions of joins that were taken out, by entry. */
type Dropped = Map<number, number>;

function isUseless(
  scope: Scope,
  item: OuterItem,
  kept: ReadonlySet<number>,
  dropped: Dropped,
): boolean {
  const [only] = item.right.items;
  if (item.type !== "left" || only?.kind !== "leaf" || item.right.items.length > 1) return false;
  if (item.right.quals.length > 0 || kept.has(only.rte)) return false;
  const entry = scope.rte(only.rte);
  if (entry.kind !== "table" || entry.sample !== undefined) return false;
  const uses = scope.useCount(only.rte) - (dropped.get(only.rte) ?? 0);
  if (uses !== usesIn(scope, item.condition, only.rte)) return false;
  const left = rtesOfGroup(item.left);
  const own = new Set([only.rte]);
  const columns = new Set<number>();
  for (const qual of item.condition) {
    const flat = scope.flatten(qual);
    const key = equiKey(flat, left, own);
    const column = key === undefined ? fixedColumn(flat, only.rte) : plainVar(key.right);
    if (column !== undefined) columns.add(column.column + 1);
  }
  return entry.table.indexes.some(
    (index) =>
      index.unique &&
      index.predicate === undefined &&
      index.columns.every((each) => columns.has(each.column)),
  );
}

/** A column of the entry that the condition holds at one value. */
function fixedColumn(qual: Expr, rte: number): ReturnType<typeof plainVar> {
  if (!isEqualityCall(qual)) return undefined;
  const [left, right] = qual.args;
  if (left === undefined || right === undefined || left.type !== right.type) return undefined;
  const column = plainVar(left) ?? plainVar(right);
  const value = plainVar(left) === undefined ? left : right;
  return column?.rte === rte && column.levelsUp === 0 && isRunTimeConstant(value)
    ? column
    : undefined;
}

/** Conditions are as they were written: what they mention is counted. */
export function withoutUselessJoins(
  scope: Scope,
  group: Group,
  kept: ReadonlySet<number>,
  dropped: Dropped = new Map(),
): Group {
  const result: Group = { items: [], quals: [...group.quals] };
  for (const item of group.items) {
    if (item.kind !== "outer") {
      result.items.push(item);
      continue;
    }
    const left = withoutUselessJoins(scope, item.left, kept, dropped);
    const right = withoutUselessJoins(scope, item.right, kept, dropped);
    const reduced: OuterItem = { ...item, left, right };
    if (!isUseless(scope, reduced, kept, dropped)) {
      result.items.push(reduced);
      continue;
    }
    for (const rte of item.rtes) {
      dropped.set(rte, (dropped.get(rte) ?? 0) + usesIn(scope, item.condition, rte));
    }
    result.items.push(...left.items);
    result.quals.push(...left.quals);
  }
  return result;
}
