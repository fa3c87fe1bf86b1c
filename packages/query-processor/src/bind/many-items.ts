/**
 * Long lists of expressions. Those that change nothing but what is known of the statement's
 * dependencies are bound in turns, and are there when the statement is bound anew (long-lists.ts);
 * all others, and what fails, are bound in their place.
 */
import type { Expr, Steps } from "@firstlight/sql";
import { procOf } from "@firstlight/sql";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { noteSetless } from "./expression/set-returning.ts";
import { ListUnread } from "./long-lists.ts";
import type { Scope } from "./scope.ts";
import { visitExpr } from "./walk.ts";

/** Items from which on a list is bound in turns: fewer take less than a millisecond. */
const MANY = 256;
const ITEMS_PER_STEP = 64;

export interface BoundItems<T> {
  /** Undefined: to be bound where it stands. */
  readonly items: readonly (T | undefined)[];
  readonly dependencies: readonly number[];
  readonly collates: { readonly used: boolean; readonly icu: boolean };
}

/** What binding leaves behind elsewhere: parameters' types, queries, that a query has aggregates. */
const LEAVES_TRACES: ReadonlySet<Expr["kind"]> = new Set([
  "param",
  "subLink",
  "aggregate",
  "grouping",
  "window",
]);

function leavesTraces(expr: Expr): boolean {
  let found = false;
  visitExpr(expr, (each) => {
    found ||= LEAVES_TRACES.has(each.kind);
    if (each.kind === "call") found ||= each.routine !== undefined || procOf(each).returnsSet;
    return !found;
  });
  return found;
}

/** How one item is bound, and the expressions that it then consists of. */
interface ItemBinder<N, T> {
  readonly bind: (node: N) => T;
  readonly exprs: (item: T) => readonly Expr[];
}

/** Lists in an item may be long as well. */
function* boundItem<N, T>(node: N, binder: ItemBinder<N, T>): Steps<T | undefined> {
  for (;;) {
    try {
      const item = binder.bind(node);
      const exprs = binder.exprs(item);
      if (exprs.some(leavesTraces)) return undefined;
      exprs.forEach(noteSetless);
      return item;
    } catch (error) {
      if (!(error instanceof ListUnread)) return undefined;
      yield* error.steps;
    }
  }
}

function* itemSteps<N, T>(
  { context }: Scope,
  nodes: readonly N[],
  binder: ItemBinder<N, T>,
): Steps<BoundItems<T>> {
  const bound: (T | undefined)[] = [];
  for (const node of nodes) {
    bound.push(yield* boundItem(node, binder));
    if (bound.length % ITEMS_PER_STEP === 0) yield;
  }
  const { dependencies, collates } = context;
  return { items: bound, dependencies: [...dependencies], collates: { ...collates } };
}

/** `nodes.map(bind)` of a list of `owner`; of bound items those are the same that are bound in turns. */
export function boundList<N, T>(
  scope: Scope,
  owner: ParseNode,
  nodes: readonly N[],
  binder: ItemBinder<N, T>,
): readonly T[] {
  const { context } = scope;
  if (nodes.length < MANY) return nodes.map(binder.bind);
  const known = context.lists.bound<BoundItems<T>>(owner, () => itemSteps(scope, nodes, binder));
  if (known === undefined) return nodes.map(binder.bind);
  for (const oid of known.dependencies) context.dependencies.add(oid);
  context.collates.used ||= known.collates.used;
  context.collates.icu ||= known.collates.icu;
  return nodes.map((node, at) => known.items[at] ?? binder.bind(node));
}

/** The expressions of a list of `owner`. */
export function boundExprs(
  scope: Scope,
  owner: ParseNode,
  nodes: readonly ParseNode[],
): readonly Expr[] {
  if (nodes.length < MANY) return nodes.map((node) => scope.expr(node));
  return boundList(scope, owner, nodes, {
    bind: (node) => scope.expr(node),
    exprs: (expr) => [expr],
  });
}
