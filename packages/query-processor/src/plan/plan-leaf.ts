/**
 * Plans one entry of the range table: table, virtual relation, function, VALUES, CTE or subquery,
 * with the conditions that are about it alone.
 */
import type { Expr } from "@firstlight/sql";
import {
  dividedInSteps,
  mapInSteps,
  quoteIdentifier,
  someInSteps,
  volatility,
} from "@firstlight/sql";
import type { BoundSelect, RangeTableEntry, TableSample } from "../bind/query-tree.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { guessedWidth } from "../statistics/stored-width.ts";
import { ONE_ROW, estimate, perRow } from "./estimate.ts";
import { mapChildren, someNode } from "./expression-map.ts";
import type { PlannedBatch } from "./batched-subplan.ts";
import { planBatch } from "./batched-subplan.ts";
import type { JoinInput } from "./join/join-request.ts";
import type { Relation } from "./layout.ts";
import { Layout } from "./layout.ts";
import { deepRtes, isBranching } from "./outer-side-subplans.ts";
import type { SortWish } from "./ordering.ts";
import type { ParamBinding, PlanNode } from "./plan-node.ts";
import { pushIntoSubquery } from "./push-down.ts";
import { isDeeplyVolatile, isVolatileQuery } from "./query-walk.ts";
import { keyVar, planScans } from "./scan-path.ts";
import { functionRows } from "./function-rows.ts";
import type { ScanContext } from "./scan-cost.ts";
import type { FirstRows, PlannedScan, ScanRequestOf } from "./scan-path.ts";
import { plainFacts, tableFacts, virtualFacts } from "./selectivity/scope-estimation.ts";
import { subqueryFacts } from "./subquery-facts.ts";
import { runLimit } from "./run-condition.ts";
import { columnWidth, tableSize } from "./table-size.ts";
import type { Scope } from "./scope.ts";
import { attach, filterRelation, isPlannedCall, needsSubplan } from "./subplans.ts";
import type { VirtualRequest } from "./virtual-path.ts";
import { planVirtual } from "./virtual-path.ts";
import { withoutUnusedOutputs } from "./unused-outputs.ts";

export interface LeafOptions {
  readonly withKey: boolean;
  /** Whether an order of the entry's rows is of use. */
  readonly isUseful?: ScanRequestOf["isUseful"];
  readonly onlySome?: boolean | undefined;
  readonly first?: FirstRows | undefined;
}

export interface PlannedLeaf extends JoinInput {
  readonly order: readonly SortWish[];
}

/** Output columns 0..n-1 of an entry. */
export function entryLayout(rte: number, columns: readonly number[]): Layout {
  const layout = new Layout(columns.length);
  columns.forEach((column, at) => {
    layout.set({ kind: "var", rte, column, levelsUp: 0, type: 0, typmod: -1, position: -1 }, at);
  });
  return layout;
}

function allColumns(rte: RangeTableEntry): number[] {
  return rte.columns.map((_, at) => at);
}

function entryWidth(rte: RangeTableEntry): number {
  return rte.columns.reduce((sum, each) => sum + guessedWidth(each.type, each.typmod), 0);
}

function leafInput(
  scope: Scope,
  index: number,
  relation: Relation,
  lateral: readonly ParamBinding[],
  leaf?: ScanRequestOf,
): PlannedLeaf {
  const lateralRtes = new Set(lateral.flatMap((param) => [...deepRtes(scope, param.expr)]));
  return { relation, rtes: new Set([index]), lateral, lateralRtes, leaf, order: [] };
}

/**
 * Plans the entry, and notes how many rows are left of it: the cheapest plan first, then those whose
 * order is of use.
 */
export function planLeaf(
  scope: Scope,
  index: number,
  quals: readonly Expr[],
  options: LeafOptions,
): readonly [PlannedLeaf, ...PlannedLeaf[]] {
  const rte = scope.rte(index);
  const leaves: readonly [PlannedLeaf, ...PlannedLeaf[]] =
    rte.kind === "table" && rte.sample === undefined
      ? planTable(scope, index, rte, quals, options)
      : [planEntry(scope, index, quals)];
  scope.estimation.keep(index, leaves[0].relation.node.estimate.rows);
  return leaves;
}

function planEntry(scope: Scope, index: number, quals: readonly Expr[]): PlannedLeaf {
  const rte = scope.rte(index);
  switch (rte.kind) {
    case "table":
      if (rte.sample !== undefined) return planSample(scope, index, rte, rte.sample, quals);
      throw new Error("a table has several plans");
    case "subquery":
      return planSubquery(scope, scope, index, rte.query, rte, quals);
    case "virtual":
      return planVirtualEntry(scope, index, rte, quals);
    case "function":
      return planFunction(scope, index, rte, quals);
    case "values":
      return planValuesEntry(scope, index, rte, quals);
    case "cte":
      return planCteEntry(scope, index, rte, quals);
    case "join":
      throw new Error("a join is not a leaf");
  }
}

