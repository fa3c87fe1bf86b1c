/**
 * Plans one SELECT, in the order in which its clauses mean something: FROM and WHERE, grouping,
 * HAVING, windows, targets, DISTINCT, ORDER BY, locking, LIMIT.
 */
import type { Expr, SortKey } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import { selectOver } from "../bind/derived-select.ts";
import type { BoundSelect, RowMark, SortClause } from "../bind/query-tree.ts";
import type { Cost } from "./cost-model.ts";
import {
  ONE_ROW,
  blocking,
  estimate,
  incrementalSortEstimate,
  perRow,
  sortEstimate,
} from "./estimate.ts";
import { someNode } from "./expression-map.ts";
import type { Relation } from "./layout.ts";
import { Layout, slot } from "./layout.ts";
import { wantedFirst } from "./first-rows.ts";
import { cursorEntries } from "./cursor-keys.ts";
import type { RowKey } from "./cursor-keys.ts";
import { withFirstRows } from "./min-max.ts";
import { isVolatileExpr } from "./expression-traits.ts";
import { lateTargets, sortFirst } from "./late-targets.ts";
import { planAggregation } from "./plan-aggregate.ts";
import { planCtes } from "./plan-ctes.ts";
import type { SortWish } from "./ordering.ts";
import { orderBy, plainKey, sharedKeys } from "./ordering.ts";
import type { FromPlan } from "./plan-from.ts";
import { planFrom } from "./plan-from.ts";
import type { Estimate, PlanNode } from "./plan-node.ts";
import { groupCount } from "./selectivity/group-count.ts";
import { isSetReturning } from "./expression-traits.ts";
import { projectTargets } from "./project-targets.ts";
import { withHavingInWhere } from "./push-down.ts";
import { isPushable } from "./pushable-scan.ts";
import { planSetOperation } from "./plan-set-operation.ts";
import { planWindows } from "./plan-window.ts";
import { walkOwnVars } from "./query-walk.ts";
import { keyVar } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";
import { wantedOrder } from "./wanted-order.ts";
import { wrapScope } from "./wrap-scope.ts";

const KEY_TYPE = 25;

/** A plan that yields the targets that are not junk. */
export function planSelect(
  scope: Scope,
  written: BoundSelect,
  /** Entries whose row keys the rows carry behind the targets. */
  kept: readonly number[] = [],
): PlanNode {
  const query = kept.length > 0 ? written : withFirstRows(withHavingInWhere(written));
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
  const need = sortNeed(scope, source, query);
  const late = need === undefined ? undefined : lateTargets(query);
  const input =
    late === undefined
      ? source
      : sortFirst(scope, source, query, late.sets ? ALL_ROWS : sortBounds(scope, query));
  let relation = projectTargets(scope, input, [...targets, ...keys], labels);
  let sort = late === undefined ? need : undefined;
  if (query.distinct === true) {
    const isSorted = distinctInOrder(source, relation, query);
    const rows = distinctRows(scope, relation, query);
    relation = distinctOver(relation, visibleSlots(query), rows, isSorted);
    if (!isSorted && query.orderBy.length > 0) {
      sort = { clauses: query.orderBy, presorted: 0, groups: 1 };
    }
  }
  if (sort !== undefined) relation = sortOver(scope, relation, query, sort);
  if (Array.isArray(query.distinct)) {
    const on = query.distinct.map((target) => targetSlot(query, target));
    const exprs = query.distinct.flatMap((target) => targets[target] ?? []);
    // Those that DISTINCT names are the first that ORDER BY has.
    const expands = query.targets.some(({ expr }) => isSetReturning(expr));
    const isSorted = query.orderBy.length > 0 && !expands;
    relation = distinctOver(relation, on, groupsOf(scope, relation, exprs), isSorted);
  }
  if (marks.length > 0) relation = lockOver(relation, query, marks);
  if (query.limit !== undefined || query.offset !== undefined) {
    relation = limitOver(scope, relation, query);
  }
  return withoutJunk(relation.node, query, kept.length);
}

