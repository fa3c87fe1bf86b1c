/**
 * Plans one SELECT, in the order in which its clauses mean something: FROM and WHERE, grouping,
 * HAVING, windows, targets, DISTINCT, ORDER BY, locking, LIMIT.
 */
import type { Expr, SortKey } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type { BoundSelect, RowMark, SortClause } from "../bind/query-tree.ts";
import { ONE_ROW, blocking, estimate, perRow, sortEstimate } from "./estimate.ts";
import type { Relation } from "./layout.ts";
import { Layout, slot } from "./layout.ts";
import { cursorEntries } from "./cursor-keys.ts";
import type { RowKey } from "./cursor-keys.ts";
import { withFirstRows } from "./min-max.ts";
import { planAggregation } from "./plan-aggregate.ts";
import { planCtes } from "./plan-ctes.ts";
import type { WantedOrder } from "./plan-from.ts";
import { planFrom } from "./plan-from.ts";
import type { PlanNode } from "./plan-node.ts";
import { projectTargets } from "./project-targets.ts";
import { planSetOperation } from "./plan-set-operation.ts";
import { planWindows } from "./plan-window.ts";
import { walkOwnVars } from "./query-walk.ts";
import type { OrderColumn } from "./scan-path.ts";
import { keyVar } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";
import { wrapScope } from "./wrap-scope.ts";

const KEY_TYPE = 25;

/** A plan that yields the targets that are not junk. */
export function planSelect(
  scope: Scope,
  written: BoundSelect,
  /** Entries whose row keys the rows carry behind the targets. */
  kept: readonly number[] = [],
): PlanNode {
  const query = kept.length > 0 ? written : withFirstRows(written);
  planCtes(scope, query.ctes);
  walkOwnVars(query, (variable) => {
    scope.use(variable.rte, variable.column);
  });
  const body = planBody(scope, query, kept);
  return wrapScope(scope, body);
}

export interface PlannedCursor {
  readonly node: PlanNode;
  readonly rowKeys: readonly RowKey[];
}

/** The plan of a cursor's query: keys of the rows that its rows come from are behind the columns. */
export function planCursor(scope: Scope, query: BoundSelect): PlannedCursor {
  const entries = cursorEntries(query);
  const node = planSelect(
    scope,
    query,
    entries.map((entry) => entry.rte),
  );
  const visible = query.targets.filter((target) => !target.junk).length;
  const locked = query.rowMarks.length > 0;
  return {
    node,
    rowKeys: entries.map(({ table }, at) => ({ table, slot: visible + at, locked })),
  };
}

function planBody(scope: Scope, query: BoundSelect, kept: readonly number[]): PlanNode {
  const source = planSource(scope, query, kept);
  const targets = query.targets.map((target) => target.expr);
  const marks = lockedTables(scope, query);
  const unmarked = marks.length > 0 ? [] : kept;
  const keys = [...marks.map((mark) => mark.rte), ...unmarked].map((rte) => keyVar(rte));
  const labels = query.targets.map((target) => target.name);
  let relation = projectTargets(scope, source, [...targets, ...keys], labels);
  if (query.distinct === true) relation = distinctOver(relation, visibleSlots(query));
  if (query.orderBy.length > 0 && !source.ordered) relation = sortOver(scope, relation, query);
  if (Array.isArray(query.distinct)) {
    const on = query.distinct.map((target) => targetSlot(query, target));
    relation = distinctOver(relation, on);
  }
  if (marks.length > 0) relation = lockOver(relation, query, marks);
  if (query.limit !== undefined || query.offset !== undefined) {
    relation = limitOver(scope, relation, query);
  }
  return withoutJunk(relation.node, query, kept.length);
}

interface Source extends Relation {
  readonly ordered: boolean;
}

function planSource(scope: Scope, query: BoundSelect, kept: readonly number[]): Source {
  if (query.setOperation !== undefined) {
    return { ...planSetOperation(scope, query, query.setOperation), ordered: false };
  }
  const order = wantedOrder(scope, query);
  const keys = new Set([...query.rowMarks.map((mark) => mark.rte), ...kept]);
  const from = planFrom(scope, query.from, query.where, {
    order,
    keys,
    marks: query.rowMarks,
  });
  const grouped = planAggregation(scope, from, query);
  const windowed = planWindows(scope, grouped, query);
  return { ...windowed, ordered: from.ordered && order !== undefined };
}

