/** Traversal of bound trees: children, copying with replacement, and queries inside sublinks. */
import type { Aggregate, Case, Expr, SortKey, Subscript, WindowCall } from "@firstlight/sql";
import type { BoundQuery, BoundSelect, FromItem, RangeTableEntry } from "./query-tree.ts";

function mapKeys(keys: readonly SortKey[], map: (expr: Expr) => Expr): readonly SortKey[] {
  return keys.map((key) => ({ ...key, expr: map(key.expr) }));
}

function mapAll(exprs: readonly Expr[], map: (expr: Expr) => Expr): readonly Expr[] {
  return exprs.map((each) => map(each));
}

function mapOptional(
  exprs: readonly (Expr | undefined)[],
  map: (expr: Expr) => Expr,
): readonly (Expr | undefined)[] {
  return exprs.map((each) => (each === undefined ? undefined : map(each)));
}

function mapCase(expr: Case, map: (expr: Expr) => Expr): Expr {
  return {
    ...expr,
    ...(expr.arg === undefined ? {} : { arg: map(expr.arg) }),
    whens: expr.whens.map((when) => ({
      condition: map(when.condition),
      result: map(when.result),
    })),
    otherwise: map(expr.otherwise),
  };
}

function mapSubscript(expr: Subscript, map: (expr: Expr) => Expr): Expr {
  return {
    ...expr,
    container: map(expr.container),
    upper: mapOptional(expr.upper, map),
    ...(expr.lower === undefined ? {} : { lower: mapOptional(expr.lower, map) }),
    ...(expr.value === undefined ? {} : { value: map(expr.value) }),
  };
}

function mapAggregate(expr: Aggregate, map: (expr: Expr) => Expr): Expr {
  return {
    ...expr,
    args: mapAll(expr.args, map),
    orderBy: mapKeys(expr.orderBy, map),
    directArgs: mapAll(expr.directArgs, map),
    ...(expr.filter === undefined ? {} : { filter: map(expr.filter) }),
  };
}

function mapWindowCall(expr: WindowCall, map: (expr: Expr) => Expr): Expr {
  return {
    ...expr,
    args: mapAll(expr.args, map),
    ...(expr.filter === undefined ? {} : { filter: map(expr.filter) }),
  };
}

/** A copy with each direct child replaced; queries of sublinks are left as they are. */
export function mapChildren(expr: Expr, map: (expr: Expr) => Expr): Expr {
  switch (expr.kind) {
    case "const":
    case "param":
    case "var":
    case "slot":
    case "execParam":
    case "caseTest":
    case "sqlValue":
    case "grouping":
    case "default":
      return expr;
    case "call":
    case "and":
    case "or":
    case "not":
    case "coalesce":
    case "greatest":
    case "least":
      return { ...expr, args: mapAll(expr.args, map) };
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "fieldSelect":
    case "relabel":
    case "coerceViaIO":
      return { ...expr, arg: map(expr.arg) };
    case "arrayCoerce":
      return { ...expr, arg: map(expr.arg), element: map(expr.element) };
    case "distinct":
    case "notDistinct":
    case "nullif":
      return { ...expr, args: [map(expr.args[0]), map(expr.args[1])] };
    case "array":
      return { ...expr, elements: mapAll(expr.elements, map) };
    case "row":
      return { ...expr, fields: mapAll(expr.fields, map) };
    case "rowCompare":
      return { ...expr, left: mapAll(expr.left, map), right: mapAll(expr.right, map) };
    case "scalarArrayOp":
      return { ...expr, scalar: map(expr.scalar), array: map(expr.array) };
    case "subLink":
      return expr.test === undefined ? expr : { ...expr, test: map(expr.test) };
    case "case":
    case "subscript":
    case "aggregate":
    case "window":
      return mapLarge(expr, map);
  }
}

function mapLarge(
  expr: Case | Subscript | Aggregate | WindowCall,
  map: (expr: Expr) => Expr,
): Expr {
  switch (expr.kind) {
    case "case":
      return mapCase(expr, map);
    case "subscript":
      return mapSubscript(expr, map);
    case "aggregate":
      return mapAggregate(expr, map);
    case "window":
      return mapWindowCall(expr, map);
  }
}

/** Calls `visit` for each direct child. */
export function forEachChild(expr: Expr, visit: (expr: Expr) => void): void {
  mapChildren(expr, (child) => {
    visit(child);
    return child;
  });
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
  if (!visit(expr, depth)) return;
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

function visitModification(
  query: Exclude<BoundQuery, BoundSelect>,
  visit: Visitor,
  depth: number,
): void {
  const one = (expr: Expr): void => visitExpr(expr, visit, depth);
  for (const target of query.returning) one(target.expr);
  if (query.kind === "insert") {
    if (query.source.kind === "query") visitQuery(query.source.query, visit, depth + 1);
    if (query.source.kind === "values") for (const row of query.source.rows) row.forEach(one);
    for (const { expr } of query.onConflict?.assignments ?? []) one(expr);
    if (query.onConflict?.where !== undefined) one(query.onConflict.where);
    return;
  }
  for (const item of query.from) visitFrom(item, one);
  if (query.where !== undefined) one(query.where);
  if (query.kind === "update") for (const { expr } of query.assignments) one(expr);
}

/** Visits every expression of a query; `depth` is the query's own. */
export function visitQuery(query: BoundQuery, visit: Visitor, depth: number): void {
  visitCommon(query, visit, depth);
  if (query.kind === "select") visitSelect(query, (expr) => visitExpr(expr, visit, depth));
  else visitModification(query, visit, depth);
}

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
  const left = Object.entries(a).filter(([key]) => key !== "position" && key !== "display");
  const right = new Map(
    Object.entries(b).filter(([key]) => key !== "position" && key !== "display"),
  );
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && sameExpr(value, right.get(key)))
  );
}