function planVirtualEntry(
  scope: Scope,
  index: number,
  entry: Extract<RangeTableEntry, { kind: "virtual" }>,
  quals: readonly Expr[],
): PlannedLeaf {
  const facts = virtualFacts(entry.table, scope.catalog);
  scope.estimation.set(index, facts);
  const request: VirtualRequest = { rte: index, entry, rows: facts.rows ?? 1, quals };
  const input = leafInput(scope, index, planVirtual(scope, request), []);
  return quals.some((qual) => needsSubplan(qual)) ? input : { ...input, virtual: request };
}

function filtered(
  scope: Scope,
  index: number,
  relation: Relation,
  lateral: readonly ParamBinding[],
  quals: readonly Expr[],
): PlannedLeaf {
  return leafInput(scope, index, filterRelation(scope, relation, quals), lateral);
}

/** The table's statistics become known to the level's estimates. */
export function tableContext(scope: Scope, index: number, table: TableDescriptor): ScanContext {
  const { catalog, estimation, cost } = scope;
  const size = tableSize(catalog, table);
  const statistics = catalog.statisticsOf(table);
  estimation.set(index, tableFacts(table, statistics, { rows: size.rows, rte: index, catalog }));
  return {
    estimation,
    cost,
    size,
    widthOf: (position) => columnWidth(catalog, table, position),
    indexSize: (each) => statistics?.indexes.get(each.oid),
  };
}

function usesRowKey(qual: Expr): boolean {
  return someInSteps("row keys", qual, (node) => node.kind === "var" && node.column === -1);
}

function planTable(
  scope: Scope,
  index: number,
  rte: Extract<RangeTableEntry, { kind: "table" }>,
  quals: readonly Expr[],
  options: LeafOptions,
): readonly [PlannedLeaf, ...PlannedLeaf[]] {
  // Storage knows a row's columns, not its key.
  const [late, early] = dividedInSteps(
    "of no scan",
    quals,
    (qual) => needsSubplan(qual) || usesRowKey(qual),
  );
  const request: ScanRequestOf = {
    context: tableContext(scope, index, rte.table),
    rte: index,
    table: rte.table,
    alias: rte.alias,
    columns: scope.columnsOf(index),
    withKey: options.withKey || scope.usesKey(index),
    quals: early,
    isUseful: options.isUseful,
    onlySome: options.onlySome,
    first: late.length > 0 ? undefined : options.first,
    qualified: scope.rangeTable.length > 1,
  };
  scope.parameterTests?.add(rte.table, index, scope.estimation.relation(index), request.quals);
  const leafOf = (scan: PlannedScan): PlannedLeaf => {
    const { order } = scan;
    const input = leafInput(scope, index, scan, [], request);
    if (late.length === 0) return { ...input, order };
    return { ...input, relation: filterRelation(scope, scan, late), leaf: undefined, order };
  };
  const [best, ...others] = planScans(request).map(leafOf);
  if (best === undefined) throw new Error("a table without a path");
  return [best, ...others];
}

/** `parent` is the level that the query's outer references count from. */
function planSubquery(
  scope: Scope,
  parent: Scope,
  index: number,
  query: BoundSelect,
  rte: RangeTableEntry,
  quals: readonly Expr[],
): PlannedLeaf {
  const { pushed: whole, rest } = pushIntoSubquery(query, index, quals);
  const pushed = withoutUnusedOutputs(whole, new Set(scope.columnsOf(index)));
  const child = parent.child(pushed.rangeTable);
  const limited = runLimit(pushed, index, rest);
  child.runLimit = limited?.limit;
  const node = child.planSelect(pushed);
  // The limit may have found no use: it says so by staying.
  const asked = child.runLimit === undefined ? rest.filter((qual) => qual !== limited?.done) : rest;
  if (parent !== scope) for (const id of child.dependencies) scope.dependencies.add(id);
  const params = parent === scope ? child.outerParams : [];
  const reads = ({ expr }: ParamBinding): boolean => deepRtes(scope, expr).size > 0;
  scope.estimation.set(index, subqueryFacts(child, pushed, node.estimate.rows));
  const plain = { node, layout: entryLayout(index, allColumns(rte)) };
  const relation = computedOnce(
    scope,
    plain,
    params.filter((param) => !reads(param)),
  );
  const leaf = named(filtered(scope, index, relation, params.filter(reads), asked), node, rte);
  const isVolatile = isVolatileQuery(pushed) || asked.some(isDeeplyVolatile);
  if (parent !== scope || isVolatile || pushed.rowMarks.length > 0) return leaf;
  const batch = (rows: number): PlannedBatch | undefined =>
    relation === plain
      ? lateralBatch(scope, index, { query: pushed, node, asked, rows })
      : undefined;
  return { ...leaf, repeated: { batch } };
}

