/**
 * Whether a query over one table needs but one row of each combination of some of its columns:
 * DISTINCT, DISTINCT ON, and aggregates to which equal rows make no difference or of which the first
 * row in some order is the answer. What stands above the scan stays as it is: it gets fewer rows.
 */
import type { Aggregate, Expr } from "@firstlight/sql";
import { aggregateByProc, btreeStrategies, childrenOf, oids, volatility } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { mapChildren, walk } from "./expression-map.ts";
import { isSetReturning } from "./expression-traits.ts";
import type { FirstRows, OrderColumn } from "./scan-path.ts";
import type { Scope } from "./scope.ts";

export interface WantedFirst extends FirstRows {
  readonly rte: number;
}

const GREATER = 5;
const NOTHING: Expr = { kind: "const", type: oids.BOOL, typmod: -1, position: -1, value: null };

/** Types whose equal values are the same in all that can be computed of them; 1.0 and 1.00 are not. */
const EQUAL_IS_SAME: ReadonlySet<number> = new Set([
  oids.BOOL,
  oids.BYTEA,
  oids.INT8,
  oids.INT2,
  oids.INT4,
  oids.TEXT,
  oids.VARCHAR,
  oids.DATE,
  oids.TIMESTAMP,
  oids.TIMESTAMPTZ,
  oids.UUID,
]);

/** Columns of the one entry that expressions read; undefined when they are not of one table. */
class Reads {
  readonly #scope: Scope;
  readonly columns: Set<number> = new Set();
  rte: number | undefined;
  isPlain = true;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Of rows that differ in no column the expression has to have one value. */
  add(expr: Expr): void {
    const isColumn = plainColumn(this.#scope, expr) !== undefined;
    this.addOfGroups(expr, (type) => isColumn || EQUAL_IS_SAME.has(type));
  }

  /** What is computed of one row of each group, whichever that is. */
  addOfGroups(expr: Expr, mayBe: (type: number) => boolean = () => true): void {
    walk(this.#scope.flatten(expr), (node) => {
      if (node.kind === "subLink" || node.kind === "window") this.isPlain = false;
      if (node.kind !== "var") return;
      if (!mayBe(node.type)) this.isPlain = false;
      this.#addColumn(node.rte, node.column);
    });
    if (volatility(expr) === "volatile") this.isPlain = false;
  }

  #addColumn(rte: number, column: number): void {
    this.rte ??= rte;
    if (this.rte !== rte || column < 0) this.isPlain = false;
    this.columns.add(column);
  }
}

export function wantedFirst(scope: Scope, query: BoundSelect): WantedFirst | undefined {
  const isGrouped = query.hasAggregates || query.groupBy.length > 0;
  if (!isGrouped && query.distinct === false) return undefined;
  const isOpen =
    query.from.length !== 1 ||
    query.windows.length > 0 ||
    query.rowMarks.length > 0 ||
    query.groupingSets !== undefined ||
    query.targets.some(({ expr }) => isSetReturning(expr));
  if (isOpen) return undefined;
  if (isGrouped) return ofGroups(scope, query);
  if (query.having !== undefined) return undefined;
  if (query.distinct === true) return ofDistinct(scope, query);
  return Array.isArray(query.distinct) ? ofDistinctOn(scope, query, query.distinct) : undefined;
}

function wanted(reads: Reads, order: readonly OrderColumn[]): WantedFirst | undefined {
  const { rte, columns, isPlain } = reads;
  return rte === undefined || !isPlain ? undefined : { rte, columns, order };
}

function ofDistinct(scope: Scope, query: BoundSelect): WantedFirst | undefined {
  const reads = new Reads(scope);
  for (const { expr } of query.targets) reads.add(expr);
  return wanted(reads, []);
}

