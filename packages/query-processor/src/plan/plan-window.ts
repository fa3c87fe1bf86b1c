/** Window functions: one node per window clause, each appending its calls' values to the rows. */
import type { Expr, SortKey, WindowCall } from "@firstlight/sql";
import { typeOrdering } from "@firstlight/sql";
import type { BoundSelect, FrameBound, WindowClause } from "../bind/query-tree.ts";
import { perRow, sortEstimate } from "./estimate.ts";
import { exprKey, mapChildren, walk } from "./expression-map.ts";
import { requirePartitionOrder } from "./group-method.ts";
import type { SortWish } from "./ordering.ts";
import { UNORDERED, orderBy, satisfies, sharedKeys } from "./ordering.ts";
import type { FromPlan } from "./plan-from.ts";
import type { PlanNode, WindowRun } from "./plan-node.ts";
import { isRank } from "./run-condition.ts";
import { withSets } from "./project-targets.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";
import { orderedWindows } from "./window-order.ts";

function windowCalls(scope: Scope, query: BoundSelect): Map<number, WindowCall[]> {
  const byWindow = new Map<number, WindowCall[]>();
  const seen = new Set<string>();
  for (const target of query.targets) {
    walk(scope.flatten(target.expr), (node) => {
      if (node.kind !== "window" || seen.has(exprKey(node))) return;
      seen.add(exprKey(node));
      const calls = byWindow.get(node.window) ?? [];
      calls.push(node);
      byWindow.set(node.window, calls);
    });
  }
  return byWindow;
}

/** Hands out converted expressions in the order in which the originals were given. */
class Conversion {
  readonly pending: Expr[] = [];
  #at = 0;
  #converted: readonly Expr[] = [];

  add(expr: Expr): Expr {
    this.pending.push(expr);
    return expr;
  }

  start(converted: readonly Expr[]): void {
    this.#converted = converted;
  }

  take(expr: Expr): Expr {
    return this.#converted[this.#at++] ?? expr;
  }
}

function mapBound(bound: FrameBound, visit: (expr: Expr) => Expr): FrameBound {
  return bound.kind === "preceding" || bound.kind === "following"
    ? { kind: bound.kind, offset: visit(bound.offset) }
    : bound;
}

function mapClause(clause: WindowClause, visit: (expr: Expr) => Expr): WindowClause {
  return {
    partitionBy: clause.partitionBy.map((expr) => visit(expr)),
    orderBy: clause.orderBy.map((key) => ({ ...key, expr: visit(key.expr) })),
    frame: {
      mode: clause.frame.mode,
      exclusion: clause.frame.exclusion,
      start: mapBound(clause.frame.start, visit),
      end: mapBound(clause.frame.end, visit),
    },
  };
}

function mapCalls(
  calls: readonly WindowCall[],
  visit: (expr: Expr) => Expr,
): readonly WindowCall[] {
  return calls.map((call) => {
    const mapped = mapChildren(call, visit);
    if (mapped.kind !== "window") throw new Error("a window call stays one");
    return mapped;
  });
}

function planWindow(
  scope: Scope,
  source: FromPlan,
  clause: WindowClause,
  calls: readonly WindowCall[],
  { wishes, isTop }: { readonly wishes: readonly SortWish[]; readonly isTop: boolean },
): FromPlan {
  requirePartitionOrder(clause.partitionBy);
  const conversion = new Conversion();
  const note = (expr: Expr): Expr => conversion.add(expr);
  mapClause(clause, note);
  mapCalls(calls, note);
  const { relation, exprs } = attach(scope, source, conversion.pending);
  conversion.start(exprs);
  const take = (expr: Expr): Expr => conversion.take(expr);
  const overSlots = mapClause(clause, take);
  const converted = mapCalls(calls, take);
  const { layout } = relation;
  const node = inOrder(source, relation.node, overSlots, wishes);
  const widened = layout.widened(calls.length);
  calls.forEach((call, at) => widened.set(call, layout.width + at));
  const order = orderBy(source.keyOf, wishes);
  return {
    ...source,
    // Rows that are in a longer order than is needed stay in it.
    order: satisfies(source.order, order) ? source.order : order,
    node: {
      kind: "window",
      child: node,
      clause: overSlots,
      calls: converted,
      run: isTop ? runOf(scope, clause, calls) : undefined,
      estimate: perRow(node.estimate, node.estimate.rows, node.estimate.width, calls.length),
      labels: [...node.labels, ...calls.map(() => "window")],
    },
    layout: widened,
  };
}

/**
 * The limit on what the windows' level yields, if it is about this window and no call of it looks
 * beyond the current row and its peers. The scope's limit is taken off as a sign that it is in use.
 */
function runOf(
  scope: Scope,
  { frame }: WindowClause,
  calls: readonly WindowCall[],
): WindowRun | undefined {
  const limit = scope.runLimit;
  if (limit === undefined) return undefined;
  const key = exprKey(scope.flatten(limit.call));
  const call = calls.findIndex((each) => exprKey(each) === key);
  const isDefault = frame.mode === "range" && frame.exclusion === "none";
  const endsHere = isDefault && frame.start.kind === "unboundedPreceding";
  const looksBack = calls.every(
    (each) => isRank(each) || (endsHere && frame.end.kind === "currentRow" && each.isAggregate),
  );
  if (call < 0 || !looksBack) return undefined;
  scope.runLimit = undefined;
  const { bound, inclusive, condition } = limit;
  return { call, bound, inclusive, condition };
}

function partitionKeys(exprs: readonly Expr[]): SortKey[] {
  return exprs.map((expr) => ({
    expr,
    descending: false,
    nullsFirst: false,
    proc: typeOrdering(expr.type)?.compareProc ?? 0,
  }));
}

/** The rows sorted by partition and order, as far as they are not. */
function inOrder(
  source: FromPlan,
  node: PlanNode,
  { partitionBy, orderBy: sortBy }: WindowClause,
  wishes: readonly SortWish[],
): PlanNode {
  const wanted = orderBy(source.keyOf, wishes);
  if (satisfies(source.order, wanted)) return node;
  const all = [...partitionKeys(partitionBy), ...sortBy];
  // One sort key for each key of the order: of equal expressions the first.
  const seen = new Set<string>();
  const keys = all.filter((_, at) => {
    const expr = wishes[at]?.expr;
    const key = expr && source.keyOf(expr);
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const presorted = sharedKeys(source.order, wanted);
  return {
    kind: "sort",
    child: node,
    keys,
    ...(presorted > 0 ? { presorted } : {}),
    offset: undefined,
    limit: undefined,
    estimate: sortEstimate(node.estimate),
    labels: node.labels,
  };
}

export function planWindows(scope: Scope, source: FromPlan, query: BoundSelect): FromPlan {
  if (query.windows.length === 0) return source;
  const keys = query.windows.flatMap(({ partitionBy, orderBy }) => [
    ...partitionBy,
    ...orderBy.map((key) => key.expr),
  ]);
  const expanded = withSets(scope, source, keys);
  let plan: FromPlan = { ...source, ...expanded };
  if (expanded.node !== source.node) plan = { ...plan, order: UNORDERED };
  const calls = windowCalls(scope, query);
  const windows = orderedWindows(scope, query, [...calls.keys()]);
  for (const { window, wishes } of windows) {
    const isTop = window === windows.at(-1)?.window;
    const clause = query.windows[window];
    if (clause === undefined) throw new Error(`no window clause ${window}`);
    plan = planWindow(scope, plan, clause, calls.get(window) ?? [], { wishes, isTop });
  }
  return plan;
}