function planSource(scope: Scope, query: BoundSelect, kept: readonly number[]): FromPlan {
  if (query.setOperation !== undefined) {
    const combined = planSetOperation(scope, query, query.setOperation);
    const wishes = combined.sorted ? sortWishes(scope, query) : [];
    return { ...combined, order: orderBy(plainKey, wishes), keyOf: plainKey, rank: undefined };
  }
  const keys = new Set([...query.rowMarks.map((mark) => mark.rte), ...kept]);
  const from = planFrom(scope, query.from, query.where, {
    wanted: () => wantedOrder(scope, query),
    keys,
    marks: [...query.rowMarks, ...(query.lockedEntries ?? [])],
    first: kept.length > 0 ? undefined : () => wantedFirst(scope, query),
  });
  const grouped = planAggregation(scope, from, query);
  return planWindows(scope, grouped, query);
}

function sortWishes(scope: Scope, query: BoundSelect): SortWish[] {
  return query.orderBy.flatMap(({ target, descending, nullsFirst }) => {
    const written = query.targets[target]?.expr;
    return written === undefined ? [] : [{ expr: scope.flatten(written), descending, nullsFirst }];
  });
}

/** Which of the keys of ORDER BY the rows have to be sorted by, and how many they are by already. */
interface SortNeed {
  readonly clauses: readonly SortClause[];
  readonly presorted: number;
  /** Different values of those. */
  readonly groups: number;
}

function sortNeed(scope: Scope, source: FromPlan, query: BoundSelect): SortNeed | undefined {
  if (query.orderBy.length === 0) return undefined;
  const wishes: SortWish[] = [];
  const clauses: SortClause[] = [];
  const seen = new Set<string>();
  for (const clause of query.orderBy) {
    const written = query.targets[clause.target]?.expr;
    if (written === undefined) continue;
    const expr = scope.flatten(written);
    const key = isVolatileExpr(expr) ? `#${clause.target}` : source.keyOf(expr);
    if (key === undefined || seen.has(key)) continue;
    seen.add(key);
    clauses.push(clause);
    wishes.push({ expr, descending: clause.descending, nullsFirst: clause.nullsFirst });
  }
  const wanted = orderBy(source.keyOf, wishes);
  const presorted = sharedKeys(source.order, wanted);
  if (presorted === clauses.length) return undefined;
  const prefix = wishes.slice(0, presorted).map((wish) => wish.expr);
  return { clauses, presorted, groups: presorted === 0 ? 1 : groupsOf(scope, source, prefix) };
}

function targetSlot(query: BoundSelect, target: number): Expr {
  const entry = query.targets[target];
  if (entry === undefined) throw new Error(`no target ${target}`);
  return slot(target, entry.expr);
}

function visibleSlots(query: BoundSelect): Expr[] {
  return query.targets.flatMap((target, at) => (target.junk ? [] : [slot(at, target.expr)]));
}

function groupsOf(scope: Scope, { node }: Relation, exprs: readonly Expr[]): number {
  const flat = exprs.map((expr) => scope.flatten(expr));
  return groupCount(scope.estimation, flat, node.estimate.rows);
}

function distinctRows(scope: Scope, relation: Relation, query: BoundSelect): number {
  const visible = query.targets.filter((target) => !target.junk);
  return groupsOf(
    scope,
    relation,
    visible.map((target) => target.expr),
  );
}

/** Whether equal rows come one after the other, and it is better to make use of that. */
function distinctInOrder(source: FromPlan, { node }: Relation, query: BoundSelect): boolean {
  if (source.rank?.keys === undefined || query.hasAggregates || query.windows.length > 0) {
    return false;
  }
  if (query.groupBy.length > 0 || query.targets.some(({ expr }) => isSetReturning(expr))) {
    return false;
  }
  const { startup, total, rows } = node.estimate;
  const { order } = source;
  return source.rank.groupsInOrder({ startup, total, rows, order, isPushable: isPushable(node) });
}

