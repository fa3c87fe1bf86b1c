/**
 * Walks every expression of a bound query, those of nested queries with their depth: a Var inside
 * depth d with levelsUp d belongs to the query that the walk began at.
 */
import type { Expr, Var } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import { isOuterValue } from "../bind/deepen.ts";
import type {
  BoundCte,
  BoundMerge,
  BoundQuery,
  BoundSelect,
  FromItem,
  RangeTableEntry,
  TargetEntry,
  WindowClause,
} from "../bind/query-tree.ts";
import { walk } from "./expression-map.ts";

export type ExprVisitor = (expr: Expr, depth: number) => void;

/** SubLink.query is opaque to package sql; the binder only puts a BoundSelect there. */
export function subLinkQuery(query: object): BoundSelect {
  return query as BoundSelect;
}

/** Visits every node of an expression, and of the queries in it. */
export function walkDeep(expr: Expr, depth: number, visit: ExprVisitor): void {
  walk(expr, (node) => {
    visit(node, depth);
    if (node.kind === "subLink") walkQuery(subLinkQuery(node.query), depth + 1, visit);
  });
}

function walkRte(rte: RangeTableEntry, depth: number, visit: ExprVisitor): void {
  switch (rte.kind) {
    case "subquery":
      walkQuery(rte.query, depth + 1, visit);
      break;
    case "function":
      for (const each of rte.functions) walkDeep(each.call, depth, visit);
      break;
    case "values":
      for (const row of rte.rows) for (const expr of row) walkDeep(expr, depth, visit);
      break;
    case "table":
      if (rte.sample === undefined) break;
      walkDeep(rte.sample.percentage, depth, visit);
      if (rte.sample.repeatable !== undefined) walkDeep(rte.sample.repeatable, depth, visit);
      break;
    case "join":
    case "virtual":
    case "cte":
      // A join's values count only where they are used: see usedColumns.
      break;
  }
}

function walkFrom(item: FromItem, depth: number, visit: ExprVisitor): void {
  if (item.kind === "rte") return;
  if (item.condition !== undefined) walkDeep(item.condition, depth, visit);
  walkFrom(item.left, depth, visit);
  walkFrom(item.right, depth, visit);
}

function walkWindow(clause: WindowClause, depth: number, visit: ExprVisitor): void {
  for (const expr of clause.partitionBy) walkDeep(expr, depth, visit);
  for (const key of clause.orderBy) walkDeep(key.expr, depth, visit);
  for (const bound of [clause.frame.start, clause.frame.end]) {
    if (bound.kind === "preceding" || bound.kind === "following") {
      walkDeep(bound.offset, depth, visit);
    }
  }
}

function walkShared(
  query: {
    readonly ctes: readonly BoundCte[];
    readonly rangeTable: readonly RangeTableEntry[];
    readonly from?: readonly FromItem[];
    readonly where?: Expr | undefined;
    readonly targets?: readonly TargetEntry[];
    readonly returning?: readonly TargetEntry[];
  },
  depth: number,
  visit: ExprVisitor,
): void {
  for (const cte of query.ctes) walkQuery(cte.query, depth + 1, visit);
  for (const rte of query.rangeTable) walkRte(rte, depth, visit);
  for (const item of query.from ?? []) walkFrom(item, depth, visit);
  if (query.where !== undefined) walkDeep(query.where, depth, visit);
  for (const target of query.targets ?? []) walkDeep(target.expr, depth, visit);
  for (const target of query.returning ?? []) walkDeep(target.expr, depth, visit);
}

function walkMerge(query: BoundMerge, depth: number, visit: ExprVisitor): void {
  walkFrom(query.source, depth, visit);
  walkDeep(query.condition, depth, visit);
  for (const action of query.actions) {
    if (action.condition !== undefined) walkDeep(action.condition, depth, visit);
    for (const value of action.values) walkDeep(value, depth, visit);
    for (const { expr } of action.assignments) walkDeep(expr, depth, visit);
  }
}

export function walkQuery(query: BoundQuery, depth: number, visit: ExprVisitor): void {
  walkShared(query, depth, visit);
  switch (query.kind) {
    case "select":
      for (const expr of query.groupBy) walkDeep(expr, depth, visit);
      if (query.having !== undefined) walkDeep(query.having, depth, visit);
      for (const clause of query.windows) walkWindow(clause, depth, visit);
      if (query.limit !== undefined) walkDeep(query.limit, depth, visit);
      if (query.offset !== undefined) walkDeep(query.offset, depth, visit);
      break;
    case "insert":
      if (query.source.kind === "values") {
        for (const row of query.source.rows) for (const expr of row) walkDeep(expr, depth, visit);
      }
      if (query.source.kind === "query") walkQuery(query.source.query, depth + 1, visit);
      for (const each of query.onConflict?.assignments ?? []) walkDeep(each.expr, depth, visit);
      if (query.onConflict?.where !== undefined) walkDeep(query.onConflict.where, depth, visit);
      break;
    case "update":
      for (const each of query.assignments) walkDeep(each.expr, depth, visit);
      break;
    case "merge":
      walkMerge(query, depth, visit);
      break;
    case "delete":
      break;
  }
}

/** Vars of the query itself, wherever in it they are used. */
export function walkOwnVars(query: BoundQuery, visit: (variable: Var) => void): void {
  walkQuery(query, 0, (node, depth) => {
    if (node.kind === "var" && node.levelsUp === depth) visit(node);
  });
}

/** Whether the query refers to a query around it. */
export function refersOutside(query: BoundQuery): boolean {
  let found = false;
  walkQuery(query, 0, (node, depth) => {
    if (node.kind === "var" && node.levelsUp > depth) found = true;
    const isOuter = node.kind === "aggregate" || node.kind === "grouping";
    if (isOuter && node.levelsUp > depth) found = true;
  });
  return found;
}

/** Whether the query refers to the one right around it. */
export function refersAround(query: BoundQuery): boolean {
  let found = false;
  walkQuery(query, 0, (node, depth) => {
    if (isOuterValue(node) && node.levelsUp === depth + 1) found = true;
  });
  return found;
}

function isVolatileCall(node: Expr): boolean {
  return node.kind === "call" && volatility({ ...node, args: [] }) === "volatile";
}

/** Whether it, or a query in it, may call something volatile. */
export function isVolatileQuery(query: BoundQuery): boolean {
  let found = false;
  walkQuery(query, 0, (node) => {
    found ||= isVolatileCall(node);
  });
  return found;
}

/** The same of an expression. */
export function isDeeplyVolatile(expr: Expr): boolean {
  let found = false;
  walkDeep(expr, 0, (node) => {
    found ||= isVolatileCall(node);
  });
  return found;
}

function rangesReachOut(query: BoundQuery, depth: number): boolean {
  return (
    query.rangeTable.some((rte) =>
      rte.kind === "cte"
        ? rte.levelsUp > depth
        : rte.kind === "subquery" && rangesReachOut(rte.query, depth + 1),
    ) || query.ctes.some((cte) => rangesReachOut(cte.query, depth + 1))
  );
}

/** Whether the query, or one in it, reads a CTE of a query around it. */
export function readsOuterCte(query: BoundQuery): boolean {
  let found = rangesReachOut(query, 0);
  walkQuery(query, 0, (node, depth) => {
    if (node.kind !== "subLink" || found) return;
    found = rangesReachOut(subLinkQuery(node.query), depth + 1);
  });
  return found;
}

export function containsSubLink(expr: Expr): boolean {
  let found = false;
  walk(expr, (node) => {
    if (node.kind === "subLink") found = true;
    return !found;
  });
  return found;
}
