/**
 * The access path of one table: point or range on the primary key or a secondary index, else the
 * whole table; with an order that matches ORDER BY where that saves a sort.
 */
import { orderedQuals } from "./qual-order.ts";
import type { Expr } from "@firstlight/sql";
import { isSameValue, mapInSteps, quoteIdentifier } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { conjunction } from "./expression-map.ts";
import { derivedColumns } from "../bind/index-expressions.ts";
import type { BitmapPath } from "./bitmap-path.ts";
import { bitmapAccess, bitmapPath, mayCombine } from "./bitmap-path.ts";
import type { ColumnCondition, DerivedPositions, IndexMatch } from "./index-match.ts";
import {
  columnConditions,
  columnIsNotNull,
  derivedPositions,
  matchAlternatives,
  matchIndex,
  overEntry,
} from "./index-match.ts";
import type { Relation } from "./layout.ts";
import { Layout, toSlots } from "./layout.ts";
import type { SortWish } from "./ordering.ts";
import { reversed } from "./ordering.ts";
import type { Access, Estimate, KeyCondition, ScanNode } from "./plan-node.ts";
import { impliedPredicate } from "./predicate-implication.ts";
import type { ScanContext } from "./scan-cost.ts";
import { firstRowsEstimate, scanEstimate } from "./scan-cost.ts";
import type { SkipRequest } from "./skip-match.ts";
import { matchFirst, matchSkipping } from "./skip-match.ts";

export interface ScanRequestOf {
  readonly context: ScanContext;
  readonly rte: number;
  readonly table: TableDescriptor;
  readonly alias: string;
  /** Positions of the columns that are needed. */
  readonly columns: readonly number[];
  readonly withKey: boolean;
  /** Over Vars of this entry only; no subqueries. */
  readonly quals: readonly Expr[];
  /** Whether an order is of use to whoever takes the rows. */
  readonly isUseful?: ((order: readonly SortWish[]) => boolean) | undefined;
  /** Not all rows are wanted: the cheapest path for all of them may not be the one for some. */
  readonly onlySome?: boolean | undefined;
  /** One row of each combination of values would do. */
  readonly first?: FirstRows | undefined;
  /** Whether EXPLAIN writes columns with the alias: when the query has other relations. */
  readonly qualified: boolean;
}

/** Rows that differ in no column of these are as good as one of them: the first in this order. */
export interface FirstRows {
  readonly columns: ReadonlySet<number>;
  readonly order: readonly OrderColumn[];
}

