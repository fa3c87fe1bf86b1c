/**
 * The cost model: row counts from shapes alone, in PostgreSQL's cost units. Tables are taken to hold
 * ROWS_PER_TABLE rows; statistics can replace that number without touching the planner.
 */
import type { Expr } from "@firstlight/sql";
import { conjuncts } from "./expression-map.ts";
import type { Estimate } from "./plan-node.ts";

export const ROWS_PER_TABLE = 1000;
export const ROWS_PER_FUNCTION = 100;
export const EQUALITY_SELECTIVITY = 0.005;
export const RANGE_SELECTIVITY = 0.3333;
export const NOT_NULL_SELECTIVITY = 0.995;
/** Between a lower and an upper bound (DEFAULT_RANGE_INEQ_SEL). */
export const CLOSED_RANGE_SELECTIVITY = 0.005;
/** Rows that a partial index holds, where nothing is known. */
export const PARTIAL_SELECTIVITY = 0.1;
export const DEFAULT_SELECTIVITY = 0.3333;

export const SEQ_ROW_COST = 0.01;
export const POINT_READ_COST = 0.25;
const OPERATOR_COST = 0.0025;

export function estimate(rows: number, startup: number, total: number, width: number): Estimate {
  return { rows: Math.max(1, Math.round(rows)), startup, total, width };
}

export function selectivity(quals: readonly Expr[]): number {
  let product = 1;
  for (const qual of quals) product *= qualSelectivity(qual);
  return product;
}

function qualSelectivity(qual: Expr): number {
  if (qual.kind === "call") {
    return isEqualityName(qual) ? EQUALITY_SELECTIVITY : DEFAULT_SELECTIVITY;
  }
  if (qual.kind === "isNull") return 0.005;
  if (qual.kind === "isNotNull") return 0.995;
  if (qual.kind === "scalarArrayOp") return 0.05;
  if (qual.kind === "not") return 1 - selectivity(qual.args);
  if (qual.kind !== "or") return 0.5;
  let miss = 1;
  for (const arg of qual.args) miss *= 1 - selectivity(conjuncts(arg));
  return 1 - miss;
}

/** Equality operators of the common types, without a look-up in the catalog. */
const EQUALITY_OPERATORS: ReadonlySet<number> = new Set([
  15, 91, 92, 93, 94, 96, 98, 352, 385, 410, 416, 532, 533, 607, 620, 670, 1054, 1070, 1093, 1108,
  1120, 1130, 1320, 1330, 1550, 1752, 1862, 1868, 1955, 2060, 2345, 2358, 2371, 2384, 2536, 2542,
  2972, 3240,
]);

function isEqualityName(qual: Extract<Expr, { kind: "call" }>): boolean {
  return EQUALITY_OPERATORS.has(qual.operator);
}

/** The estimate of a node that works on each row of its input. */
export function perRow(child: Estimate, rows: number, width: number, operators = 1): Estimate {
  const cost = child.total + child.rows * operators * OPERATOR_COST;
  return estimate(rows, child.startup, cost, width);
}

/** The estimate of a node that reads all its input before its first row. */
export function blocking(
  child: Estimate,
  rows: number,
  width: number,
  perRowCost: number,
): Estimate {
  const startup = child.total + child.rows * perRowCost;
  return estimate(rows, startup, startup + rows * SEQ_ROW_COST, width);
}

export function sortEstimate(child: Estimate): Estimate {
  const compare = 2 * OPERATOR_COST * Math.log2(Math.max(2, child.rows));
  return blocking(child, child.rows, child.width, compare);
}

/** Group after group of rows that are equal in the keys that they are sorted by. */
export function incrementalSortEstimate(child: Estimate, groups: number): Estimate {
  const { startup, total } = sortEstimate({ ...child, rows: child.rows / Math.max(1, groups) });
  const compare = (startup - child.total) * Math.max(1, groups);
  const first = child.startup + (total - child.startup) / Math.max(1, groups);
  const run = child.total + compare + child.rows * SEQ_ROW_COST;
  return estimate(child.rows, Math.min(first, run), run, child.width);
}

export function joinEstimate(
  left: Estimate,
  right: Estimate,
  rows: number,
  cost: number,
): Estimate {
  return estimate(
    rows,
    left.startup + right.startup,
    left.total + right.total + cost,
    left.width + right.width,
  );
}

export const ONE_ROW: Estimate = { rows: 1, startup: 0, total: 0.01, width: 8 };
