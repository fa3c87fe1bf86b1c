/** Conditions asked of a combination of values that statistics know (mcv_get_match_bitmap). */
import type { Datum, Expr } from "@firstlight/sql";
import { operatorByOid } from "@firstlight/sql";
import type { ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import { mapChildren } from "../expression-map.ts";
import type { Estimation } from "./relation-facts.ts";
import { unlabelled } from "./variable.ts";

const COMPARED: ReadonlySet<string> = new Set([
  "eqsel",
  "neqsel",
  "scalarltsel",
  "scalarlesel",
  "scalargtsel",
  "scalargesel",
]);

function positionOf(expr: Expr, rte: number): number | undefined {
  const plain = unlabelled(expr);
  const isOwn = plain.kind === "var" && plain.rte === rte && plain.levelsUp === 0;
  return isOwn && plain.column >= 0 ? plain.column : undefined;
}

function isKnown(estimation: Estimation, expr: Expr): boolean {
  return estimation.valueOf(expr) !== undefined;
}

/** The column of `column operator value`. */
function comparedPosition(estimation: Estimation, expr: Expr, rte: number): number | undefined {
  if (expr.kind === "isNull" || expr.kind === "isNotNull") return positionOf(expr.arg, rte);
  if (expr.kind === "var") return positionOf(expr, rte);
  if (expr.kind !== "call" && expr.kind !== "scalarArrayOp") return undefined;
  if (!COMPARED.has(operatorByOid(expr.operator)?.restriction ?? "")) return undefined;
  const [a, b] = expr.kind === "call" ? expr.args : [expr.scalar, expr.array];
  if (a === undefined || b === undefined) return undefined;
  if (isKnown(estimation, b)) return positionOf(a, rte);
  return expr.kind === "call" && isKnown(estimation, a) ? positionOf(b, rte) : undefined;
}

/** The columns that the condition compares with known values; undefined when it does anything else. */
export function positionsOf(
  estimation: Estimation,
  expr: Expr,
  rte: number,
): ReadonlySet<number> | undefined {
  if (expr.kind !== "and" && expr.kind !== "or" && expr.kind !== "not") {
    const position = comparedPosition(estimation, expr, rte);
    return position === undefined ? undefined : new Set([position]);
  }
  const positions = new Set<number>();
  for (const arg of expr.args) {
    const own = positionsOf(estimation, arg, rte);
    if (own === undefined) return undefined;
    for (const position of own) positions.add(position);
  }
  return positions;
}

type CombinationTest = (values: readonly Datum[]) => boolean;

function overSlots(expr: Expr, rte: number, columns: readonly number[]): Expr {
  if (expr.kind === "var" && expr.rte === rte && expr.levelsUp === 0) {
    const { type, typmod, column } = expr;
    return { kind: "slot", index: columns.indexOf(column + 1), type, typmod, position: -1 };
  }
  return mapChildren(expr, (child) => overSlots(child, rte, columns));
}

/** NOT is the opposite of its answer here, of NULL too. */
export function combinationTest(
  estimation: Estimation,
  expr: Expr,
  statistics: ExtendedStatistics,
  rte: number,
): CombinationTest {
  if (expr.kind === "and" || expr.kind === "or" || expr.kind === "not") {
    const tests = expr.args.map((arg) => combinationTest(estimation, arg, statistics, rte));
    if (expr.kind === "and") return (values) => tests.every((test) => test(values));
    if (expr.kind === "or") return (values) => tests.some((test) => test(values));
    return (values) => !tests.some((test) => test(values));
  }
  const condition = overSlots(expr, rte, statistics.columns);
  return estimation.joint?.test(condition) ?? (() => false);
}
