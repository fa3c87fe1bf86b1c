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

/** Of a column from 1; of an expression that statistics know negative. */
export function knownNumber(estimation: Estimation, expr: Expr, rte: number): number | undefined {
  const plain = unlabelled(expr);
  if (plain.kind !== "var") return estimation.joint?.numberOf(plain, rte);
  const isOwn = plain.rte === rte && plain.levelsUp === 0 && plain.column >= 0;
  return isOwn ? plain.column + 1 : undefined;
}

function isKnown(estimation: Estimation, expr: Expr): boolean {
  return estimation.valueOf(expr) !== undefined;
}

/** The column of `column operator value`. */
function comparedNumber(estimation: Estimation, expr: Expr, rte: number): number | undefined {
  if (expr.kind === "isNull" || expr.kind === "isNotNull")
    return knownNumber(estimation, expr.arg, rte);
  if (expr.kind === "var") return knownNumber(estimation, expr, rte);
  if (expr.kind !== "call" && expr.kind !== "scalarArrayOp") return undefined;
  if (!COMPARED.has(operatorByOid(expr.operator)?.restriction ?? "")) return undefined;
  const [a, b] = expr.kind === "call" ? expr.args : [expr.scalar, expr.array];
  if (a === undefined || b === undefined) return undefined;
  if (isKnown(estimation, b)) return knownNumber(estimation, a, rte);
  return expr.kind === "call" && isKnown(estimation, a)
    ? knownNumber(estimation, b, rte)
    : undefined;
}

/** The columns that the condition compares with known values; undefined when it does anything else. */
export function numbersOf(
  estimation: Estimation,
  expr: Expr,
  rte: number,
): ReadonlySet<number> | undefined {
  if (expr.kind !== "and" && expr.kind !== "or" && expr.kind !== "not") {
    const number = comparedNumber(estimation, expr, rte);
    return number === undefined ? undefined : new Set([number]);
  }
  const numbers = new Set<number>();
  for (const arg of expr.args) {
    const own = numbersOf(estimation, arg, rte);
    if (own === undefined) return undefined;
    for (const number of own) numbers.add(number);
  }
  return numbers;
}

type CombinationTest = (values: readonly Datum[]) => boolean;

/** A column or an expression that the statistics are of stands in its slot. */
function overSlots(expr: Expr, numberOf: (part: Expr) => number): Expr {
  const index = numberOf(expr);
  if (index < 0) return mapChildren(expr, (child) => overSlots(child, numberOf));
  const { type, typmod } = expr;
  return { kind: "slot", index, type, typmod, position: -1 };
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
  const condition = overSlots(expr, (part) => {
    if (part.kind === "relabel") return -1;
    const number = knownNumber(estimation, part, rte);
    return number === undefined ? -1 : statistics.columns.indexOf(number);
  });
  return estimation.joint?.test(condition) ?? (() => false);
}
