/**
 * INSERT, UPDATE and DELETE: a plan that finds or makes the rows, the node that writes them, and
 * RETURNING as a projection of what was written.
 */
import { type Expr, oids, volatility } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type {
  BoundDelete,
  BoundInsert,
  BoundQuery,
  BoundSelect,
  BoundUpdate,
  ColumnAssignment,
  FromItem,
  OnConflict,
  TargetEntry,
} from "../bind/query-tree.ts";
import { FOUND_COLUMN } from "../bind/row-version.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { ONE_ROW, estimate } from "./estimate.ts";
import type { Relation } from "./layout.ts";
import { Layout, slot } from "./layout.ts";
import { planCtes } from "./plan-ctes.ts";
import { planFrom } from "./plan-from.ts";
import { entryLayout } from "./plan-leaf.ts";
import {
  EMPTY_ROW,
  checksOver,
  completeRow,
  keyVarOf,
  nullExpr,
  positions,
  valuesOver,
} from "./modified-row.ts";
import { planMerge } from "./plan-merge.ts";
import { deltasOfConflict, deltasOfUpdate } from "./commutative-update.ts";
import type { ColumnValue, PlanNode, PlannedConflict, PlannedDelta } from "./plan-node.ts";
import { isSetReturning } from "./expression-traits.ts";
import { projectTargets } from "./project-targets.ts";
import { walkOwnVars } from "./query-walk.ts";
import type { Scope } from "./scope.ts";
import { attach, needsSubplan } from "./subplans.ts";
import { wrapScope } from "./wrap-scope.ts";

function withReturning(
  scope: Scope,
  relation: Relation,
  returning: readonly TargetEntry[],
): PlanNode {
  if (returning.length === 0) return wrapScope(scope, relation.node);
  const labels = returning.map((target) => target.name);
  const exprs = returning.map((target) => target.expr);
  return wrapScope(scope, projectTargets(scope, relation, exprs, labels).node);
}

// INSERT

interface InsertSource {
  readonly node: PlanNode;
  readonly readsTables: boolean;
}

function generatedColumns(query: BoundInsert): ColumnAssignment[] {
  return query.table.columns.flatMap((column, at) => {
    const expr = query.defaults[at];
    return column.generated !== undefined && expr !== undefined ? [{ column: at, expr }] : [];
  });
}

/** What cannot be computed fails before a sequence has given a value. */
function steadyValues(scope: Scope, row: readonly Expr[]): Relation {
  const early = row
    .map((expr) => scope.flatten(expr))
    .filter(
      (expr) =>
        expr.kind !== "const" &&
        !needsSubplan(expr) &&
        !isSetReturning(expr) &&
        volatility(expr) !== "volatile",
    );
  if (early.length === 0) return { node: EMPTY_ROW, layout: new Layout(0) };
  const layout = new Layout(early.length);
  early.forEach((expr, at) => layout.set(expr, at));
  const labels = early.map(() => "");
  return { node: { kind: "values", rows: [early], estimate: ONE_ROW, labels }, layout };
}

function rowsSource(scope: Scope, table: TableDescriptor, rows: readonly Expr[][]): InsertSource {
  const labels = table.columns.map((column) => column.name);
  const cost = estimate(rows.length, 0, rows.length * 0.0125, labels.length * 8);
  if (!rows.some((row) => row.some((expr) => needsSubplan(expr) || isSetReturning(expr)))) {
    const flat = rows.map((row) => row.map((expr) => scope.flatten(expr)));
    return { node: { kind: "values", rows: flat, estimate: cost, labels }, readsTables: false };
  }
  const children = rows.map((row) => {
    return projectTargets(scope, steadyValues(scope, row), row, labels).node;
  });
  const [first] = children;
  const node: PlanNode =
    children.length === 1 && first !== undefined
      ? first
      : { kind: "append", children, estimate: cost, labels };
  return { node, readsTables: true };
}

function querySource(
  scope: Scope,
  query: BoundInsert,
  source: Extract<BoundInsert["source"], { kind: "query" }>,
): InsertSource {
  const child = scope.child(source.query.rangeTable);
  const node = child.planSelect(source.query);
  const targets = source.query.targets.filter((target) => !target.junk);
  const row = completeRow(query, (index) => {
    const target = targets[index];
    if (target === undefined) throw new Error("INSERT has more columns than its source");
    return slot(index, target.expr);
  });
  const labels = query.table.columns.map((column) => column.name);
  const relation: Relation = { node, layout: new Layout(targets.length) };
  const readsTables = !isListed(source.query);
  return { node: projectTargets(scope, relation, row, labels).node, readsTables };
}

