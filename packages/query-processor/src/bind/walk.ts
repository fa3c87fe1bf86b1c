/** Traversal of bound trees: children, copying with replacement, and queries inside sublinks. */
import type { Expr } from "@firstlight/sql";
import { childrenOf, mapChildren } from "@firstlight/sql";
import type {
  BoundMerge,
  BoundQuery,
  BoundSelect,
  FromItem,
  RangeTableEntry,
} from "./query-tree.ts";

export { mapChildren } from "@firstlight/sql";

/** Calls `visit` for each direct child. */
export function forEachChild(expr: Expr, visit: (expr: Expr) => void): void {
  for (const child of childrenOf(expr)) visit(child);
}

/** Moves an expression `levels` queries inwards: its Vars refer that much farther outwards. */
export function shiftLevels(expr: Expr, levels: number): Expr {
  if (levels === 0) return expr;
  if (expr.kind === "var") return { ...expr, levelsUp: expr.levelsUp + levels };
  return mapChildren(expr, (child) => shiftLevels(child, levels));
}

/** The query of a sublink: the tree declares it opaque because it cannot name binder types. */
export function queryOf(link: { readonly query: object }): BoundSelect {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the binder makes sublinks
  return link.query as BoundSelect;
}

/**
 * Visits an expression and everything below it, subqueries included. `depth` counts the queries
 * between the start and the visited expression. Return false to skip what is below.
 */
export type Visitor = (expr: Expr, depth: number) => boolean;

export function visitExpr(expr: Expr, visit: Visitor, depth = 0): void {
  if (!visit(expr, depth) || expr.kind === "const") return;
  forEachChild(expr, (child) => visitExpr(child, visit, depth));
  if (expr.kind === "subLink") visitQuery(queryOf(expr), visit, depth + 1);
}

function visitFrom(item: FromItem, visit: (expr: Expr) => void): void {
  if (item.kind === "rte") return;
  visitFrom(item.left, visit);
  visitFrom(item.right, visit);
  if (item.condition !== undefined) visit(item.condition);
}

function visitEntry(entry: RangeTableEntry, visit: Visitor, depth: number): void {
  if (entry.kind === "subquery") visitQuery(entry.query, visit, depth + 1);
  else if (entry.kind === "function") {
    for (const { call } of entry.functions) visitExpr(call, visit, depth);
  } else if (entry.kind === "values") {
    for (const row of entry.rows) for (const each of row) visitExpr(each, visit, depth);
  } else if (entry.kind === "table" && entry.sample !== undefined) {
    visitExpr(entry.sample.percentage, visit, depth);
    if (entry.sample.repeatable !== undefined) visitExpr(entry.sample.repeatable, visit, depth);
  }
}

function visitCommon(query: BoundQuery, visit: Visitor, depth: number): void {
  for (const cte of query.ctes) visitQuery(cte.query, visit, depth + 1);
  for (const entry of query.rangeTable) visitEntry(entry, visit, depth);
}

function visitSelect(query: BoundSelect, one: (expr: Expr) => void): void {
  for (const item of query.from) visitFrom(item, one);
  for (const target of query.targets) one(target.expr);
  for (const each of query.groupBy) one(each);
  for (const each of [query.where, query.having, query.offset, query.limit]) {
    if (each !== undefined) one(each);
  }
  for (const { partitionBy, orderBy, frame } of query.windows) {
    for (const each of partitionBy) one(each);
    for (const key of orderBy) one(key.expr);
    for (const bound of [frame.start, frame.end]) if ("offset" in bound) one(bound.offset);
  }
}

function visitMerge(query: BoundMerge, one: (expr: Expr) => void): void {
  visitFrom(query.source, one);
  one(query.condition);
  for (const action of query.actions) {
    if (action.condition !== undefined) one(action.condition);
    action.values.forEach(one);
    for (const { expr } of action.assignments) one(expr);
  }
}

