/**
 * Conditions on the number or rank of a row in its window, such as `row_number() OVER (...) <= 3`
 * above a subquery: where the value only grows within a partition, the rows behind the bound need
 * not be computed, nor read where there is but one partition (find_window_run_conditions).
 */
import type { Expr, WindowCall } from "@firstlight/sql";
import { btreeStrategies, procOf } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import { isRunTimeConstant } from "./index-match.ts";

const LESS = 1;
const LESS_EQUAL = 2;
const EQUAL = 3;
const GREATER_EQUAL = 4;
const GREATER = 5;
const COMMUTED: readonly number[] = [0, GREATER, GREATER_EQUAL, EQUAL, LESS_EQUAL, LESS];
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);

/** What the value is not above for rows that are wanted. */
export interface RunLimit {
  readonly call: WindowCall;
  readonly bound: Expr;
  readonly inclusive: boolean;
  /** The condition, over the window call. */
  readonly condition: Expr;
}

const RANKS: ReadonlySet<string> = new Set(["row_number", "rank", "dense_rank"]);

export function isRank(call: WindowCall): boolean {
  return !call.isAggregate && RANKS.has(procOf(call).name);
}

export interface FoundLimit {
  readonly limit: RunLimit;
  /** The condition, if rows that the limit leaves need not be asked any more. */
  readonly done: Expr | undefined;
}

/** The first condition of that kind on a column of the entry, which is this query. */
export function runLimit(
  query: BoundSelect,
  index: number,
  quals: readonly Expr[],
): FoundLimit | undefined {
  if (query.windows.length === 0 || query.setOperation !== undefined) return undefined;
  // What counts rows afterwards has to count those that are left out too.
  if (query.limit !== undefined || query.offset !== undefined || query.distinct !== false) {
    return undefined;
  }
  const targets = query.targets.filter((target) => !target.junk).map((target) => target.expr);
  for (const qual of quals) {
    const found = limitOf(qual, index, targets);
    if (found !== undefined) return found;
  }
  return undefined;
}

function limitOf(qual: Expr, index: number, targets: readonly Expr[]): FoundLimit | undefined {
  if (qual.kind !== "call" || qual.operator === 0 || qual.args.length !== 2) return undefined;
  const [left, right] = qual.args;
  if (left === undefined || right === undefined) return undefined;
  const isFlipped = windowCallOf(left, index, targets) === undefined;
  const call = windowCallOf(isFlipped ? right : left, index, targets);
  const bound = isFlipped ? left : right;
  if (call === undefined || !isRank(call)) return undefined;
  if (!INTEGERS.has(bound.type) || !isRunTimeConstant(bound)) return undefined;
  const strategy = strategyOf(qual.operator);
  const side = isFlipped ? (COMMUTED[strategy] ?? 0) : strategy;
  if (side !== LESS && side !== LESS_EQUAL && side !== EQUAL) return undefined;
  const args = isFlipped ? [bound, call] : [call, bound];
  const limit = { call, bound, inclusive: side !== LESS, condition: { ...qual, args } };
  return { limit, done: side === EQUAL ? undefined : qual };
}

function strategyOf(operator: number): number {
  return btreeStrategies(operator)[0]?.strategy ?? 0;
}

function windowCallOf(expr: Expr, index: number, targets: readonly Expr[]): WindowCall | undefined {
  if (expr.kind !== "var" || expr.rte !== index || expr.levelsUp !== 0) return undefined;
  const target = targets[expr.column];
  return target?.kind === "window" ? target : undefined;
}