/** The first row of each group in the order that is asked for. */
function ofDistinctOn(
  scope: Scope,
  query: BoundSelect,
  on: readonly number[],
): WantedFirst | undefined {
  const reads = new Reads(scope);
  for (const target of on) {
    const expr = query.targets[target]?.expr;
    if (expr === undefined || plainColumn(scope, expr) === undefined) return undefined;
    reads.add(expr);
  }
  const order: OrderColumn[] = [];
  for (const { target, descending, nullsFirst } of query.orderBy) {
    const expr = query.targets[target]?.expr;
    const column = expr && plainColumn(scope, expr);
    if (column === undefined || column.rte !== reads.rte) return undefined;
    if (!reads.columns.has(column.column)) {
      order.push({ position: column.column, descending, nullsFirst });
    }
  }
  const others = new Reads(scope);
  for (const { expr } of query.targets) others.add(expr);
  return others.isPlain ? wanted(reads, order) : undefined;
}

function plainColumn(scope: Scope, expr: Expr): { rte: number; column: number } | undefined {
  const flat = scope.flatten(expr);
  if (flat.kind === "relabel") return plainColumn(scope, flat.arg);
  return flat.kind === "var" && flat.levelsUp === 0 ? flat : undefined;
}

function aggregatesOf(scope: Scope, query: BoundSelect): Aggregate[] {
  const found: Aggregate[] = [];
  for (const expr of outputsOf(query)) {
    walk(scope.flatten(expr), (node) => {
      if (node.kind === "aggregate") found.push(node);
      return node.kind !== "aggregate";
    });
  }
  return found;
}

function outputsOf(query: BoundSelect): Expr[] {
  const exprs = query.targets.map(({ expr }) => expr);
  return query.having === undefined ? exprs : [...exprs, query.having];
}

function ofGroups(scope: Scope, query: BoundSelect): WantedFirst | undefined {
  if (outputsOf(query).some(countsEqualRows)) return undefined;
  const aggregates = aggregatesOf(scope, query);
  if (aggregates.some((each) => !ignoresEqualRows(each))) return undefined;
  const reads = new Reads(scope);
  for (const expr of query.groupBy) reads.add(expr);
  for (const expr of outputsOf(query)) {
    reads.addOfGroups(withoutAggregates(scope.flatten(expr)));
  }
  const extreme = extremeOf(scope, aggregates);
  if (extreme !== undefined && extreme.rte === reads.rte) {
    if (!reads.columns.has(extreme.position)) return wanted(reads, [extreme]);
  }
  for (const { args } of aggregates) for (const arg of args) reads.add(arg);
  for (const { filter } of aggregates) if (filter !== undefined) reads.add(filter);
  return wanted(reads, []);
}

function countsEqualRows(expr: Expr): boolean {
  if (expr.kind === "aggregate") return !ignoresEqualRows(expr);
  return childrenOf(expr).some(countsEqualRows);
}

/** What is computed of groups and not of their rows. */
function withoutAggregates(expr: Expr): Expr {
  if (expr.kind === "aggregate") return NOTHING;
  return mapChildren(expr, withoutAggregates);
}

function ignoresEqualRows(aggregate: Aggregate): boolean {
  const plain =
    aggregate.levelsUp === 0 && aggregate.orderBy.length === 0 && aggregate.directArgs.length === 0;
  return plain && (aggregate.distinct || isExtreme(aggregate));
}

function isExtreme(aggregate: Aggregate): boolean {
  return (aggregateByProc(aggregate.proc)?.sortOperator ?? 0) !== 0;
}

interface Extreme extends OrderColumn {
  readonly rte: number;
}

/** The only column whose smallest, or largest, value is asked for. */
function extremeOf(scope: Scope, aggregates: readonly Aggregate[]): Extreme | undefined {
  let found: Extreme | undefined;
  for (const aggregate of aggregates) {
    const [arg] = aggregate.args;
    if (arg === undefined || !isExtreme(aggregate) || aggregate.filter !== undefined) {
      return undefined;
    }
    const column = plainColumn(scope, arg);
    if (column === undefined) return undefined;
    const descending = isMaximum(aggregate);
    const { rte, column: position } = column;
    if (found !== undefined && found.position !== position) return undefined;
    if (found !== undefined && found.descending !== descending) return undefined;
    // NULLs count only where there is nothing else: they have to come last.
    found = { rte, position, descending, nullsFirst: false };
  }
  return found;
}

function isMaximum(aggregate: Aggregate): boolean {
  const operator = aggregateByProc(aggregate.proc)?.sortOperator ?? 0;
  return btreeStrategies(operator).some((each) => each.strategy === GREATER);
}
