/**
 * Outer joins whose NULL-extended rows a condition rejects anyway become plain ones, full joins left
 * ones, and left joins of which only the rows without a partner are wanted anti-joins
 * (reduce_outer_joins of PostgreSQL).
 */
import type { Expr, Var } from "@firstlight/sql";
import { exprKey, mapChildren } from "../expression-map.ts";
import type { Scope } from "../scope.ts";
import { needsSubplan } from "../subplans.ts";
import type { Group, Item, OuterItem } from "./from-items.ts";
import { rtesOfGroup } from "./from-items.ts";
import { rejectsNulls, rejectsNullsOf, strictRtes } from "./strictness.ts";

type Rtes = ReadonlySet<number>;

function overlap(a: Rtes, b: Rtes): boolean {
  for (const each of a) if (b.has(each)) return true;
  return false;
}

function rejectedBy(quals: readonly Expr[]): Set<number> {
  return rejectsNullsOf(quals.filter((qual) => !needsSubplan(qual)));
}

/** `rejected`: entries whose NULL-extended rows something above does not let through. */
export function reduceOuterJoins(group: Group, rejected: Rtes): Group {
  if (group.items.every((item) => item.kind === "leaf")) {
    return { items: [...group.items], quals: [...group.quals] };
  }
  const all = new Set([...rejected, ...rejectedBy(group.quals)]);
  const result: Group = { items: [], quals: [...group.quals] };
  for (const item of group.items) {
    if (item.kind === "leaf") result.items.push(item);
    else if (item.kind === "group") {
      result.items.push({ ...item, group: reduceOuterJoins(item.group, all) });
    } else reduceItem(item, all, result);
  }
  return result;
}

function reduceItem(item: OuterItem, rejected: Rtes, into: Group): void {
  const left = overlap(rejected, rtesOfGroup(item.left));
  const right = overlap(rejected, rtesOfGroup(item.right));
  if (right && (item.type === "left" || left)) {
    const merged = reduceOuterJoins(
      {
        items: [...item.left.items, ...item.right.items],
        quals: [...item.left.quals, ...item.right.quals, ...item.condition],
      },
      rejected,
    );
    into.items.push(...merged.items);
    into.quals.push(...merged.quals);
    return;
  }
  into.items.push(reducedSides(weakened(item, left, right), rejected));
}

function weakened(item: OuterItem, left: boolean, right: boolean): OuterItem {
  if (item.type !== "full") return item;
  if (left) return { ...item, type: "left" };
  return right ? { ...item, type: "left", left: item.right, right: item.left } : item;
}

const NOTHING: Rtes = new Set();

function reducedSides(item: OuterItem, rejected: Rtes): Item {
  const isFull = item.type === "full";
  return {
    ...item,
    left: reduceOuterJoins(item.left, isFull ? NOTHING : rejected),
    right: reduceOuterJoins(item.right, isFull ? NOTHING : rejectedBy(item.condition)),
  };
}

/** Columns of which a condition rejects NULL. */
function rejectedColumns(quals: readonly Expr[]): Set<string> {
  const keys = new Set<string>();
  for (const qual of quals) {
    if (needsSubplan(qual) || rejectsNulls(qual).size === 0) continue;
    if (qual.kind !== "call") continue;
    for (const arg of qual.args) {
      const plain = arg.kind === "relabel" ? arg.arg : arg;
      if (plain.kind === "var" && strictRtes(qual).has(plain.rte)) keys.add(exprKey(plain));
    }
  }
  return keys;
}

function nullTested(qual: Expr): Var | undefined {
  if (qual.kind !== "isNull") return undefined;
  return qual.arg.kind === "var" && qual.arg.levelsUp === 0 ? qual.arg : undefined;
}

export function withNulls(expr: Expr, rtes: Rtes): Expr {
  if (expr.kind !== "var" || expr.levelsUp !== 0 || !rtes.has(expr.rte)) {
    return mapChildren(expr, (child) => withNulls(child, rtes));
  }
  const { type, typmod, position } = expr;
  return { kind: "const", value: null, type, typmod, position };
}

/** From here on the columns of these entries are NULL. */
export function forgetColumns(scope: Scope, rtes: Rtes): void {
  for (const rte of rtes) {
    for (const column of scope.columnsOf(rte)) {
      const like = scope.rte(rte).columns[column];
      if (like === undefined) continue;
      const { type, typmod } = like;
      const key = exprKey({ kind: "var", rte, column, levelsUp: 0, type, typmod, position: -1 });
      scope.aliases.set(key, { kind: "const", value: null, type, typmod, position: -1 });
    }
  }
}

/**
 * `a LEFT JOIN b ON a.x = b.y WHERE b.y IS NULL`, at the top of a query level, where nothing else has
 * been said of b's columns but by the group's own conditions. `kept`: entries whose rows are needed.
 */
export function findAntiJoins(
  group: Group,
  kept: Rtes,
): { readonly group: Group; readonly forgotten: Rtes } {
  let { quals } = group;
  const forgotten = new Set<number>();
  const hasSubplans = quals.some((qual) => needsSubplan(qual));
  const items = group.items.map((item): Item => {
    if (item.kind !== "outer" || item.type !== "left" || hasSubplans) return item;
    const rtes = rtesOfGroup(item.right);
    const columns = rejectedColumns(item.condition);
    const test = quals.find((qual) => {
      const column = nullTested(qual);
      return column !== undefined && rtes.has(column.rte) && columns.has(exprKey(column));
    });
    if (test === undefined || overlap(rtes, kept)) return item;
    for (const rte of rtes) forgotten.add(rte);
    quals = quals.filter((qual) => qual !== test).map((qual) => withNulls(qual, rtes));
    return { ...item, type: "anti" };
  });
  return { group: { items, quals: [...quals] }, forgotten };
}
