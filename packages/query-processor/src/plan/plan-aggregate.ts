/**
 * Grouping: the aggregation's output has a slot for each grouped expression, aggregate and
 * GROUPING(...) call; above it these expressions stand for themselves.
 */
import type { Aggregate, Expr, Grouping, SubLink, Var } from "@firstlight/sql";
import { displayExpr, mapInSteps } from "@firstlight/sql";
import { OUTER_NUMBER, isOuterRows } from "./batched-subplan.ts";
import { featureNotSupported } from "@firstlight/common";
import type { BoundSelect } from "../bind/query-tree.ts";
import { blocking, estimate, perRow } from "./estimate.ts";
import { exprKey, mapChildren, someNode, walk } from "./expression-map.ts";
import { rowWidth } from "./expression-width.ts";
import { requireGroupMethod } from "./group-method.ts";
import type { Relation } from "./layout.ts";
import { Layout, toSlots } from "./layout.ts";
import { subLinkQuery, walkQuery } from "./query-walk.ts";
import { UNORDERED, plainKey } from "./ordering.ts";
import type { FromPlan } from "./plan-from.ts";
import { isSetReturning } from "./expression-traits.ts";
import { withSets } from "./project-targets.ts";
import { isPushable } from "./pushable-scan.ts";
import type { Scope } from "./scope.ts";
import { raised } from "./scope.ts";
import { GroupCounter } from "./selectivity/group-count.ts";
import { attach, filterRelation, needsSubplan } from "./subplans.ts";

/** The expression as EXPLAIN writes it, over a row with these labels. */
function labelOf(expr: Expr, labels: readonly string[]): string {
  if (expr.kind === "grouping") return "GROUPING()";
  return displayExpr(expr, {
    column: (column) =>
      column.kind === "slot" ? (labels[column.index] ?? "?column?") : "?column?",
  });
}

interface Parts {
  readonly groupBy: Expr[];
  readonly aggregates: Aggregate[];
  readonly groupings: Grouping[];
}

function needsAggregation(query: BoundSelect): boolean {
  return (
    query.hasAggregates ||
    query.groupBy.length > 0 ||
    query.groupingSets !== undefined ||
    query.having !== undefined
  );
}

/** Everything that is computed above the aggregation. */
function outputs(query: BoundSelect): Expr[] {
  const exprs = query.targets.map((target) => target.expr);
  if (query.having !== undefined) exprs.push(query.having);
  for (const clause of query.windows) {
    exprs.push(...clause.partitionBy, ...clause.orderBy.map((key) => key.expr));
    for (const bound of [clause.frame.start, clause.frame.end]) {
      if (bound.kind === "preceding" || bound.kind === "following") exprs.push(bound.offset);
    }
  }
  return exprs;
}

/** Whether the column's table is grouped by its primary key, or the outer rows by their number. */
function dependsOnKey(scope: Scope, groupBy: readonly Expr[], variable: Var): boolean {
  const rte = scope.rte(variable.rte);
  if (rte.kind === "cte") {
    const isNumber = (expr: Expr): boolean =>
      expr.kind === "var" && expr.rte === variable.rte && expr.column === OUTER_NUMBER;
    return isOuterRows(scope, rte) && groupBy.some(isNumber);
  }
  if (rte.kind !== "table") return false;
  const primary = rte.table.indexes.find(
    (index) => index.primary && index.deferrable === undefined,
  );
  return (
    primary?.columns.every(({ column }) =>
      groupBy.some(
        (expr) => expr.kind === "var" && expr.rte === variable.rte && expr.column === column - 1,
      ),
    ) ?? false
  );
}