function visitModification(
  query: Exclude<BoundQuery, BoundSelect>,
  one: (expr: Expr) => void,
): void {
  for (const target of query.returning) one(target.expr);
  if (query.kind === "insert") {
    if (query.source.kind === "values") for (const row of query.source.rows) row.forEach(one);
    for (const { expr } of query.onConflict?.assignments ?? []) one(expr);
    if (query.onConflict?.where !== undefined) one(query.onConflict.where);
    return;
  }
  if (query.kind === "merge") {
    visitMerge(query, one);
    return;
  }
  for (const item of query.from) visitFrom(item, one);
  if (query.where !== undefined) one(query.where);
  if (query.kind === "update") for (const { expr } of query.assignments) one(expr);
}

/** The expressions of a query's own level: not those of its range table and of queries in it. */
export function forEachOwnExpr(query: BoundQuery, one: (expr: Expr) => void): void {
  if (query.kind === "select") visitSelect(query, one);
  else visitModification(query, one);
}

/** Visits every expression of a query; `depth` is the query's own. */
export function visitQuery(query: BoundQuery, visit: Visitor, depth: number): void {
  visitCommon(query, visit, depth);
  if (query.kind === "insert" && query.source.kind === "query") {
    visitQuery(query.source.query, visit, depth + 1);
  }
  forEachOwnExpr(query, (expr) => visitExpr(expr, visit, depth));
}

export interface RootVisitor {
  query(query: BoundQuery): void;
  /** An expression that is no part of another one; subqueries in it come by themselves. */
  root(expr: Expr): void;
}

function rootsOfEntry(
  entry: RangeTableEntry,
  visitor: RootVisitor,
  one: (expr: Expr) => void,
): void {
  if (entry.kind === "subquery" && entry.view === undefined) forEachRoot(entry.query, visitor);
  else if (entry.kind === "function") for (const { call } of entry.functions) one(call);
  else if (entry.kind === "values") for (const row of entry.rows) row.forEach(one);
}

/** The queries of a statement and their expressions; views are left to themselves. */
export function forEachRoot(query: BoundQuery, visitor: RootVisitor): void {
  const one = (expr: Expr): void => {
    visitor.root(expr);
    visitExpr(expr, (each, depth) => {
      if (depth === 0 && each.kind === "subLink") forEachRoot(queryOf(each), visitor);
      return depth === 0;
    });
  };
  for (const cte of query.ctes) forEachRoot(cte.query, visitor);
  for (const entry of query.rangeTable) rootsOfEntry(entry, visitor, one);
  if (query.kind === "insert" && query.source.kind === "query") {
    forEachRoot(query.source.query, visitor);
  }
  forEachOwnExpr(query, one);
  visitor.query(query);
}

/** What says how an expression was written, and nothing of what it is. */
const IMMATERIAL: ReadonlySet<string> = new Set(["position", "display", "sqlSyntax"]);

/** Structural equality, whatever the positions and the way that casts were written. */
export function sameExpr(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((each, i) => sameExpr(each, b[i]));
  }
  if (a instanceof Uint8Array) {
    return b instanceof Uint8Array && a.length === b.length && a.every((each, i) => each === b[i]);
  }
  return sameFields(a, b);
}

/** What tells most expressions apart, before all that they consist of is listed. */
interface Telling {
  readonly kind?: unknown;
  readonly type?: unknown;
  readonly column?: unknown;
  readonly rte?: unknown;
  readonly proc?: unknown;
  readonly value?: unknown;
}

function mayBeSame(a: Telling, b: Telling): boolean {
  return (
    a.column === b.column &&
    a.kind === b.kind &&
    a.type === b.type &&
    a.proc === b.proc &&
    a.rte === b.rte &&
    (a.value === b.value || typeof a.value === "object")
  );
}

type Fields = Telling & Readonly<Record<string, unknown>>;

function isMaterial(key: string): boolean {
  return !IMMATERIAL.has(key);
}

function sameFields(a: object, b: object): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever they are, they have fields
  const [left, right] = [a as Fields, b as Fields];
  if (!mayBeSame(left, right)) return false;
  let count = 0;
  for (const key of Object.keys(left)) {
    if (!isMaterial(key)) continue;
    if (!Object.hasOwn(right, key) || !sameExpr(left[key], right[key])) return false;
    count++;
  }
  for (const key of Object.keys(right)) if (isMaterial(key)) count--;
  return count === 0;
}