/** A long list of constants. */
function isListed({ rangeTable }: BoundSelect): boolean {
  const [entry] = rangeTable;
  return rangeTable.length === 1 && entry?.kind === "values" && entry.constants !== undefined;
}

function insertSource(scope: Scope, query: BoundInsert): InsertSource {
  const { source, table } = query;
  switch (source.kind) {
    case "query":
      return querySource(scope, query, source);
    case "defaults":
      return rowsSource(scope, table, [completeRow(query, () => nullExpr())]);
    case "values":
      return rowsSource(
        scope,
        table,
        source.rows.map((row) => completeRow(query, (index) => row[index] ?? nullExpr())),
      );
  }
}

function planConflict(
  scope: Scope,
  query: BoundInsert,
  generated: readonly ColumnValue[],
): PlannedConflict | undefined {
  const { onConflict, table } = query;
  if (onConflict === undefined) return undefined;
  const layout = entryLayout(0, positions(table)).joined(
    entryLayout(onConflict.excludedRte, positions(table)),
  );
  const deltas = scope.cost.settings.commutativeWrites
    ? deltasOfConflict(query, generatedColumns(query))
    : undefined;
  const planned = conflictExprs(scope, onConflict, layout, deltas ?? []);
  return {
    action: onConflict.action,
    arbiters: onConflict.arbiters,
    row: planned.row,
    where: planned.where,
    assignments: planned.assignments,
    deltas: deltas === undefined ? undefined : planned.deltas,
    generated,
  };
}

/** What is assigned is computed only where the condition holds. */
function conflictExprs(
  scope: Scope,
  { where, assignments }: OnConflict,
  layout: Layout,
  deltas: readonly PlannedDelta[],
): Pick<PlannedConflict, "row" | "where" | "assignments"> & {
  readonly deltas: readonly PlannedDelta[];
} {
  const id = scope.ids.nextCte();
  const name = "*CONFLICT*";
  const labels: readonly string[] = [];
  const node: PlanNode = {
    kind: "cteScan",
    id,
    name,
    alias: name,
    working: true,
    estimate: ONE_ROW,
    labels,
  };
  const first = attach(scope, { node, layout }, where === undefined ? [] : [where]);
  const [condition] = first.exprs;
  const values = [...assignments.map(({ expr }) => expr), ...deltas.map(({ amount }) => amount)];
  const { relation, exprs } = attach(scope, first.relation, values, condition);
  const amounts = exprs.slice(assignments.length);
  return {
    row: relation.node === node ? undefined : { id, plan: relation.node },
    where: condition,
    assignments: assignments.map(({ column }, at) => ({ column, expr: exprs[at] ?? nullExpr() })),
    deltas: deltas.map((delta, at) => ({ ...delta, amount: amounts[at] ?? nullExpr() })),
  };
}

export function planInsert(scope: Scope, query: BoundInsert): PlanNode {
  planCtes(scope, query.ctes);
  const { table } = query;
  const layout = entryLayout(0, positions(table));
  const tellsFound = usesFound(query);
  const { node: child, readsTables } = insertSource(scope, query);
  const generated = valuesOver(scope, layout, generatedColumns(query), "a generated column");
  const node: PlanNode = {
    kind: "insert",
    table,
    alias: scope.rte(0).alias,
    child,
    returning: query.returning.length > 0,
    defersWrites: query.returning.some((target) => needsSubplan(target.expr)),
    generated,
    checks: checksOver(scope, layout, query.checks),
    conflict: planConflict(scope, query, generated),
    readsTables,
    tellsFound,
    estimate: child.estimate,
    labels: table.columns.map((column) => column.name),
  };
  const returned = tellsFound ? withFound(layout) : layout;
  return withReturning(scope, { node, layout: returned }, query.returning);
}

const FOUND = { ...keyVarOf(0), column: FOUND_COLUMN, type: oids.BOOL } as const;

function usesFound(query: BoundInsert): boolean {
  let uses = false;
  walkOwnVars(query, ({ rte, column }) => {
    if (rte === 0 && column === FOUND_COLUMN) uses = true;
  });
  return uses;
}