interface RepeatedQuery {
  readonly query: BoundSelect;
  readonly node: PlanNode;
  /** Of what the query yields. */
  readonly asked: readonly Expr[];
  /** Of the outer side. */
  readonly rows: number;
}

/** The subquery for many outer rows at once. */
function lateralBatch(
  scope: Scope,
  index: number,
  { query, node, asked, rows }: RepeatedQuery,
): PlannedBatch | undefined {
  if (asked.length > 0 && query.limit !== undefined) return undefined;
  if (asked.some((qual) => needsSubplan(qual))) return undefined;
  const batch = planBatch(scope, "lateral", query, { plan: node, rows });
  if (batch === undefined || asked.length === 0) return batch;
  const layout = entryLayout(index, allColumns(scope.rte(index)));
  const { node: plan } = filterRelation(scope, { node: batch.plan, layout }, asked);
  // Rows may be missing as they were not asked for, too.
  return { ...batch, plan, empty: batch.empty === "none" ? "none" : "own" };
}

/** A filter over a subquery's rows as the scan of it that PostgreSQL has there. */
function named(
  leaf: PlannedLeaf,
  below: PlanNode,
  { alias, columns }: RangeTableEntry,
): PlannedLeaf {
  const { node, layout } = leaf.relation;
  if (node.kind !== "filter" || node.child !== below) return leaf;
  const labels = columns.map(
    (column) => `${quoteIdentifier(alias)}.${quoteIdentifier(column.name)}`,
  );
  const child: PlanNode = { ...below, labels };
  return { ...leaf, relation: { layout, node: { ...node, child, subquery: alias } } };
}

/**
 * Arguments of an entry: Vars of siblings become parameters, and so do subqueries. Those that read
 * no sibling are computed once, before the entry itself.
 */