/** ORDER BY as an order of the only table, if nothing in between would lose it. */
function wantedOrder(scope: Scope, query: BoundSelect): WantedOrder | undefined {
  const [item] = query.from;
  const plain =
    query.groupBy.length === 0 &&
    query.groupingSets === undefined &&
    !query.hasAggregates &&
    query.having === undefined &&
    query.windows.length === 0 &&
    query.distinct !== true;
  if (!plain || query.orderBy.length === 0 || query.from.length !== 1) return undefined;
  if (item?.kind !== "rte" || scope.rte(item.rte).kind !== "table") return undefined;
  const columns: OrderColumn[] = [];
  for (const key of query.orderBy) {
    const expr = query.targets[key.target]?.expr;
    if (expr === undefined) return undefined;
    const column = orderedColumn(expr);
    if (column === undefined) return undefined;
    columns.push({
      position: column,
      descending: key.descending,
      nullsFirst: key.nullsFirst,
    });
  }
  return { rte: item.rte, columns, firstRows: query.limit !== undefined };
}

/** A column, under a change of its type's name if need be: that keeps the order. */
function orderedColumn(expr: Expr): number | undefined {
  if (expr.kind === "relabel") return orderedColumn(expr.arg);
  return expr.kind === "var" && expr.levelsUp === 0 ? expr.column : undefined;
}

function targetSlot(query: BoundSelect, target: number): Expr {
  const entry = query.targets[target];
  if (entry === undefined) throw new Error(`no target ${target}`);
  return slot(target, entry.expr);
}

function visibleSlots(query: BoundSelect): Expr[] {
  return query.targets.flatMap((target, at) => (target.junk ? [] : [slot(at, target.expr)]));
}

export function distinctOver(relation: Relation, keys: readonly Expr[]): Relation {
  const { node } = relation;
  return {
    node: {
      kind: "distinct",
      child: node,
      keys,
      estimate: blocking(node.estimate, node.estimate.rows / 5, node.estimate.width, 0.0025),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

export function sortKeysOf(query: BoundSelect, clauses: readonly SortClause[]): SortKey[] {
  return clauses.map(({ target, descending, nullsFirst, proc }) => ({
    expr: targetSlot(query, target),
    descending,
    nullsFirst,
    proc,
  }));
}

function sortOver(scope: Scope, relation: Relation, query: BoundSelect): Relation {
  const { node } = relation;
  const topOnly =
    query.limit !== undefined &&
    !query.withTies &&
    query.rowMarks.length === 0 &&
    !Array.isArray(query.distinct);
  const bounds = topOnly ? limitExprs(scope, query) : { offset: undefined, limit: undefined };
  return {
    node: {
      kind: "sort",
      child: node,
      keys: sortKeysOf(query, query.orderBy),
      ...bounds,
      estimate: sortEstimate(node.estimate),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

/** Rows of stored tables are locked; computed ones have nothing to lock. */
function lockedTables(scope: Scope, query: BoundSelect): readonly RowMark[] {
  return query.rowMarks.filter(({ rte }) => {
    const { kind } = scope.rte(rte);
    if (kind === "subquery") throw featureNotSupported("FOR UPDATE of a subquery");
    return kind === "table";
  });
}

function lockOver(relation: Relation, query: BoundSelect, marks: readonly RowMark[]): Relation {
  const { node } = relation;
  return {
    node: {
      kind: "lockRows",
      child: node,
      marks: marks.map((mark, at) => ({
        slot: query.targets.length + at,
        strength: mark.strength,
      })),
      estimate: perRow(node.estimate, node.estimate.rows, node.estimate.width),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

function limitExprs(
  scope: Scope,
  query: BoundSelect,
): { offset: Expr | undefined; limit: Expr | undefined } {
  const nothing: Relation = {
    node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
    layout: new Layout(0),
  };
  const convert = (expr: Expr | undefined): Expr | undefined =>
    expr === undefined ? undefined : attach(scope, nothing, [expr]).exprs[0];
  return { offset: convert(query.offset), limit: convert(query.limit) };
}

function limitOver(scope: Scope, relation: Relation, query: BoundSelect): Relation {
  const { node } = relation;
  const { limit } = query;
  const known = limit?.kind === "const" && limit.value !== null ? Number(limit.value) : undefined;
  const rows = Math.min(known ?? node.estimate.rows / 10, node.estimate.rows);
  const { startup, total } = node.estimate;
  const share = startup + (total - startup) * (rows / Math.max(1, node.estimate.rows));
  return {
    node: {
      kind: "limit",
      child: node,
      ...limitExprs(scope, query),
      ties: query.withTies ? sortKeysOf(query, query.orderBy) : undefined,
      estimate: estimate(rows, startup, share, node.estimate.width),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

/** Keys that are kept move up behind the visible columns. */
function withoutJunk(node: PlanNode, query: BoundSelect, kept: number): PlanNode {
  const hasJunk = query.targets.some((target) => target.junk);
  if (!hasJunk && query.rowMarks.length <= kept) return node;
  const keys = Array.from({ length: kept }, (_, at) =>
    slot(query.targets.length + at, { type: KEY_TYPE, typmod: -1 }),
  );
  const exprs = [...visibleSlots(query), ...keys];
  return {
    kind: "project",
    child: node,
    exprs,
    estimate: node.estimate,
    labels: query.targets.filter((target) => !target.junk).map((target) => target.name),
  };
}
