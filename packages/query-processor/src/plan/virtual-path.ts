/**
 * How a relation of pg_catalog is read: by the value of a column that PostgreSQL has an index on,
 * else as a whole.
 */
import type { Expr } from "@firstlight/sql";
import { elementTypeOf } from "@firstlight/sql";
import type { RangeTableEntry } from "../bind/query-tree.ts";
import { uniqueColumns, virtualKeys } from "../catalog/virtual/virtual-keys.ts";
import { isEqualityCall, isHashEquality, plainVar } from "./equality.ts";
import { estimate } from "./estimate.ts";
import { isRunTimeConstant } from "./index-match.ts";
import type { Relation } from "./layout.ts";
import { Layout, toSlots } from "./layout.ts";
import type { PlanNode } from "./plan-node.ts";
import type { Scope } from "./scope.ts";
import { filterRelation, needsSubplan } from "./subplans.ts";
import type { VirtualLookup } from "./virtual-lookup.ts";

export interface VirtualRequest {
  readonly rte: number;
  readonly entry: Extract<RangeTableEntry, { kind: "virtual" }>;
  readonly rows: number;
  readonly quals: readonly Expr[];
}

interface ColumnEquality {
  readonly qual: Expr;
  readonly column: number;
  readonly kind: VirtualLookup["kind"];
  readonly value: Expr;
}

/** To find a list of rows by a value. */
const LOOKUP_COST = 0.02;
/** Strings, and single values that are equal as they are held. */
const TEXTS: ReadonlySet<number> = new Set([19, 25, 1043]);
const PLAIN: ReadonlySet<number> = new Set([18, 19, 21, 23, 24, 26, 2205, 2206]);

function isComparable(column: number, value: number): boolean {
  if (!PLAIN.has(column)) return false;
  return column === value || (TEXTS.has(column) && TEXTS.has(value));
}

function columnIs(
  rte: number,
  qual: Expr,
  [side, value]: readonly [Expr, Expr],
  kind: VirtualLookup["kind"],
): ColumnEquality | undefined {
  const variable = plainVar(side);
  if (variable?.rte !== rte || variable.levelsUp !== 0) return undefined;
  if (!isRunTimeConstant(value) || needsSubplan(value)) return undefined;
  const type = kind === "any" ? elementTypeOf(value.type) : value.type;
  if (!isComparable(variable.type, type)) return undefined;
  return { qual, column: variable.column, kind, value };
}

function equalityOf(rte: number, qual: Expr): ColumnEquality | undefined {
  if (qual.kind === "scalarArrayOp") {
    if (!qual.any || !isHashEquality(qual.operator, qual.scalar.type)) return undefined;
    return columnIs(rte, qual, [qual.scalar, qual.array], "any");
  }
  if (!isEqualityCall(qual)) return undefined;
  const [left, right] = qual.args;
  if (left === undefined || right === undefined) return undefined;
  return columnIs(rte, qual, [left, right], "equal") ?? columnIs(rte, qual, [right, left], "equal");
}

interface ChosenLookup {
  readonly equality: ColumnEquality;
  readonly index: string;
  /** Of the rows. */
  readonly share: number;
}

/** The one that leaves the fewest rows. */
function chooseLookup(
  scope: Scope,
  { rte, entry }: VirtualRequest,
  quals: readonly Expr[],
): ChosenLookup | undefined {
  const keys = virtualKeys(entry.table);
  if (keys.length === 0 || quals.length === 0) return undefined;
  let best: ChosenLookup | undefined;
  for (const qual of quals) {
    const equality = equalityOf(rte, qual);
    const key = equality && keys.find(({ column }) => column === equality.column);
    if (equality === undefined || key === undefined) continue;
    const share = scope.selectivity([qual]);
    if (best === undefined || share < best.share) best = { equality, index: key.index, share };
  }
  return best;
}

function layoutOf({ rte }: VirtualRequest, columns: readonly number[]): Layout {
  const layout = new Layout(columns.length);
  columns.forEach((column, at) => {
    layout.set({ kind: "var", rte, column, levelsUp: 0, type: 0, typmod: -1, position: -1 }, at);
  });
  return layout;
}

function lookupOf(chosen: ChosenLookup, layout: Layout): VirtualLookup {
  const { equality, index } = chosen;
  const { column, kind, value, qual } = equality;
  return { column, kind, value, index, display: toSlots(qual, layout) };
}

/** The relation's rows of which the request's conditions and these are true. */
export function planVirtual(
  scope: Scope,
  request: VirtualRequest,
  more: readonly Expr[] = [],
): Relation {
  const { rte, entry, rows } = request;
  const quals = [...request.quals, ...more];
  const columns = scope.columnsOf(rte);
  const layout = layoutOf(request, columns);
  const chosen = chooseLookup(scope, request, quals);
  const { tuple } = scope.cost;
  const found = rows * (chosen?.share ?? 1);
  const cost = (chosen === undefined ? 0 : LOOKUP_COST) + found * tuple;
  const node: PlanNode = {
    kind: "virtualScan",
    table: entry.table,
    alias: entry.alias,
    columns,
    lookup: chosen && lookupOf(chosen, layout),
    estimate: estimate(found, 0, cost, columns.length * 8),
    labels: columns.map((at) => entry.columns[at]?.name ?? ""),
  };
  const rest = quals.filter((qual) => qual !== chosen?.equality.qual);
  return filterRelation(scope, { node, layout }, rest);
}

/** Whether rows are found by values that these conditions bring. */
export function usesLookup(scope: Scope, request: VirtualRequest, more: readonly Expr[]): boolean {
  const chosen = chooseLookup(scope, request, [...request.quals, ...more]);
  return chosen !== undefined && more.includes(chosen.equality.qual);
}

/** The share of rows that values of all columns of a unique key leave. */
export function virtualKeyShare({ entry, rows }: VirtualRequest, exprs: readonly Expr[]): number {
  const compared = exprs.map((expr) => plainVar(expr)?.column);
  const isKey = uniqueColumns(entry.table).some((columns) =>
    columns.every((column) => compared.includes(column)),
  );
  return isKey ? 1 / Math.max(1, rows) : 0;
}
