/** Window functions: one node per window clause, each appending its calls' values to the rows. */
import type { Expr, WindowCall } from "@firstlight/sql";
import type { BoundSelect, FrameBound, WindowClause } from "../bind/query-tree.ts";
import { sortEstimate } from "./estimate.ts";
import { exprKey, mapChildren, walk } from "./expression-map.ts";
import { requirePartitionOrder } from "./group-method.ts";
import type { Relation } from "./layout.ts";
import { withSets } from "./project-targets.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";

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
  source: Relation,
  clause: WindowClause,
  calls: readonly WindowCall[],
): Relation {
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
  const { node, layout } = relation;
  const widened = layout.widened(calls.length);
  calls.forEach((call, at) => widened.set(call, layout.width + at));
  return {
    node: {
      kind: "window",
      child: node,
      clause: overSlots,
      calls: converted,
      estimate: sortEstimate(node.estimate),
      labels: [...node.labels, ...calls.map(() => "window")],
    },
    layout: widened,
  };
}

export function planWindows(scope: Scope, source: Relation, query: BoundSelect): Relation {
  if (query.windows.length === 0) return source;
  const keys = query.windows.flatMap(({ partitionBy, orderBy }) => [
    ...partitionBy,
    ...orderBy.map((key) => key.expr),
  ]);
  let relation = withSets(scope, source, keys);
  for (const [window, calls] of windowCalls(scope, query)) {
    const clause = query.windows[window];
    if (clause === undefined) throw new Error(`no window clause ${window}`);
    relation = planWindow(scope, relation, clause, calls);
  }
  return relation;
}
