/** A column in a condition with what is known of it: examine_variable of PostgreSQL. */
import type { Expr, Var } from "@firstlight/sql";
import { childrenOf } from "@firstlight/sql";
import type { ColumnStatistics } from "../../statistics/table-statistics.ts";
import type { Estimation, RelationFacts } from "./relation-facts.ts";

const BOOL = 16;
const DISTINCT_DEFAULT = 200;

export interface Variable {
  readonly expr: Expr;
  readonly column: Var | undefined;
  readonly relation: RelationFacts | undefined;
  readonly statistics: ColumnStatistics | undefined;
  readonly isUnique: boolean;
}

export function unlabelled(expr: Expr): Expr {
  return expr.kind === "relabel" ? unlabelled(expr.arg) : expr;
}

export function variableOf(estimation: Estimation, expr: Expr): Variable {
  const plain = unlabelled(expr);
  if (plain.kind === "var" && plain.levelsUp === 0) {
    const relation = estimation.relation(plain.rte);
    const found = relation?.column(plain.column);
    // A type that the column no longer has, or a domain over it, says something else.
    const statistics = found?.type === plain.type ? found : undefined;
    const isUnique = relation?.isUnique(plain.column) === true;
    return { expr: plain, column: plain, relation, statistics, isUnique };
  }
  const [rte, ...others] = rtesIn(plain);
  const relation = rte === undefined || others.length > 0 ? undefined : estimation.relation(rte);
  const found = relation?.expression?.(plain);
  const statistics = found?.type === plain.type ? found : undefined;
  return { expr: plain, column: undefined, relation, statistics, isUnique: false };
}

export function rtesIn(expr: Expr): Set<number> {
  const rtes = new Set<number>();
  collect(expr, rtes);
  return rtes;
}

function collect(expr: Expr, into: Set<number>): void {
  if (expr.kind === "var") {
    if (expr.levelsUp === 0) into.add(expr.rte);
    return;
  }
  for (const child of childrenOf(expr)) collect(child, into);
}

export interface DistinctCount {
  readonly count: number;
  readonly isDefault: boolean;
}

function clampRows(rows: number): number {
  return Math.max(1, Math.round(rows));
}

/** get_variable_numdistinct. */
export function distinctValues({ expr, statistics, relation, isUnique }: Variable): DistinctCount {
  let distinct = statistics?.distinct ?? 0;
  if (statistics === undefined) {
    if (expr.type === BOOL) distinct = 2;
    else if (relation?.kind === "values") distinct = -1;
  }
  if (isUnique) distinct = -(1 - (statistics?.nullFraction ?? 0));
  if (distinct > 0) return { count: clampRows(distinct), isDefault: false };
  const rows = relation?.rows;
  if (rows === undefined || rows <= 0) return { count: DISTINCT_DEFAULT, isDefault: true };
  if (distinct < 0) return { count: clampRows(-distinct * rows), isDefault: false };
  if (rows < DISTINCT_DEFAULT) return { count: clampRows(rows), isDefault: false };
  return { count: DISTINCT_DEFAULT, isDefault: true };
}

export function clampShare(share: number): number {
  return share < 0 || Number.isNaN(share) ? 0 : Math.min(1, share);
}
