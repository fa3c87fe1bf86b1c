/**
 * A query with other expressions, and other queries in it, in the places of its own. One level only:
 * for those who count how many queries stand between. See map-query.ts for the others.
 */
import type { Expr } from "@firstlight/sql";
import type {
  BoundSelect,
  FromItem,
  RangeTableEntry,
  TableSample,
  WindowClause,
} from "./query-tree.ts";

/** What takes the places of a query's parts. */
export interface SelectMap {
  readonly expr: (expr: Expr) => Expr;
  /** Of the queries in FROM and in WITH; those in expressions are `expr`'s own matter. */
  readonly query: (query: BoundSelect) => BoundSelect;
  /** Of references to WITH queries; itself if absent. */
  readonly levelsUp?: (levelsUp: number) => number;
}

type MapExpr = SelectMap["expr"];

function optional(expr: Expr | undefined, map: MapExpr): Expr | undefined {
  return expr === undefined ? undefined : map(expr);
}

function mapSample(sample: TableSample, map: MapExpr): TableSample {
  const { percentage, repeatable } = sample;
  return { ...sample, percentage: map(percentage), repeatable: optional(repeatable, map) };
}

export function mapEntry(entry: RangeTableEntry, map: SelectMap): RangeTableEntry {
  const { expr } = map;
  switch (entry.kind) {
    case "table":
      return entry.sample === undefined
        ? entry
        : { ...entry, sample: mapSample(entry.sample, expr) };
    case "virtual":
      return entry;
    case "subquery":
      return { ...entry, query: map.query(entry.query) };
    case "function":
      return {
        ...entry,
        functions: entry.functions.map((each) => ({ ...each, call: expr(each.call) })),
      };
    case "values":
      return { ...entry, rows: entry.rows.map((row) => row.map(expr)) };
    case "cte":
      return { ...entry, levelsUp: map.levelsUp?.(entry.levelsUp) ?? entry.levelsUp };
    case "join":
      return { ...entry, values: entry.values.map(expr) };
  }
}

function mapFrom(item: FromItem, map: MapExpr): FromItem {
  if (item.kind === "rte") return item;
  return {
    ...item,
    left: mapFrom(item.left, map),
    right: mapFrom(item.right, map),
    condition: optional(item.condition, map),
  };
}

function mapWindow(window: WindowClause, map: MapExpr): WindowClause {
  const { start, end } = window.frame;
  return {
    ...window,
    partitionBy: window.partitionBy.map(map),
    orderBy: window.orderBy.map((key) => ({ ...key, expr: map(key.expr) })),
    frame: {
      ...window.frame,
      start: "offset" in start ? { ...start, offset: map(start.offset) } : start,
      end: "offset" in end ? { ...end, offset: map(end.offset) } : end,
    },
  };
}

/** WITH queries that change data stay: only statements have them, and those are never moved. */
export function mapSelect(query: BoundSelect, map: SelectMap): BoundSelect {
  const { expr } = map;
  return {
    ...query,
    ctes: query.ctes.map((cte) =>
      cte.query.kind === "select" ? { ...cte, query: map.query(cte.query) } : cte,
    ),
    rangeTable: query.rangeTable.map((entry) => mapEntry(entry, map)),
    from: query.from.map((item) => mapFrom(item, expr)),
    where: optional(query.where, expr),
    targets: query.targets.map((target) => ({ ...target, expr: expr(target.expr) })),
    groupBy: query.groupBy.map(expr),
    having: optional(query.having, expr),
    windows: query.windows.map((window) => mapWindow(window, expr)),
    offset: optional(query.offset, expr),
    limit: optional(query.limit, expr),
  };
}
