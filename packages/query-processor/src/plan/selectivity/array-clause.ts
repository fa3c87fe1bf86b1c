/** `column = ANY (...)` and its kin: scalararraysel of PostgreSQL. */
import type { Call, Datum, Expr, ScalarArrayOp } from "@firstlight/sql";
import { elementTypeOid, mapInSteps, operatorByOid, someInSteps } from "@firstlight/sql";
import { elementShare } from "./element-clause.ts";
import type { Estimation } from "./relation-facts.ts";
import { clampShare, rtesIn, variableOf } from "./variable.ts";

/** estimate_array_length of an array that nothing is known of. */
export const ELEMENTS_DEFAULT = 10;
/** More elements than this are taken to be like the first ones. */
const ELEMENTS_TRIED = 1000;

interface Elements {
  readonly count: number;
  readonly isWritten: boolean;
  /** Not all of many. */
  readonly first: readonly Expr[];
}

function elementsOf(estimation: Estimation, array: Expr): Elements | undefined {
  if (array.kind === "relabel") return elementsOf(estimation, array.arg);
  if (array.kind === "array" && !array.multidims) {
    const { elements } = array;
    return { count: elements.length, isWritten: true, first: elements.slice(0, ELEMENTS_TRIED) };
  }
  const value = estimation.valueOf(array);
  if (value === undefined || value === null || typeof value !== "object") return undefined;
  if (!("tag" in value) || value.tag !== "array") return undefined;
  const type = elementTypeOid(array.type);
  const first = value.elements.slice(0, ELEMENTS_TRIED).map((each: Datum): Expr => ({
    kind: "const",
    value: each,
    type,
    typmod: -1,
    position: -1,
  }));
  return { count: value.elements.length, isWritten: false, first };
}

function callOf(expr: ScalarArrayOp, element: Expr): Call {
  const { proc, operator, scalar } = expr;
  const shape = { type: 16, typmod: -1, position: -1 } as const;
  return { kind: "call", display: "operator", proc, operator, args: [scalar, element], ...shape };
}

function combined(expr: ScalarArrayOp, shares: readonly number[]): number {
  const estimator = operatorByOid(expr.operator)?.restriction ?? "";
  const isEquality = estimator === "eqsel";
  const isInequality = estimator === "neqsel";
  const sum = shares.reduce((total, each) => total + each, 0);
  if (expr.any) {
    if (isEquality && sum <= 1) return sum;
    return shares.reduce((total, each) => total + each - total * each, 0);
  }
  const disjoint = 1 - shares.reduce((total, each) => total + (1 - each), 0);
  if (isInequality && disjoint >= 0) return disjoint;
  return shares.reduce((total, each) => total * each, 1);
}

/** A value and a column of arrays. */
function amongElements(estimation: Estimation, expr: ScalarArrayOp): number | undefined {
  const estimator = operatorByOid(expr.operator)?.restriction;
  if (estimator !== "eqsel" && estimator !== "neqsel") return undefined;
  if (!someInSteps("element columns", expr.array, ({ kind }) => kind === "var")) return undefined;
  if (rtesIn(expr.array).size !== 1 || rtesIn(expr.scalar).size > 0) return undefined;
  const value = estimation.valueOf(expr.scalar);
  const variable = variableOf(estimation, expr.array);
  if (value === undefined || elementTypeOid(variable.expr.type) === 0) return undefined;
  return elementShare(variable, value, { any: expr.any, equals: estimator === "eqsel" });
}

export function arrayShare(
  estimation: Estimation,
  expr: ScalarArrayOp,
  shareOf: (call: Call) => number,
): number {
  const { array } = expr;
  // What is written down as an array is none that is NULL; computing it may take long.
  if (array.kind !== "array" && estimation.valueOf(array) === null) return 0;
  const among = amongElements(estimation, expr);
  if (among !== undefined) return among;
  const elements = elementsOf(estimation, array);
  const type = elementTypeOid(array.type);
  if (elements === undefined) {
    const unknown: Expr = { kind: "caseTest", type, typmod: -1, position: -1 };
    const share = shareOf(callOf(expr, unknown));
    const all = Array.from({ length: ELEMENTS_DEFAULT }, () => share);
    return clampShare(combined(expr, all));
  }
  const shareOfElement = (element: Expr): number => shareOf(callOf(expr, element));
  // Those of a constant are made anew each time that planning begins.
  const shares = elements.isWritten
    ? mapInSteps("elements", elements.first, shareOfElement)
    : elements.first.map(shareOfElement);
  const share = combined(expr, shares);
  return clampShare(share * Math.max(1, elements.count / ELEMENTS_TRIED));
}

export function elementCount(estimation: Estimation, array: Expr): number {
  return elementsOf(estimation, array)?.count ?? ELEMENTS_DEFAULT;
}
