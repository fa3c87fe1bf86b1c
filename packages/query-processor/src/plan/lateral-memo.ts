/**
 * The inner side of a nested loop that takes values of the outer row: what it yields is kept for rows
 * with the same values (Memoize), and computed for many rows at once where that costs less.
 */
import type { Expr } from "@firstlight/sql";
import type { SubplanBatch } from "./plan-node.ts";
import type { PlannedBatch } from "./batched-subplan.ts";
import { RUN_COST } from "./batched-subplan.ts";
import { mapChildren } from "./expression-map.ts";
import { deepRtes } from "./outer-side-subplans.ts";
import { isSubset } from "./equality.ts";
import type { JoinInput } from "./join/join-request.ts";
import type { MemoizeNode, ParamBinding } from "./plan-node.ts";
import type { Scope } from "./scope.ts";
import { groupCount } from "./selectivity/group-count.ts";
import { distinctValues, rtesIn, unlabelled, variableOf } from "./selectivity/variable.ts";

/** A row that is looked for in what is kept. */
const LOOKED_UP_COST = 0.02;

/** Of so many outer rows, those that have values which none before them had. */
export function distinctOuterRows(scope: Scope, exprs: readonly Expr[], rows: number): number {
  const isKnown = exprs.every((expr) => {
    const { isDefault } = distinctValues(variableOf(scope.estimation, unlabelled(expr)));
    return !isDefault && rtesIn(expr).size > 0;
  });
  return isKnown ? Math.min(rows, groupCount(scope.estimation, exprs, rows)) : rows;
}

/** The columns of the outer row by their names. */
function shown(scope: Scope, expr: Expr): Expr {
  if (expr.kind !== "var") return mapChildren(expr, (child) => shown(scope, child));
  const { type, typmod, position } = expr;
  return { kind: "execParam", id: -1, type, typmod, position, ...scope.labelOf(expr) };
}

export interface LateralSide {
  readonly right: JoinInput;
  /** Over the columns of the left side. */
  readonly lateral: readonly ParamBinding[];
  readonly left: JoinInput;
}

/** What the memo needs of a left row, before it is known where that has it. */
export interface LateralMemo {
  readonly keys: readonly Expr[];
  readonly batch: PlannedBatch | undefined;
}

/** Undefined where each outer row runs the plan for itself. */
export function lateralMemo(scope: Scope, side: LateralSide): LateralMemo | undefined {
  const { right, lateral, left } = side;
  const { repeated, relation } = right;
  const leftRows = left.relation.node.estimate.rows;
  if (repeated === undefined || lateral.length < right.lateral.length) return undefined;
  const keys = lateral.map(({ expr }) => expr);
  const planned = repeated.batch(leftRows);
  // What EXISTS selects is no parameter of the plan, and may come from elsewhere.
  const isHere = planned?.values.every((value) => isSubset(deepRtes(scope, value), left.rtes));
  const batch = isHere === true ? planned : undefined;
  const saved = leftRows - distinctOuterRows(scope, keys, leftRows);
  const perRun = relation.node.estimate.total + RUN_COST;
  const isWorthwhile = saved * perRun > leftRows * LOOKED_UP_COST;
  return batch === undefined && !isWorthwhile ? undefined : { keys, batch };
}

/** Fewer rows are run one by one: the batch reads what they all need. */
function leastRows({ total }: { readonly total: number }, perRun: number): number {
  return Math.ceil(total / Math.max(perRun, LOOKED_UP_COST));
}

/** `keys` and `values` are over the left row. */
export function memoizeNode(
  scope: Scope,
  right: JoinInput,
  { keys: own, batch }: LateralMemo,
  keys: readonly Expr[],
  values: readonly Expr[],
): MemoizeNode {
  const child = right.relation.node;
  const { estimate, labels } = child;
  const planned: SubplanBatch | undefined = batch && { ...batch, values };
  const perRun = estimate.total + RUN_COST;
  return {
    kind: "memoize",
    child,
    keys,
    shown: own.map((key) => shown(scope, key)),
    batch: planned,
    batchLeast: batch === undefined ? 0 : leastRows(batch.plan.estimate, perRun),
    estimate: { ...estimate, total: estimate.total + scope.cost.tuple },
    labels,
  };
}
