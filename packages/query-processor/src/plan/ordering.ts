/**
 * Orders of rows (pathkeys): each key stands for an expression and all that is equal to it in the
 * rows at hand, so that an order on one side of a join is one on the other side's column as well.
 */
import type { Expr } from "@firstlight/sql";
import { isSameValue, typeOrdering } from "@firstlight/sql";
import { exprKey } from "./expression-map.ts";

export interface OrderKey {
  /** What equal expressions have in common. */
  readonly key: string;
  readonly descending: boolean;
  /** Undefined where there are no NULLs. */
  readonly nullsFirst: boolean | undefined;
}

export type Order = readonly OrderKey[];

export const UNORDERED: Order = [];

/** The key of an expression; undefined when it has one value in all rows. */
export type KeyOf = (expr: Expr) => string | undefined;

/** A wish, or what an index gives: not yet by keys. */
export interface SortWish {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean | undefined;
}

/** Below changes of the type's name that leave the order as it is. */
export function sortedExpr(expr: Expr): Expr {
  if (!isSameValue(expr) || expr.twin === true) return expr;
  const family = typeOrdering(expr.type)?.family;
  return family !== undefined && family === typeOrdering(expr.arg.type)?.family
    ? sortedExpr(expr.arg)
    : expr;
}

export function plainKey(expr: Expr): string {
  return exprKey(sortedExpr(expr));
}

/** Without what is constant, and without what an earlier key decides. */
export function orderBy(keyOf: KeyOf, wishes: readonly SortWish[]): Order {
  const order = new Map<string, OrderKey>();
  for (const { expr, descending, nullsFirst } of wishes) {
    const key = keyOf(expr);
    if (key !== undefined && !order.has(key)) order.set(key, { key, descending, nullsFirst });
  }
  return [...order.values()];
}

function sameKey(own: OrderKey | undefined, wanted: OrderKey): boolean {
  if (own?.key !== wanted.key || own.descending !== wanted.descending) return false;
  const isFree = own.nullsFirst === undefined || wanted.nullsFirst === undefined;
  return isFree || own.nullsFirst === wanted.nullsFirst;
}

/** How many of the wanted keys the order has in front. */
export function sharedKeys(order: Order, wanted: Order): number {
  const differs = wanted.findIndex((key, at) => !sameKey(order[at], key));
  return differs < 0 ? wanted.length : differs;
}

export function satisfies(order: Order, wanted: Order): boolean {
  return sharedKeys(order, wanted) === wanted.length;
}

/** The different keys of expressions, constants left out. */
export function keySet(keyOf: KeyOf, exprs: readonly Expr[]): ReadonlySet<string> {
  return new Set(exprs.flatMap((expr) => keyOf(expr) ?? []));
}

/** Whether rows that are equal in all of the keys come one after the other. */
export function groups(order: Order, keys: ReadonlySet<string>): boolean {
  return order.length >= keys.size && order.slice(0, keys.size).every(({ key }) => keys.has(key));
}

/** The order the other way round. */
export function reversed<T extends Omit<OrderKey, "key">>(order: readonly T[]): T[] {
  return order.map((key) => ({
    ...key,
    descending: !key.descending,
    nullsFirst: key.nullsFirst === undefined ? undefined : !key.nullsFirst,
  }));
}
