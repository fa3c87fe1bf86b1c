/**
 * Target lists: projections, and ProjectSets where calls return sets. Subqueries in them become
 * columns first.
 */
import type { Expr } from "@firstlight/sql";
import { returnsSet } from "@firstlight/sql";
import { estimate, perRow } from "./estimate.ts";
import { mapChildren } from "./expression-map.ts";
import { isSetReturning } from "./expression-traits.ts";
import { rowWidth } from "./expression-width.ts";
import type { Relation } from "./layout.ts";
import { Layout, slot } from "./layout.ts";
import type { PlanNode } from "./plan-node.ts";
import type { Scope } from "./scope.ts";
import { NEXTVAL_PROC, attach, isPlannedCall } from "./subplans.ts";

/** Target lists become projections; set-returning calls in them a ProjectSet. */
export function projectTargets(
  scope: Scope,
  source: Relation,
  targets: readonly Expr[],
  labels: readonly string[],
): Relation {
  const widened = setsBeforeEffects(scope, source, targets);
  const { relation, exprs } = attach(scope, widened, targets);
  // Calls that GROUP BY has expanded are columns by now.
  if (exprs.some((expr) => isSetReturning(expr))) return projectSet(relation, exprs, labels);
  const flat = scope.flattenAll("projected", targets);
  const { node } = relation;
  const layout = new Layout(exprs.length);
  if (isIdentity(exprs, relation.layout.width)) return { node, layout };
  return {
    node: {
      kind: "project",
      child: node,
      exprs,
      estimate: perRow(node.estimate, node.estimate.rows, rowWidth(scope, flat), computed(exprs)),
      labels,
    },
    layout,
  };
}

/** Calls of sequences and users' functions beside a set are made for each row that it gives. */
function setsBeforeEffects(scope: Scope, source: Relation, targets: readonly Expr[]): Relation {
  if (!targets.some(isSetReturning) || !targets.some(hasEffect)) return source;
  const calls = targets.flatMap((target) => outermostSets(scope.flatten(target)));
  return withSets(scope, source, calls);
}

/** Outside of the arguments of calls that return sets. */
function hasEffect(expr: Expr): boolean {
  if (expr.kind === "call") {
    if (returnsSet(expr)) return false;
    if (expr.proc === NEXTVAL_PROC || isPlannedCall(expr)) return true;
  }
  let found = false;
  mapChildren(expr, (child) => {
    found ||= hasEffect(child);
    return child;
  });
  return found;
}

function outermostSets(expr: Expr): readonly Expr[] {
  if (expr.kind === "call" && returnsSet(expr)) return [expr];
  const sets: Expr[] = [];
  mapChildren(expr, (child) => {
    sets.push(...outermostSets(child));
    return child;
  });
  return sets;
}

/** Expressions that are more than a column. */
function computed(exprs: readonly Expr[]): number {
  return exprs.filter((expr) => expr.kind !== "slot").length;
}

function isIdentity(exprs: readonly Expr[], width: number): boolean {
  return (
    exprs.length === width && exprs.every((expr, at) => expr.kind === "slot" && expr.index === at)
  );
}

function projectSet(
  relation: Relation,
  exprs: readonly Expr[],
  labels: readonly string[],
): Relation {
  const { node, layout } = relation;
  const calls: Expr[] = [];
  const lift = (expr: Expr): Expr => {
    if (expr.kind === "call" && returnsSet(expr)) {
      calls.push(expr);
      return slot(layout.width + calls.length - 1, expr);
    }
    return mapChildren(expr, lift);
  };
  const lifted = exprs.map((expr) => lift(expr));
  const inner = calls.some((call) => call.kind === "call" && call.args.some(isSetReturning));
  if (inner) return nestedSets(relation, exprs, labels);
  return {
    node: {
      kind: "projectSet",
      child: node,
      calls,
      exprs: lifted,
      estimate: estimate(node.estimate.rows * 10, 0, node.estimate.total * 2, exprs.length * 8),
      labels,
    },
    layout: new Layout(exprs.length),
  };
}

/** Calls whose arguments return sets themselves: the innermost are expanded first. */
function nestedSets(
  source: Relation,
  targets: readonly Expr[],
  labels: readonly string[],
): Relation {
  const { node, layout } = source;
  const calls: Expr[] = [];
  const lift = (expr: Expr): Expr => {
    const isSet = expr.kind === "call" && returnsSet(expr);
    if (isSet && !expr.args.some(isSetReturning)) {
      calls.push(expr);
      return slot(layout.width + calls.length - 1, expr);
    }
    return mapChildren(expr, lift);
  };
  const lifted = targets.map((expr) => lift(expr));
  const width = layout.width + calls.length;
  const identity = Array.from({ length: width }, (_, at): Expr =>
    slot(at, { type: 0, typmod: -1 }),
  );
  const inner: PlanNode = {
    kind: "projectSet",
    child: node,
    calls,
    exprs: identity,
    estimate: estimate(node.estimate.rows * 10, 0, node.estimate.total * 2, width * 8),
    labels: [...node.labels, ...calls.map(() => "set")],
  };
  const widened: Relation = { node: inner, layout: new Layout(width) };
  if (lifted.some(isSetReturning)) return nestedSets(widened, lifted, labels);
  return {
    node: {
      kind: "project",
      child: inner,
      exprs: lifted,
      estimate: perRow(inner.estimate, inner.estimate.rows, lifted.length * 8),
      labels,
    },
    layout: new Layout(lifted.length),
  };
}

/**
 * The relation with the values of those expressions that return sets behind its own columns: for
 * GROUP BY and windows, which work on the expanded rows.
 */
export function withSets(scope: Scope, source: Relation, exprs: readonly Expr[]): Relation {
  const sets = exprs.map((expr) => scope.flatten(expr)).filter((expr) => isSetReturning(expr));
  const missing = sets.filter((expr) => source.layout.get(expr) === undefined);
  if (missing.length === 0) return source;
  const { node, layout } = source;
  const own = Array.from({ length: layout.width }, (_, at) => slot(at, { type: 0, typmod: -1 }));
  const labels = [...node.labels, ...missing.map(() => "set")];
  const projected = projectTargets(scope, source, [...own, ...missing], labels);
  const widened = layout.widened(missing.length);
  missing.forEach((expr, at) => widened.set(expr, layout.width + at));
  return { node: projected.node, layout: widened };
}