function distinctOver(
  relation: Relation,
  keys: readonly Expr[],
  rows: number,
  sorted: boolean,
): Relation {
  const { node } = relation;
  return {
    node: {
      kind: "distinct",
      child: node,
      keys,
      ...(sorted ? { sorted } : {}),
      estimate: sorted
        ? perRow(node.estimate, rows, node.estimate.width)
        : blocking(node.estimate, rows, node.estimate.width, 0.0025),
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

interface SortBounds {
  readonly offset: Expr | undefined;
  readonly limit: Expr | undefined;
}

const ALL_ROWS: SortBounds = { offset: undefined, limit: undefined };

function sortBounds(scope: Scope, query: BoundSelect): SortBounds {
  const topOnly =
    query.limit !== undefined &&
    !query.withTies &&
    query.rowMarks.length === 0 &&
    !Array.isArray(query.distinct) &&
    ![query.limit, query.offset].some((expr) => expr !== undefined && isVolatileExpr(expr));
  return topOnly ? limitExprs(scope, query) : ALL_ROWS;
}

function sortOver(
  scope: Scope,
  relation: Relation,
  query: BoundSelect,
  { clauses, presorted, groups }: SortNeed,
): Relation {
  const { node } = relation;
  const isPartly = presorted > 0 && scope.cost.settings.incrementalSort;
  return {
    node: {
      kind: "sort",
      child: node,
      keys: sortKeysOf(query, clauses),
      ...(isPartly ? { presorted } : {}),
      ...sortBounds(scope, query),
      estimate: isPartly
        ? incrementalSortEstimate(node.estimate, groups)
        : sortEstimate(node.estimate),
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

function limitExprs(scope: Scope, query: BoundSelect): SortBounds {
  const nothing: Relation = {
    node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
    layout: new Layout(0),
  };
  const convert = (expr: Expr | undefined): Expr | undefined => {
    if (expr === undefined) return undefined;
    const { relation, exprs } = attach(scope, nothing, [expr]);
    if (relation.node === nothing.node) return exprs[0];
    // What has to be run for a row, a call of a function with a plan of its own, is a subquery here.
    return attach(scope, nothing, [asSubquery(expr)]).exprs[0];
  };
  return { offset: convert(query.offset), limit: convert(query.limit) };
}

/** `(SELECT expr)`; 0A000 if it reads a row of an outer query. */
function asSubquery(expr: Expr): Expr {
  if (someNode(expr, (node) => node.kind === "var")) {
    throw featureNotSupported("a call with its own plan over outer columns in LIMIT");
  }
  const alone = selectOver([], [{ expr, name: "limit", junk: false }]);
  const { type, typmod } = expr;
  return { kind: "subLink", link: "scalar", type, typmod, position: -1, query: alone };
}

function limitOver(scope: Scope, relation: Relation, query: BoundSelect): Relation {
  const { node } = relation;
  const { rows, cost } = limitedEstimate(scope, node.estimate, query);
  const [limit, offset] = [query.limit, query.offset].map((expr) => expr && scope.flatten(expr));
  scope.parameterTests?.addCount({ rows: node.estimate.rows, limit, offset });
  return {
    node: {
      kind: "limit",
      child: node,
      ...limitExprs(scope, query),
      ties: query.withTies ? sortKeysOf(query, query.orderBy) : undefined,
      estimate: estimate(rows, cost.startup, cost.total, node.estimate.width),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

/** Undefined: as many as there are; where it is not known yet, a tenth of them. */
function knownCount(scope: Scope, expr: Expr | undefined, rows: number): number | undefined {
  if (expr === undefined) return undefined;
  const value = scope.estimation.valueOf(scope.flatten(expr));
  if (value === null) return undefined;
  const isNumber = typeof value === "bigint" || typeof value === "number";
  return isNumber ? Math.max(0, Number(value)) : Math.max(1, rows * 0.1);
}

/** adjust_limit_rows_costs. */
function limitedEstimate(
  scope: Scope,
  child: Estimate,
  query: BoundSelect,
): { rows: number; cost: Cost } {
  const all = Math.max(1, child.rows);
  const run = child.total - child.startup;
  const skipped = Math.min(all, knownCount(scope, query.offset, all) ?? 0);
  const left = Math.max(1, all - skipped);
  const rows = Math.max(1, Math.min(left, knownCount(scope, query.limit, all) ?? left));
  const startup = child.startup + (run * skipped) / all;
  return { rows, cost: { startup, total: startup + (run * rows) / all } };
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