/** What a subquery in the outputs takes from the groups: aggregates, and columns that keys imply. */
function collectInside(
  scope: Scope,
  query: BoundSelect,
  link: SubLink,
  parts: Parts,
  seen: Set<string>,
): void {
  walkQuery(subLinkQuery(link.query), 1, (node, depth) => {
    const isOuter = node.kind === "aggregate" || node.kind === "var" || node.kind === "grouping";
    if (!isOuter || node.levelsUp !== depth) return;
    const own = scope.flatten(raised(node, depth));
    const key = exprKey(own);
    if (seen.has(key)) return;
    if (own.kind === "aggregate") parts.aggregates.push(own);
    else if (own.kind === "grouping") parts.groupings.push(own);
    else if (own.kind === "var" && query.groupingSets === undefined) {
      if (!dependsOnKey(scope, parts.groupBy, own)) return;
      parts.groupBy.push(own);
    } else return;
    seen.add(key);
  });
}

function collectParts(scope: Scope, query: BoundSelect): Parts {
  const groupBy = query.groupBy.map((expr) => scope.flatten(expr));
  const parts: Parts = { groupBy, aggregates: [], groupings: [] };
  const seen = new Set(groupBy.map((expr) => exprKey(expr)));
  for (const output of scope.flattenAll("outputs", outputs(query))) {
    walk(output, (node) => {
      const key = exprKey(node);
      if (seen.has(key)) return false;
      if (node.kind === "aggregate") {
        seen.add(key);
        parts.aggregates.push(node);
        return false;
      }
      if (node.kind === "subLink") collectInside(scope, query, node, parts, seen);
      if (node.kind === "grouping") {
        seen.add(key);
        parts.groupings.push(node);
      }
      // A column that depends on the grouped primary key: it is the same in all of the group.
      if (node.kind === "var") {
        seen.add(key);
        groupBy.push(node);
      }
      return true;
    });
  }
  return parts;
}

/**
 * Direct arguments are computed for each group, from its values. `attached` are the same over a row
 * of the input, whose subqueries have been planned.
 */
function directArguments(
  scope: Scope,
  { directArgs }: Aggregate,
  groupBy: readonly Expr[],
  attached: readonly Expr[],
): readonly Expr[] {
  if (directArgs.length === 0) return directArgs;
  const layout = Layout.of(groupBy);
  return directArgs.map((arg, at) => {
    const flat = scope.flatten(arg);
    return needsSubplan(flat) ? ofNoRow(attached[at] ?? flat) : toSlots(flat, layout);
  });
}

/** Subqueries that no row is needed for are computed once. */
function ofNoRow(attached: Expr): Expr {
  const takesRow = someNode(attached, ({ kind }) => kind === "slot" || kind === "subLink");
  if (takesRow) throw featureNotSupported("a subquery over columns in a direct argument");
  return attached;
}

/** Arguments, order, filter and direct arguments of aggregates, over the relation's slots. */
function attachAll(
  scope: Scope,
  source: Relation,
  parts: Parts,
): { relation: Relation; groupBy: readonly Expr[]; aggregates: readonly Aggregate[] } {
  const pending: Expr[] = [...parts.groupBy];
  for (const aggregate of parts.aggregates) {
    mapChildren(aggregate, (child) => {
      pending.push(child);
      return child;
    });
  }
  const { relation, exprs } = attach(scope, source, pending);
  let at = parts.groupBy.length;
  const aggregates = parts.aggregates.map((aggregate) => {
    const mapped = mapChildren(aggregate, (child) => exprs[at++] ?? child);
    if (mapped.kind !== "aggregate") throw new Error("an aggregate stays one");
    return {
      ...mapped,
      directArgs: directArguments(scope, aggregate, parts.groupBy, mapped.directArgs),
    };
  });
  return { relation, groupBy: exprs.slice(0, parts.groupBy.length), aggregates };
}

