/**
 * EXISTS, NOT EXISTS and IN among the conditions of WHERE, as semi- and anti-joins. NOT IN is not
 * one: it yields NULL, not true, as soon as the subquery has a NULL.
 */
import type { Expr, SubLink } from "@firstlight/sql";
import type { BoundSelect, FromItem } from "../bind/query-tree.ts";
import { rtesOf } from "./equality.ts";
import { conjuncts, mapChildren } from "./expression-map.ts";
import { canMergeCondition, mergeQuery } from "./pull-up.ts";
import { containsSubLink, refersAround, refersOutside, subLinkQuery } from "./query-walk.ts";
import type { Scope } from "./scope.ts";

export interface SemiJoin {
  readonly type: "semi" | "anti";
  readonly from: readonly FromItem[];
  /** Conditions of the subquery and those that tie it to the outer row. */
  readonly quals: readonly Expr[];
}

function existsJoin(scope: Scope, link: SubLink, type: "semi" | "anti"): SemiJoin | undefined {
  const query = subLinkQuery(link.query);
  // Where it says nothing of a row of this level it is asked once. Without FROM there is no row.
  if (!canMergeCondition(query) || !refersAround(query)) return undefined;
  // What it selects is never looked at: its columns need not be read.
  const merged = mergeQuery(scope, { ...query, targets: [], orderBy: [] });
  return { type, from: merged.from, quals: merged.quals };
}

/** The test over the outer row and the subquery's columns. */
function testOver(test: Expr, columns: readonly Expr[]): Expr {
  if (test.kind === "slot") {
    const column = columns[test.index];
    if (column === undefined) throw new Error(`subquery has no column ${test.index}`);
    return column;
  }
  return mapChildren(test, (child) => testOver(child, columns));
}

function anyJoin(scope: Scope, link: SubLink): SemiJoin | undefined {
  const query = subLinkQuery(link.query);
  const { test } = link;
  if (test === undefined || containsSubLink(test) || rtesOf(test).size === 0) return undefined;
  if (canMergeCondition(query)) {
    const merged = mergeQuery(scope, query);
    const quals = [...merged.quals, ...conjuncts(testOver(test, merged.targets))];
    return { type: "semi", from: merged.from, quals };
  }
  if (refersOutside(query)) return undefined;
  return wholeQueryJoin(scope, query, test);
}

function wholeQueryJoin(scope: Scope, query: BoundSelect, test: Expr): SemiJoin {
  const rte = scope.rangeTable.length;
  const targets = query.targets.filter((target) => !target.junk);
  const columns = targets.map(({ name, expr }) => ({ name, type: expr.type, typmod: expr.typmod }));
  scope.rangeTable.push({
    kind: "subquery",
    alias: "ANY_subquery",
    columns,
    lateral: false,
    query,
  });
  const vars = targets.map(({ expr }, column): Expr => {
    scope.use(rte, column);
    const { type, typmod } = expr;
    return { kind: "var", rte, column, levelsUp: 0, type, typmod, position: -1 };
  });
  return { type: "semi", from: [{ kind: "rte", rte }], quals: conjuncts(testOver(test, vars)) };
}

function semiJoinOf(scope: Scope, qual: Expr): SemiJoin | undefined {
  if (qual.kind === "not") {
    const [arg] = qual.args;
    if (arg?.kind !== "subLink" || arg.link !== "exists") return undefined;
    return existsJoin(scope, arg, "anti");
  }
  if (qual.kind !== "subLink") return undefined;
  if (qual.link === "exists") return existsJoin(scope, qual, "semi");
  return qual.link === "any" ? anyJoin(scope, qual) : undefined;
}

export function extractSemiJoins(
  scope: Scope,
  quals: readonly Expr[],
): { semiJoins: readonly SemiJoin[]; rest: readonly Expr[] } {
  const semiJoins: SemiJoin[] = [];
  const rest: Expr[] = [];
  for (const qual of quals) {
    const join = semiJoinOf(scope, qual);
    if (join === undefined) rest.push(qual);
    else semiJoins.push(join);
  }
  return { semiJoins, rest };
}
