/** What is known of a subquery's columns by what they stand for in it. */
import type { Expr } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import type { ColumnStatistics } from "../statistics/table-statistics.ts";
import { exprKey } from "./expression-map.ts";
import type { Scope } from "./scope.ts";
import type { RelationFacts } from "./selectivity/relation-facts.ts";
import { unlabelled } from "./selectivity/variable.ts";

function keepsDistribution(query: BoundSelect): boolean {
  return (
    query.setOperation === undefined &&
    query.groupBy.length === 0 &&
    query.groupingSets === undefined &&
    !query.hasAggregates &&
    query.distinct === false
  );
}

/** Whether the subquery yields each value of the column once. */
function isKey(scope: Scope, query: BoundSelect, targets: readonly Expr[], at: number): boolean {
  const target = targets[at];
  if (target === undefined || query.setOperation !== undefined) return false;
  if (query.distinct === true) return targets.length === 1;
  const [only, ...others] = query.groupBy;
  if (only === undefined || others.length > 0 || query.groupingSets !== undefined) return false;
  return exprKey(scope.flatten(only)) === exprKey(scope.flatten(target));
}

export function subqueryFacts(child: Scope, query: BoundSelect, rows: number): RelationFacts {
  const targets = query.targets.filter((target) => !target.junk).map((target) => target.expr);
  const keeps = keepsDistribution(query);
  const column = (position: number): ColumnStatistics | undefined => {
    const target = targets[position];
    if (!keeps || target === undefined) return undefined;
    const plain = unlabelled(child.flatten(target));
    if (plain.kind !== "var" || plain.levelsUp !== 0) return undefined;
    return child.estimation.relation(plain.rte)?.column(plain.column);
  };
  const isUnique = (position: number): boolean => isKey(child, query, targets, position);
  return { kind: "subquery", rows, kept: undefined, column, isUnique };
}
