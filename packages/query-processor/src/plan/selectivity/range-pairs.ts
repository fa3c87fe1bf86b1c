/** Lower and upper bounds of one column taken together: the range queries of clauselist_selectivity. */
import type { Expr } from "@firstlight/sql";
import { mapInSteps, operatorByOid } from "@firstlight/sql";
import { exprKey } from "../expression-map.ts";
import { nullShare } from "./equality.ts";
import { INEQUALITY_DEFAULT, RANGE_DEFAULT, inequalityShareOf } from "./inequality.ts";
import type { Estimation } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { clampShare, rtesIn, unlabelled, variableOf } from "./variable.ts";

interface Bound {
  readonly qual: Expr;
  readonly variable: Variable;
  readonly isLower: boolean;
  readonly share: number;
}

const ESTIMATORS: Readonly<Record<string, readonly [greater: boolean, inclusive: boolean]>> = {
  scalarltsel: [false, false],
  scalarlesel: [false, true],
  scalargtsel: [true, false],
  scalargesel: [true, true],
};

function boundOf(estimation: Estimation, qual: Expr): Bound | undefined {
  if (qual.kind !== "call" || qual.operator === 0) return undefined;
  const [a, b] = qual.args;
  const found = ESTIMATORS[operatorByOid(qual.operator)?.restriction ?? ""];
  if (found === undefined || a === undefined || b === undefined) return undefined;
  const flipped = rtesIn(a).size === 0;
  const [column, other] = flipped ? [b, a] : [a, b];
  if (rtesIn(column).size !== 1 || rtesIn(other).size > 0) return undefined;
  const [greater, inclusive] = found;
  const isLower = flipped ? !greater : greater;
  const variable = variableOf(estimation, column);
  const share = inequalityShareOf(estimation, variable, { greater: isLower, inclusive }, other);
  return { qual, variable, isLower, share };
}

interface Range {
  readonly variable: Variable;
  lower: number | undefined;
  upper: number | undefined;
}

function rangeShare({ variable, lower, upper }: Range): number {
  if (lower === undefined || upper === undefined) return lower ?? upper ?? 1;
  if (lower === INEQUALITY_DEFAULT || upper === INEQUALITY_DEFAULT) return RANGE_DEFAULT;
  const share = lower + upper - 1 + nullShare(variable);
  if (share > 0) return clampShare(share);
  return share < -0.01 ? RANGE_DEFAULT : 1e-10;
}

/** The share of the bounds among the conditions, and the conditions that are none. */
export function rangeShares(
  estimation: Estimation,
  quals: readonly Expr[],
): { share: number; rest: readonly Expr[] } {
  if (quals.length < 2) return { share: 1, rest: quals };
  const ranges = new Map<string, Range>();
  const rest: Expr[] = [];
  const bounds = mapInSteps("bounds", quals, (qual) => boundOf(estimation, qual) ?? qual);
  for (const bound of bounds) {
    if (!("variable" in bound)) {
      rest.push(bound);
      continue;
    }
    const { variable, isLower, share } = bound;
    const key = exprKey(unlabelled(variable.expr));
    const range = ranges.get(key) ?? { variable, lower: undefined, upper: undefined };
    ranges.set(key, range);
    if (isLower) range.lower = Math.min(share, range.lower ?? 1);
    else range.upper = Math.min(share, range.upper ?? 1);
  }
  const share = [...ranges.values()].reduce((product, each) => product * rangeShare(each), 1);
  return { share, rest };
}
