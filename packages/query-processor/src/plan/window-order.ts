/**
 * The order in which window clauses are computed: those with the same keys in front one after the
 * other, the one with most keys first, so that one sort serves them all (select_active_windows).
 */
import type { Expr } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { exprKey, walk } from "./expression-map.ts";
import type { SortWish } from "./ordering.ts";
import type { Scope } from "./scope.ts";

function wishesOf(scope: Scope, query: BoundSelect, window: number): readonly SortWish[] {
  const clause = query.windows[window];
  if (clause === undefined) return [];
  const partition = clause.partitionBy.map((expr) => ({
    expr: scope.flatten(expr),
    descending: false,
    nullsFirst: false,
  }));
  const order = clause.orderBy.map(({ expr, descending, nullsFirst }) => ({
    expr: scope.flatten(expr),
    descending,
    nullsFirst,
  }));
  return [...partition, ...order];
}

export interface OrderedWindow {
  readonly window: number;
  readonly wishes: readonly SortWish[];
}

function wishKey({ expr, descending, nullsFirst }: SortWish): string {
  return `${exprKey(expr)}${descending ? "-" : "+"}${nullsFirst === true ? "f" : "l"}`;
}

/** Those with more keys first; one whose keys another has in front right behind that one. */
export function orderedWindows(
  scope: Scope,
  query: BoundSelect,
  active: readonly number[],
): readonly OrderedWindow[] {
  const all = active.map((window) => ({ window, wishes: wishesOf(scope, query, window) }));
  const left = all.toSorted((a, b) => b.wishes.length - a.wishes.length);
  const done: OrderedWindow[] = [];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    done.push(next);
    const keys = next.wishes.map(wishKey);
    const follows = (each: OrderedWindow): boolean =>
      each.wishes.every((wish, at) => wishKey(wish) === keys[at]);
    for (const each of left.filter(follows)) {
      done.push(each);
      left.splice(left.indexOf(each), 1);
    }
  }
  return done;
}

/** Windows that some call is over. */
export function activeWindows(scope: Scope, query: BoundSelect, exprs: readonly Expr[]): number[] {
  const found = new Set<number>();
  for (const expr of exprs) collect(scope.flatten(expr), found);
  return [...found].filter((window) => query.windows[window] !== undefined);
}

function collect(expr: Expr, into: Set<number>): void {
  walk(expr, (node) => {
    if (node.kind === "window") into.add(node.window);
  });
}

export function firstWindowOrder(scope: Scope, query: BoundSelect): readonly SortWish[] {
  const exprs = query.targets.map((target) => target.expr);
  const [first] = orderedWindows(scope, query, activeWindows(scope, query, exprs));
  return first?.wishes ?? [];
}
