/** ORDER BY of queries whose texts have an ICU collation; what groups by bytes refuses some of them. */
import type { BoundSelect, SortClause, TargetEntry } from "./query-tree.ts";
import { collatedKey, refuseNondeterministic } from "./collate.ts";
import { selectAbove } from "./derived-select.ts";

function refuseGroups(query: BoundSelect): void {
  for (const expr of query.groupBy) refuseNondeterministic(expr, "GROUP BY");
  for (const { partitionBy } of query.windows) {
    for (const expr of partitionBy) refuseNondeterministic(expr, "PARTITION BY");
  }
  const visible = query.targets.filter((target) => !target.junk);
  const { distinct, setOperation } = query;
  const made = Array.isArray(distinct)
    ? distinct.flatMap((at) => query.targets[at] ?? [])
    : visible;
  const isPlainUnion = setOperation === undefined || isUnionAll(setOperation);
  if (distinct === false && isPlainUnion) return;
  for (const { expr } of made) refuseNondeterministic(expr, "DISTINCT");
}

function isUnionAll(operation: NonNullable<BoundSelect["setOperation"]>): boolean {
  if (operation.kind === "arm") return true;
  return operation.all && isUnionAll(operation.left) && isUnionAll(operation.right);
}

/** The keys as columns of their own, which the result leaves out. */
function withKeys(query: BoundSelect, orderBy: readonly SortClause[]): BoundSelect {
  const targets: TargetEntry[] = [...query.targets];
  const clauses = orderBy.map((clause) => {
    const target = targets[clause.target];
    if (target === undefined) return clause;
    const expr = collatedKey(target.expr);
    if (expr === target.expr) return clause;
    targets.push({ expr, name: target.name, junk: true });
    return { ...clause, target: targets.length - 1 };
  });
  return { ...query, targets, orderBy: clauses };
}

/** Sorted outside of what makes the rows: in there nothing may be added to them. */
function sortedAbove(query: BoundSelect, kept: readonly SortClause[]): BoundSelect {
  const { offset, limit, withTies, orderBy } = query;
  const plain = { offset: undefined, limit: undefined, withTies: false } as const;
  const shown = query.targets.map((target) => ({ ...target, junk: false }));
  const inner = withKeys({ ...query, ...plain, targets: shown, orderBy: kept }, kept);
  const outer = selectAbove(inner);
  const targets = outer.targets.map((target, at) => ({
    ...target,
    junk: query.targets[at]?.junk ?? false,
  }));
  return withKeys({ ...outer, targets, offset, limit, withTies }, orderBy);
}

/** DISTINCT ON chooses by all keys; those that it is about then order what is left. */
function distinctOn(query: BoundSelect, on: readonly number[]): BoundSelect {
  const isOn = ({ target }: SortClause): boolean => on.includes(target);
  const inner = query.orderBy;
  const first = inner.filter(isOn);
  const rest = withKeys(
    query,
    inner.filter((clause) => !isOn(clause)),
  );
  const chosen = { ...rest, orderBy: [...first, ...rest.orderBy] };
  const hasOwn = first.some(({ target }) => {
    const expr = query.targets[target]?.expr;
    return expr !== undefined && collatedKey(expr) !== expr;
  });
  if (!hasOwn) return chosen;
  return sortedAbove({ ...chosen, orderBy: first }, chosen.orderBy);
}

export function collateSelect(query: BoundSelect): BoundSelect {
  refuseGroups(query);
  const isCollated = query.orderBy.some(({ target }) => {
    const expr = query.targets[target]?.expr;
    return expr !== undefined && collatedKey(expr) !== expr;
  });
  if (!isCollated) return query;
  const { distinct } = query;
  if (typeof distinct !== "boolean") return distinctOn(query, distinct);
  if (distinct || query.setOperation !== undefined) return sortedAbove(query, []);
  return withKeys(query, query.orderBy);
}
