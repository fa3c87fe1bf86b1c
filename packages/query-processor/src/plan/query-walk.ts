/**
 * Walks every expression of a bound query, those of nested queries with their depth: a Var inside
 * depth d with levelsUp d belongs to the query that the walk began at.
 */
import type { Expr, Var } from "@firstlight/sql";
import { childrenOf, mapInSteps, volatility } from "@firstlight/sql";
import { isOuterValue } from "../bind/outer-value.ts";
import { reachOf } from "../bind/query-reach.ts";
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

/** Whether a query in the one at hand is walked as well. */
export type Enters = (query: BoundQuery, depth: number) => boolean;

interface Walker {
  readonly node: ExprVisitor;
  readonly enters: Enters;
  /** Of nodes that are no values of a query it need not know. */
  readonly onlyValues?: true;
}

const ENTERS_ALL: Enters = () => true;

/** SubLink.query is opaque to package sql; the binder only puts a BoundSelect there. */
export function subLinkQuery(query: object): BoundSelect {
  return query as BoundSelect;
}

/** Visits every node of an expression, and of the queries in it. */
export function walkDeep(expr: Expr, depth: number, node: ExprVisitor): void {
  walkExpr(expr, depth, { node, enters: ENTERS_ALL });
}

function walkExpr(expr: Expr, depth: number, visit: Walker): void {
  walk(expr, (node) => {
    visitNode(node, depth, visit);
    const children = visit.onlyValues === true ? childrenOf(node) : [];
    if (children.length < MANY) return true;
    for (const values of mapInSteps("values", children, valuesIn)) {
      for (const value of values) visitNode(value, depth, visit);
    }
    return false;
  });
}

function visitNode(node: Expr, depth: number, visit: Walker): void {
  visit.node(node, depth);
  if (node.kind === "subLink") walkNested(subLinkQuery(node.query), depth + 1, visit);
}

const MANY = 64;

/** Of queries around it, and queries in it. */
function valuesIn(expr: Expr): readonly Expr[] {
  const found: Expr[] = [];
  walk(expr, (node) => {
    if (isOuterValue(node) || node.kind === "subLink") found.push(node);
  });
  return found;
}

function walkNested(query: BoundQuery, depth: number, visit: Walker): void {
  if (visit.enters(query, depth)) walkLevel(query, depth, visit);
}

function walkRows(rows: readonly (readonly Expr[])[], depth: number, visit: Walker): void {
  if (visit.onlyValues !== true || rows.length < MANY) {
    for (const row of rows) for (const expr of row) walkExpr(expr, depth, visit);
    return;
  }
  for (const values of mapInSteps("values of rows", rows, (row) => row.flatMap(valuesIn))) {
    for (const value of values) visitNode(value, depth, visit);
  }
}

function walkRte(rte: RangeTableEntry, depth: number, visit: Walker): void {
  switch (rte.kind) {
    case "subquery":
      walkNested(rte.query, depth + 1, visit);
      break;
    case "function":
      for (const each of rte.functions) walkExpr(each.call, depth, visit);
      break;
    case "values":
      walkRows(rte.rows, depth, visit);
      break;
    case "table":
      if (rte.sample === undefined) break;
      walkExpr(rte.sample.percentage, depth, visit);
      if (rte.sample.repeatable !== undefined) walkExpr(rte.sample.repeatable, depth, visit);
      break;
    case "join":
    case "virtual":
    case "cte":
      // A join's values count only where they are used: see usedColumns.
      break;
  }
}

function walkFrom(item: FromItem, depth: number, visit: Walker): void {
  if (item.kind === "rte") return;
  if (item.condition !== undefined) walkExpr(item.condition, depth, visit);
  walkFrom(item.left, depth, visit);
  walkFrom(item.right, depth, visit);
}

function walkWindow(clause: WindowClause, depth: number, visit: Walker): void {
  for (const expr of clause.partitionBy) walkExpr(expr, depth, visit);
  for (const key of clause.orderBy) walkExpr(key.expr, depth, visit);
  for (const bound of [clause.frame.start, clause.frame.end]) {
    if (bound.kind === "preceding" || bound.kind === "following") {
      walkExpr(bound.offset, depth, visit);
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
  visit: Walker,
): void {
  for (const cte of query.ctes) walkNested(cte.query, depth + 1, visit);
  for (const rte of query.rangeTable) walkRte(rte, depth, visit);
  for (const item of query.from ?? []) walkFrom(item, depth, visit);
  if (query.where !== undefined) walkExpr(query.where, depth, visit);
  for (const target of query.targets ?? []) walkExpr(target.expr, depth, visit);
  for (const target of query.returning ?? []) walkExpr(target.expr, depth, visit);
}

function walkMerge(query: BoundMerge, depth: number, visit: Walker): void {
  walkFrom(query.source, depth, visit);
  walkExpr(query.condition, depth, visit);
  for (const action of query.actions) {
    if (action.condition !== undefined) walkExpr(action.condition, depth, visit);
    for (const value of action.values) walkExpr(value, depth, visit);
    for (const { expr } of action.assignments) walkExpr(expr, depth, visit);
  }
}

function walkLevel(query: BoundQuery, depth: number, visit: Walker): void {
  walkShared(query, depth, visit);
  switch (query.kind) {
    case "select":
      for (const expr of query.groupBy) walkExpr(expr, depth, visit);
      if (query.having !== undefined) walkExpr(query.having, depth, visit);
      for (const clause of query.windows) walkWindow(clause, depth, visit);
      if (query.limit !== undefined) walkExpr(query.limit, depth, visit);
      if (query.offset !== undefined) walkExpr(query.offset, depth, visit);
      break;
    case "insert":
      if (query.source.kind === "values") {
        for (const row of query.source.rows) for (const expr of row) walkExpr(expr, depth, visit);
      }
      if (query.source.kind === "query") walkNested(query.source.query, depth + 1, visit);
      for (const each of query.onConflict?.assignments ?? []) walkExpr(each.expr, depth, visit);
      if (query.onConflict?.where !== undefined) walkExpr(query.onConflict.where, depth, visit);
      break;
    case "update":
      for (const each of query.assignments) walkExpr(each.expr, depth, visit);
      break;
    case "merge":
      walkMerge(query, depth, visit);
      break;
    case "delete":
      break;
  }
}

export function walkQuery(
  query: BoundQuery,
  depth: number,
  node: ExprVisitor,
  enters: Enters = ENTERS_ALL,
): void {
  walkLevel(query, depth, { node, enters });
}

/** Vars of the query itself, wherever in it they are used. */
export function walkOwnVars(query: BoundQuery, visit: (variable: Var) => void): void {
  const own: ExprVisitor = (node, depth) => {
    if (node.kind === "var" && node.levelsUp === depth) visit(node);
  };
  const enters: Enters = (nested, depth) => reachOf(nested).values >= depth;
  walkLevel(query, 0, { node: own, enters, onlyValues: true });
}

/** Whether the query refers to a query around it. */
export function refersOutside(query: BoundQuery): boolean {
  return reachOf(query).values > 0;
}

/** Whether the query refers to the one right around it. */
export function refersAround(query: BoundQuery): boolean {
  let found = false;
  const around: ExprVisitor = (node, depth) => {
    if (isOuterValue(node) && node.levelsUp === depth + 1) found = true;
  };
  const enters: Enters = (nested, depth) => !found && reachOf(nested).values > depth;
  walkLevel(query, 0, { node: around, enters, onlyValues: true });
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
