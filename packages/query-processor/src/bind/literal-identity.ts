/**
 * Where a literal is not what a parameter with its value is. Two equal literals make two equal
 * expressions, of which a query has but one value: two parameters do not. That matters where the
 * value is NULL in some grouping sets, or another one each time it is computed. And fields of an
 * interval's type are what a literal is read by.
 */
import type { Expr } from "@firstlight/sql";
import { oids, someExpr, volatility } from "@firstlight/sql";
import type { BoundQuery, BoundSelect } from "./query-tree.ts";
import { forEachRoot } from "./walk.ts";

function hasParameter(expr: Expr): boolean {
  return someExpr(expr, ({ kind }) => kind === "param");
}

/** `interval '1' day` is a day, and a second of which days are kept is none. */
function limitsFields(expr: Expr): boolean {
  return someExpr(
    expr,
    (node) =>
      node.kind === "call" &&
      node.type === oids.INTERVAL &&
      node.typmod !== -1 &&
      node.args[0]?.kind === "param",
  );
}

/** What a query may name twice: in its list, and to group, order or divide by. */
function namedTwice(query: BoundSelect): readonly Expr[] {
  const { targets, groupBy, windows, having } = query;
  return [
    ...targets.map(({ expr }) => expr),
    ...groupBy,
    ...windows.flatMap(({ partitionBy, orderBy }) => [
      ...partitionBy,
      ...orderBy.map(({ expr }) => expr),
    ]),
    ...(having === undefined ? [] : [having]),
  ];
}

function namesByValue(query: BoundQuery): boolean {
  if (query.kind !== "select") return false;
  const hasSets = query.groupingSets !== undefined;
  return namedTwice(query).some(
    (expr) => hasParameter(expr) && (hasSets || volatility(expr) === "volatile"),
  );
}

export function tellsLiteralsApart(query: BoundQuery): boolean {
  let found = false;
  forEachRoot(query, {
    query: (each) => (found ||= namesByValue(each)),
    root: (expr) => (found ||= limitsFields(expr)),
  });
  return found;
}