class ArgumentParams {
  readonly #scope: Scope;
  readonly #lateral: ParamBinding[] = [];
  readonly #once: ParamBinding[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  replace(expr: Expr): Expr {
    return this.#replaceFlat(this.#scope.flatten(expr));
  }

  #replaceFlat(expr: Expr): Expr {
    if (expr.kind === "var") return this.#param(this.#lateral, expr);
    const holdsSubplan = needsSubplan(expr);
    const isPlanned = expr.kind === "call" && isPlannedCall(expr);
    if (expr.kind === "subLink" || isPlanned || (holdsSubplan && isBranching(expr))) {
      const reads = deepRtes(this.#scope, expr);
      return this.#param(reads.size === 0 ? this.#once : this.#lateral, expr);
    }
    return mapChildren(expr, (child) => this.#replaceFlat(child));
  }

  #param(bindings: ParamBinding[], expr: Expr): Expr {
    const id = this.#scope.ids.nextParam();
    bindings.push({ id, expr });
    const { type, typmod } = expr;
    const label = this.#scope.labelOf(expr);
    return { kind: "execParam", id, type, typmod, position: -1, ...label };
  }

  /** The entry with its parameters, filtered. */
  input(index: number, relation: Relation, quals: readonly Expr[]): PlannedLeaf {
    const whole = computedOnce(this.#scope, relation, this.#once);
    return filtered(this.#scope, index, whole, this.#lateral, quals);
  }
}

/** The relation behind parameters of it that depend on no row. */
function computedOnce(scope: Scope, relation: Relation, once: readonly ParamBinding[]): Relation {
  if (once.length === 0) return relation;
  const start: Relation = {
    node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
    layout: new Layout(0),
  };
  const attached = attach(
    scope,
    start,
    once.map(({ expr }) => expr),
  );
  const { node, layout } = attached.relation;
  const params = once.map(({ id }, at): ParamBinding => {
    const expr = attached.exprs[at];
    if (expr === undefined) throw new Error("a parameter without a value");
    return { id, expr };
  });
  return {
    node: {
      kind: "nestedLoop",
      type: "inner",
      left: node,
      right: relation.node,
      condition: undefined,
      params,
      estimate: relation.node.estimate,
      labels: [...node.labels, ...relation.node.labels],
    },
    layout: layout.joined(relation.layout),
  };
}

/** TABLESAMPLE picks rows by their keys; which of them are then filtered makes no difference. */
function planSample(
  scope: Scope,
  index: number,
  rte: Extract<RangeTableEntry, { kind: "table" }>,
  sample: TableSample,
  quals: readonly Expr[],
): PlannedLeaf {
  const params = new ArgumentParams(scope);
  const { method, repeatable } = sample;
  const [late, early] = dividedInSteps(
    "behind samples",
    quals,
    (qual) => needsSubplan(qual) || volatility(qual) === "volatile",
  );
  const [scan] = planTable(scope, index, rte, early, { withKey: true });
  const { node: child, layout } = scan.relation;
  const keySlot = layout.get(keyVar(index));
  if (keySlot === undefined) throw new Error("a sample needs the keys of its rows");
  const node: PlanNode = {
    kind: "sample",
    child,
    method,
    keySlot,
    percentage: params.replace(sample.percentage),
    repeatable: repeatable === undefined ? undefined : params.replace(repeatable),
    estimate: perRow(child.estimate, child.estimate.rows / 2, child.estimate.width),
    labels: child.labels,
  };
  return params.input(index, { node, layout }, late);
}

function planFunction(
  scope: Scope,
  index: number,
  rte: Extract<RangeTableEntry, { kind: "function" }>,
  quals: readonly Expr[],
): PlannedLeaf {
  const params = new ArgumentParams(scope);
  const functions = rte.functions.map((each) => ({ ...each, call: params.replace(each.call) }));
  const count = Math.max(
    ...rte.functions.map((each) => functionRows(scope.estimation, scope.flatten(each.call))),
  );
  scope.estimation.set(index, plainFacts("function", count));
  const node: PlanNode = {
    kind: "functionScan",
    alias: rte.alias,
    functions,
    ordinality: rte.ordinality,
    estimate: estimate(count, 0, count * scope.cost.tuple, entryWidth(rte)),
    labels: rte.columns.map((column) => quoteIdentifier(column.name)),
  };
  return params.input(index, { node, layout: entryLayout(index, allColumns(rte)) }, quals);
}

/** Columns, and queries. */
function holdsOther(expr: Expr): boolean {
  return needsSubplan(expr) || someNode(expr, (node) => "levelsUp" in node);
}

function planValuesEntry(
  scope: Scope,
  index: number,
  rte: Extract<RangeTableEntry, { kind: "values" }>,
  quals: readonly Expr[],
): PlannedLeaf {
  const params = new ArgumentParams(scope);
  // What makes parameters is replaced in its place, whenever planning is begun anew.
  const plain = mapInSteps("rows", rte.rows, (row) =>
    row.some(holdsOther) ? undefined : row.map((expr) => params.replace(expr)),
  );
  const rows = rte.rows.map((row, at) => plain[at] ?? row.map((expr) => params.replace(expr)));
  const { constants } = rte;
  const count = constants?.length ?? rows.length;
  scope.estimation.set(index, plainFacts("values", count));
  const node: PlanNode = {
    kind: "values",
    rows,
    ...(constants === undefined ? {} : { constants }),
    estimate: estimate(count, 0, count * 0.0125, entryWidth(rte)),
    labels: rte.columns.map((column) => quoteIdentifier(column.name)),
  };
  return params.input(index, { node, layout: entryLayout(index, allColumns(rte)) }, quals);
}

/** Every level within the one that sets it. */
function dependOn(scope: Scope, setter: Scope, id: number): void {
  for (let each: Scope | undefined = scope; each !== undefined && each !== setter;) {
    each.dependencies.add(id);
    each = each.parent;
  }
}

function planCteEntry(
  scope: Scope,
  index: number,
  rte: Extract<RangeTableEntry, { kind: "cte" }>,
  quals: readonly Expr[],
): PlannedLeaf {
  let definer: Scope = scope;
  for (let level = 0; level < rte.levelsUp; level++) {
    if (definer.parent === undefined) throw new Error(`no query defines CTE ${rte.alias}`);
    definer = definer.parent;
  }
  const state = definer.ctes[rte.cte];
  if (state === undefined) throw new Error(`CTE ${rte.alias} is not planned`);
  if (state.kind === "inline") {
    if (state.query.kind !== "select") throw new Error("only a SELECT is inlined");
    return planSubquery(scope, definer, index, state.query, rte, quals);
  }
  for (const id of state.dependencies) dependOn(scope, definer, id);
  if (rte.recursive && state.working !== undefined) dependOn(scope, definer, state.working);
  scope.estimation.set(index, state.facts ?? plainFacts("cte", state.rows));
  const node: PlanNode = {
    kind: "cteScan",
    id: state.id,
    name: state.name,
    alias: rte.alias,
    working: rte.recursive,
    estimate: estimate(state.rows, 0, state.rows * 0.02, entryWidth(rte)),
    labels: rte.columns.map((column) => quoteIdentifier(column.name)),
  };
  return filtered(scope, index, { node, layout: entryLayout(index, allColumns(rte)) }, [], quals);
}