export interface OrderColumn {
  readonly position: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

interface Path {
  readonly match: IndexMatch | undefined;
  readonly index: IndexDescriptor | undefined;
  readonly estimate: Estimate;
  readonly indexOnly: boolean;
  readonly reverse?: boolean;
  /** Leading columns of which each combination is read once. */
  readonly firstOf?: number;
  /** Rows by several indexes at once. */
  readonly bitmap?: BitmapPath;
}

export interface PlannedScan extends Relation {
  readonly node: ScanNode;
  readonly order: readonly SortWish[];
  /** At most one row can come of it. */
  readonly single: boolean;
}

/** A column, or an indexed expression, of the request's entry. */
function exprAt({ rte, table }: ScanRequestOf, position: number): Expr | undefined {
  const column = table.columns[position];
  if (column === undefined) {
    const derived = derivedColumns(table).exprs[position - table.columns.length];
    return derived && overEntry(derived, rte);
  }
  const { type, typmod } = column;
  return { kind: "var", rte, column: position, levelsUp: 0, type, typmod, position: -1 };
}

/** The order in which the path's rows come, but for columns that have one value in all of them. */
function orderOf(request: ScanRequestOf, { index, match, bitmap, reverse }: Path): SortWish[] {
  const primary = request.table.indexes.find((each) => each.number === 0);
  const sorted = bitmap === undefined ? index : primary;
  if (sorted === undefined) return [];
  const { keys } = derivedColumns(request.table).positionsOf(sorted);
  const conditions = match?.conditions ?? [];
  const order = sorted.columns.flatMap((column, at): SortWish[] => {
    const kind = conditions[at]?.kind;
    const position = keys[at] ?? -1;
    const expr = exprAt(request, position);
    if (kind === "equal" || kind === "isNull" || expr === undefined) return [];
    const { descending } = column;
    const nullsFirst = hasNoNulls(request, position, kind) ? undefined : column.nullsFirst;
    return [{ expr, descending, nullsFirst }];
  });
  return reverse === true ? reversed(order) : order;
}

type Direction = "forward" | "backward";

/** How an index with these columns has to be read to give the order. */
function directionOf(
  request: ScanRequestOf,
  rest: readonly OrderColumn[],
  columns: IndexDescriptor["columns"],
): Direction | undefined {
  let direction: Direction | undefined;
  for (const [at, each] of rest.entries()) {
    const column = columns[at];
    if (column === undefined || column.column - 1 !== each.position) return undefined;
    const forward = column.descending === each.descending;
    const nullsAgree = hasNoNulls(request, each.position, undefined)
      ? true
      : (column.nullsFirst === each.nullsFirst) === forward;
    const here = forward ? "forward" : "backward";
    if (!nullsAgree || (direction !== undefined && direction !== here)) return undefined;
    direction = here;
  }
  return direction ?? "forward";
}

function hasNoNulls(
  request: ScanRequestOf,
  position: number,
  kind: KeyCondition["kind"] | undefined,
): boolean {
  if (kind === "range" || kind === "any") return true;
  if (columnIsNotNull(request.table, position)) return true;
  return request.quals.some(
    (qual) => qual.kind === "isNotNull" && isColumn(qual.arg, request.rte, position),
  );
}

function isColumn(expr: Expr, rte: number, position: number): boolean {
  if (isSameValue(expr)) return isColumn(expr.arg, rte, position);
  return expr.kind === "var" && expr.rte === rte && expr.column === position;
}

function pathOf(
  request: ScanRequestOf,
  index: IndexDescriptor | undefined,
  match: IndexMatch | undefined,
): Path {
  const { context, quals, columns } = request;
  const covers = index !== undefined && coversColumns(request, index);
  const indexOnly = covers && index.number !== 0 && context.cost.settings.indexOnlyScan;
  return {
    match,
    index,
    indexOnly,
    estimate: scanEstimate(context, { index, match, indexOnly, quals, columns }),
  };
}

function coversColumns(request: ScanRequestOf, index: IndexDescriptor): boolean {
  if (index.number === 0 || request.withKey) return false;
  const stored = new Set([...index.columns.map((each) => each.column), ...index.include]);
  return request.columns.every((position) => stored.has(position + 1));
}

function candidatePaths(request: ScanRequestOf): Path[] {
  const { rte, table, quals, context } = request;
  const derived = derivedPositions(table, rte);
  const conditions = mapInSteps("conditions", quals, (qual) =>
    columnConditions(qual, rte, derived, (expr) => context.estimation.valueOf(expr)),
  ).flat();
  const { positionsOf } = derivedColumns(table);
  const primary = request.table.indexes.find((index) => index.number === 0);
  const paths: Path[] = [];
  for (const index of request.table.indexes) {
    const implied = impliedPredicate(table, index, rte, quals);
    if (implied === undefined) continue;
    const match = matchIndex(index, positionsOf(index).keys, conditions, implied);
    const asked = { context, rte, table, index, conditions };
    if (index.columns.length > 1) paths.push(...skippingPaths(request, asked, match));
    if (request.first !== undefined) paths.push(...firstPaths(request, asked, request.first));
    if (match !== undefined) paths.push(pathOf(request, index, match));
    else if (request.isUseful !== undefined && index !== primary) {
      paths.push(pathOf(request, index, undefined));
    }
  }
  paths.push(...combinedPaths(request, derived, paths));
  paths.push(pathOf(request, primary, undefined));
  return paths;
}

/** Where a column of the index has no condition, and one behind it has. */
function skippingPaths(
  request: ScanRequestOf,
  asked: SkipRequest,
  match: IndexMatch | undefined,
): Path[] {
  if (asked.conditions.length === 0 || match?.unique === true) return [];
  const skipping = matchSkipping(asked);
  if (skipping === undefined || skipping.used.length <= (match?.used.length ?? 0)) return [];
  return [pathOf(request, asked.index, skipping)];
}

function firstPaths(request: ScanRequestOf, asked: SkipRequest, first: FirstRows): Path[] {
  const { index, context } = asked;
  const found = matchFirst(asked, first.columns, request.quals);
  if (found === undefined) return [];
  const { match, count, groups } = found;
  const direction = directionOf(request, first.order, index.columns.slice(count));
  if (direction === undefined) return [];
  const plain = pathOf(request, index, match);
  const { columns } = request;
  const estimate = firstRowsEstimate(context, { ...plain, columns }, groups);
  return [{ ...plain, estimate, firstOf: count, reverse: direction === "backward" }];
}

/** Arms of an OR as ranges of one index, and rows by several indexes at once. */
function combinedPaths(
  request: ScanRequestOf,
  derived: DerivedPositions,
  paths: readonly Path[],
): Path[] {
  const { rte, table, quals, context } = request;
  const single = paths.some((path) => path.match?.unique === true);
  if (single || !mayCombine(quals, paths.length)) return [];
  const conditionsOf = (qual: Expr): readonly ColumnCondition[] =>
    columnConditions(qual, rte, derived, (expr) => context.estimation.valueOf(expr));
  const { positionsOf } = derivedColumns(table);
  const ranges = quals.flatMap((qual): Path[] => {
    if (qual.kind !== "or" || conditionsOf(qual).length > 0) return [];
    const others = quals.filter((each) => each !== qual).flatMap(conditionsOf);
    return table.indexes.flatMap((index): Path[] => {
      if (index.predicate !== undefined) return [];
      const { keys } = positionsOf(index);
      const match = matchAlternatives(index, keys, qual, conditionsOf, others);
      return match === undefined ? [] : [pathOf(request, index, match)];
    });
  });
  const bitmap = bitmapPath(request, derived);
  if (bitmap === undefined) return ranges;
  const { estimate } = bitmap;
  const found = { bitmap, estimate, match: undefined, index: undefined } as const;
  return [...ranges, { ...found, indexOnly: false }];
}

function cheapest(paths: readonly Path[]): Path {
  let best = paths[0];
  for (const path of paths) {
    if (best === undefined || path.estimate.total < best.estimate.total) best = path;
  }
  if (best === undefined) throw new Error("a table without a path");
  return best;
}

/** The other way round, where the order may be wanted. Bitmaps are read forward only. */
function bothWays(path: Path): readonly Path[] {
  const isFixed =
    path.bitmap !== undefined || (path.firstOf !== undefined && path.reverse === true);
  return isFixed || path.index === undefined ? [path] : [path, { ...path, reverse: true }];
}

/** The cheapest scan, and those whose order is of use. */
export function planScans(request: ScanRequestOf): readonly PlannedScan[] {
  const { isUseful } = request;
  const paths = candidatePaths(request);
  const best = cheapest(paths);
  const scans = [scanOf(request, best)];
  if (isUseful === undefined) return scans;
  for (const path of paths.flatMap(bothWays)) {
    if (path === best) continue;
    const isWanted = request.onlySome === true && path.reverse !== true;
    if (!isWanted && !isUseful(orderOf(request, path))) continue;
    scans.push(scanOf(request, path));
  }
  return scans;
}

export function planScan(request: ScanRequestOf): PlannedScan {
  return scanOf(request, cheapest(candidatePaths(request)));
}

/** Stands for the key of an entry's row. */
export function keyVar(rte: number): Expr {
  return { kind: "var", rte, column: -1, levelsUp: 0, type: 25, typmod: -1, position: -1 };
}

export function scanLayout(request: ScanRequestOf): Layout {
  const layout = new Layout(request.columns.length + (request.withKey ? 1 : 0));
  request.columns.forEach((position, at) => {
    layout.set(
      {
        kind: "var",
        rte: request.rte,
        column: position,
        levelsUp: 0,
        type: 0,
        typmod: -1,
        position: -1,
      },
      at,
    );
  });
  if (request.withKey) layout.set(keyVar(request.rte), request.columns.length);
  return layout;
}

function indexAccess(path: Path, index: IndexDescriptor, layout: Layout): Access {
  const { match, indexOnly } = path;
  return {
    kind: "index",
    index,
    conditions: match?.conditions ?? [],
    ...(match?.alternatives === undefined ? {} : { alternatives: match.alternatives }),
    ...(path.firstOf === undefined ? {} : { firstOf: path.firstOf }),
    indexOnly,
    display: (match?.shown ?? []).map((qual) => toSlots(qual, layout)),
  };
}

function scanOf(request: ScanRequestOf, path: Path): PlannedScan {
  const layout = scanLayout(request);
  const covered = path.match?.covered ?? new Set<Expr>();
  // The first row of a group is one that all conditions are true of.
  const asked = path.firstOf === undefined ? request.quals : [];
  const filter = conjunction(orderedQuals(asked.filter((qual) => !covered.has(qual))));
  const usesIndex =
    path.match !== undefined || (path.index !== undefined && path.index.number !== 0);
  const access: Access =
    path.bitmap !== undefined
      ? bitmapAccess(path.bitmap, layout)
      : path.index === undefined || !usesIndex
        ? { kind: "full" }
        : indexAccess(path, path.index, layout);
  const prefix = request.qualified ? `${quoteIdentifier(request.alias)}.` : "";
  const names = request.columns.map(
    (at) => prefix + quoteIdentifier(request.table.columns[at]?.name ?? ""),
  );
  return {
    node: {
      kind: "scan",
      table: request.table,
      alias: request.alias,
      columns: request.columns,
      withKey: request.withKey,
      access,
      reverse: path.reverse === true,
      filter: filter === undefined ? undefined : toSlots(filter, layout),
      estimate: path.estimate,
      labels: request.withKey ? [...names, "key"] : names,
    },
    layout,
    order: request.isUseful === undefined ? [] : orderOf(request, path),
    single:
      path.match?.unique === true && path.match.conditions.every((each) => each.kind !== "any"),
  };
}