/** Of all grouping sets together; columns that keys imply make no further groups. */
function groupsOf(scope: Scope, query: BoundSelect, rows: number): number {
  const { groupingSets: sets } = query;
  const keys = scope.flattenAll("grouped", query.groupBy);
  const counter = new GroupCounter(scope.estimation, keys, rows);
  if (sets === undefined) return keys.length === 0 ? 1 : counter.count();
  const counts = mapInSteps("grouping sets", sets, (set) =>
    set.length === 0 ? 1 : counter.count(set.toSorted((a, b) => a - b)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Whether rows of one group come one after the other, and it is better to make use of that. */
function comesSorted(source: FromPlan, { node }: Relation, query: BoundSelect): boolean {
  if (source.rank === undefined || query.groupBy.length === 0) return false;
  const { startup, total, rows } = node.estimate;
  const { order } = source;
  const isWithout = query.groupBy.some((expr) => isSetReturning(expr));
  return (
    !isWithout &&
    query.groupingSets === undefined &&
    source.rank.groupsInOrder({ startup, total, rows, order, isPushable: isPushable(node) })
  );
}

/** Columns that tell groups apart: not those that depend on a primary key among them. */
function tellingColumns(
  scope: Scope,
  query: BoundSelect,
  groupBy: readonly Expr[],
): readonly number[] {
  const columns = groupBy.map((_, at) => at);
  if (query.groupingSets !== undefined) return columns;
  return columns.filter((at) => {
    const expr = groupBy[at];
    return expr?.kind !== "var" || isOfKey(scope, expr) || !dependsOnKey(scope, groupBy, expr);
  });
}

function isOfKey(scope: Scope, { rte: number, column }: Var): boolean {
  const rte = scope.rte(number);
  if (rte.kind !== "table") return column === OUTER_NUMBER;
  const primary = rte.table.indexes.find((index) => index.primary);
  return primary?.columns.some((key) => key.column - 1 === column) ?? false;
}

export function planAggregation(scope: Scope, source: FromPlan, query: BoundSelect): FromPlan {
  if (!needsAggregation(query)) return source;
  const parts = collectParts(scope, query);
  const expanded = withSets(scope, source, query.groupBy);
  const { relation, groupBy, aggregates } = attachAll(scope, expanded, parts);
  const { node } = relation;
  const layout = new Layout(parts.groupBy.length + aggregates.length + parts.groupings.length);
  [...parts.groupBy, ...parts.aggregates, ...parts.groupings].forEach((expr, at) => {
    layout.set(expr, at);
  });
  const everything = parts.groupBy.map((_, at) => at);
  // Columns that depend on keys of every set are part of every set.
  const dependent = everything.slice(query.groupBy.length);
  const sets = query.groupingSets?.map((set) => set.concat(dependent)) ?? [everything];
  const telling = tellingColumns(scope, query, parts.groupBy);
  requireGroupMethod(parts.groupBy, sets, aggregates);
  const plain = groupBy.length === 0 && query.groupingSets === undefined;
  const width = rowWidth(scope, [...parts.groupBy, ...parts.aggregates, ...parts.groupings]);
  const groups = plain ? 1 : groupsOf(scope, query, node.estimate.rows);
  const isSorted = comesSorted(source, relation, query);
  const keys = source.rank?.keys?.size ?? 0;
  const grouped: FromPlan = {
    ...source,
    // In some sets a column is NULL that has one value in all rows.
    keyOf: query.groupingSets === undefined ? source.keyOf : plainKey,
    order: isSorted ? source.order.slice(0, keys) : UNORDERED,
    node: {
      kind: "aggregate",
      child: node,
      ...(isSorted ? { sorted: true } : {}),
      groupBy,
      groupingSets: sets,
      ...(telling.length < everything.length ? { telling } : {}),
      aggregates,
      groupings: parts.groupings.map((grouping) => grouping.refs),
      estimate: plain
        ? estimate(1, node.estimate.total + 0.01, node.estimate.total + 0.02, width)
        : isSorted
          ? perRow(node.estimate, groups, width, 1 + aggregates.length)
          : blocking(node.estimate, groups, width, 0.0025 * (1 + aggregates.length)),
      labels: [...groupBy, ...aggregates, ...parts.groupings].map((expr) =>
        labelOf(expr, node.labels),
      ),
    },
    layout,
  };
  if (query.having === undefined) return grouped;
  return { ...grouped, ...filterRelation(scope, grouped, [query.having]) };
}