function withFound(layout: Layout): Layout {
  const wider = layout.widened(1);
  wider.set(FOUND, layout.width);
  return wider;
}

// UPDATE and DELETE

interface Target {
  readonly relation: Relation;
  readonly targetSlots: readonly number[];
  readonly keySlot: number;
}

/** WHERE CURRENT OF: one row, by the key that the cursor's row carries. */
function currentRow(scope: Scope, query: BoundUpdate | BoundDelete, cursor: string): Relation {
  if (query.from.length > 0) throw featureNotSupported("WHERE CURRENT OF with other tables");
  const { table } = query;
  const columns = scope.columnsOf(0);
  const labels = columns.map((at) => table.columns[at]?.name ?? "");
  const layout = entryLayout(0, columns).widened(1);
  layout.set(keyVarOf(0), columns.length);
  const { alias } = scope.rte(0);
  return {
    node: { kind: "currentRow", table, alias, cursor, columns, estimate: ONE_ROW, labels },
    layout,
  };
}

/** The rows to change: every column of the target and the key of its row. */
function planTarget(scope: Scope, query: BoundUpdate | BoundDelete): Target {
  const { table } = query;
  planCtes(scope, query.ctes);
  walkOwnVars(query, (variable) => {
    scope.use(variable.rte, variable.column);
  });
  table.columns.forEach((column, at) => {
    if (!column.dropped) scope.use(0, at);
  });
  const target: FromItem = { kind: "rte", rte: 0 };
  const relation =
    query.currentOf === undefined
      ? planFrom(scope, [target, ...query.from], query.where, { keys: new Set([0]) })
      : currentRow(scope, query, query.currentOf);
  const slotOf = (column: number): number => relation.layout.get({ ...keyVarOf(0), column }) ?? -1;
  return {
    relation,
    targetSlots: table.columns.map((column, at) => (column.dropped ? -1 : slotOf(at))),
    keySlot: slotOf(-1),
  };
}

export function planUpdate(scope: Scope, query: BoundUpdate): PlanNode {
  const { table } = query;
  const target = planTarget(scope, query);
  const { relation, exprs } = attach(
    scope,
    target.relation,
    query.assignments.map((each) => each.expr),
  );
  const layout = entryLayout(0, positions(table));
  const node: PlanNode = {
    kind: "update",
    table,
    alias: scope.rte(0).alias,
    child: relation.node,
    returning: query.returning.length > 0,
    defersWrites: query.returning.some((target) => needsSubplan(target.expr)),
    targetSlots: target.targetSlots,
    keySlot: target.keySlot,
    assignments: query.assignments.map(({ column }, at) => ({
      column,
      expr: exprs[at] ?? nullExpr(),
    })),
    generated: valuesOver(scope, layout, query.generated, "a generated column"),
    checks: checksOver(scope, layout, query.checks),
    deltas: deltasOf(scope, query),
    estimate: relation.node.estimate,
    labels: relation.node.labels,
  };
  return withReturning(scope, { node, layout: relation.layout }, query.returning);
}

function deltasOf(scope: Scope, query: BoundUpdate): readonly PlannedDelta[] | undefined {
  if (!scope.cost.settings.commutativeWrites) return undefined;
  return deltasOfUpdate(query)?.map((delta) => ({ ...delta, amount: scope.flatten(delta.amount) }));
}

export function planDelete(scope: Scope, query: BoundDelete): PlanNode {
  const { relation, targetSlots, keySlot } = planTarget(scope, query);
  const { node: child, layout } = relation;
  const node: PlanNode = {
    kind: "delete",
    table: query.table,
    alias: scope.rte(0).alias,
    child,
    returning: query.returning.length > 0,
    defersWrites: query.returning.some((target) => needsSubplan(target.expr)),
    targetSlots,
    keySlot,
    estimate: child.estimate,
    labels: child.labels,
  };
  return withReturning(scope, { node, layout }, query.returning);
}

export function planModify(scope: Scope, query: Exclude<BoundQuery, BoundSelect>): PlanNode {
  switch (query.kind) {
    case "insert":
      return planInsert(scope, query);
    case "update":
      return planUpdate(scope, query);
    case "delete":
      return planDelete(scope, query);
    case "merge":
      return planMerge(scope, query);
  }
}
