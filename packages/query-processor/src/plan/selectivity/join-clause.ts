/** Shares of pairs of rows that a join condition lets through: eqjoinsel of PostgreSQL. */
import type { Expr } from "@firstlight/sql";
import { findType, typeByOid } from "@firstlight/sql";
import { nullShare } from "./equality.ts";
import { INEQUALITY_DEFAULT } from "./inequality.ts";
import type { Estimation } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { clampShare, distinctValues, variableOf } from "./variable.ts";

/** Whether pairs are asked for, or left rows that have a partner. */
export type PairKind = "pairs" | "partners";

interface CommonMatches {
  /** Share of pairs that are equal by a common value of both sides. */
  readonly product: number;
  readonly leftMatched: number;
  readonly leftUnmatched: number;
  readonly rightMatched: number;
  readonly rightUnmatched: number;
  readonly count: number;
}

/** Values common on both sides, matched with each other; undefined where one side knows none. */
function matchCommon(left: Variable, right: Variable, rightMax: number): CommonMatches | undefined {
  const a = left.statistics;
  const b = right.statistics;
  if (a === undefined || b === undefined || a.type !== b.type) return undefined;
  if (a.commonValues.length === 0 || b.commonValues.length === 0) return undefined;
  if (findType(a.type) === undefined) return undefined;
  const type = typeByOid(a.type);
  const places = new Map<unknown, number>();
  for (const [at, value] of b.commonValues.slice(0, rightMax).entries()) {
    if (value !== null) places.set(type.hashKey(value), at);
  }
  const matched = new Set<number>();
  let [product, leftMatched, leftUnmatched, count] = [0, 0, 0, 0];
  for (const [at, value] of a.commonValues.entries()) {
    const share = a.commonFractions[at] ?? 0;
    const place = value === null ? undefined : places.get(type.hashKey(value));
    if (place === undefined) {
      leftUnmatched += share;
      continue;
    }
    matched.add(place);
    product += share * (b.commonFractions[place] ?? 0);
    leftMatched += share;
    count++;
  }
  let [rightMatched, rightUnmatched] = [0, 0];
  for (const [at, share] of b.commonFractions.entries()) {
    if (matched.has(at)) rightMatched += share;
    else rightUnmatched += share;
  }
  const sums = { leftMatched, leftUnmatched, rightMatched, rightUnmatched };
  return { product, count, ...sums };
}

function pairShare(left: Variable, right: Variable): number {
  const nd1 = distinctValues(left).count;
  const nd2 = distinctValues(right).count;
  const matches = matchCommon(left, right, Infinity);
  if (matches === undefined) {
    return ((1 - nullShare(left)) * (1 - nullShare(right))) / Math.max(nd1, nd2, 1);
  }
  const { product, count } = matches;
  const leftMatched = clampShare(matches.leftMatched);
  const rightMatched = clampShare(matches.rightMatched);
  const leftUnmatched = clampShare(matches.leftUnmatched);
  const rightUnmatched = clampShare(matches.rightUnmatched);
  const leftOther = clampShare(1 - nullShare(left) - leftMatched - leftUnmatched);
  const rightOther = clampShare(1 - nullShare(right) - rightMatched - rightUnmatched);
  const n1 = left.statistics?.commonValues.length ?? 0;
  const n2 = right.statistics?.commonValues.length ?? 0;
  let total1 = clampShare(product);
  if (nd2 > n2) total1 += (leftUnmatched * rightOther) / (nd2 - n2);
  if (nd2 > count) total1 += (leftOther * (rightOther + rightUnmatched)) / (nd2 - count);
  let total2 = clampShare(product);
  if (nd1 > n1) total2 += (rightUnmatched * leftOther) / (nd1 - n1);
  if (nd1 > count) total2 += (rightOther * (leftOther + leftUnmatched)) / (nd1 - count);
  return Math.min(total1, total2);
}

/** eqjoinsel_semi: `right` is the inner side, of which `keptRight` rows take part. */
function partnerShare(left: Variable, right: Variable, keptRight: number | undefined): number {
  const first = distinctValues(left);
  const second = distinctValues(right);
  const nd1 = first.count;
  let nd2 = second.count;
  const notNull = 1 - nullShare(left);
  const inner = keptRight ?? right.relation?.kept;
  const known2 = !second.isDefault || (inner !== undefined && inner < nd2);
  if (inner !== undefined) nd2 = Math.min(nd2, Math.max(1, inner));
  const matches = matchCommon(left, right, nd2);
  const known = !first.isDefault && known2;
  if (matches !== undefined) {
    const rest = nd2 - matches.count;
    const others = nd1 - matches.count;
    const uncertain = !known ? 0.5 : others <= rest || rest < 0 ? 1 : rest / others;
    const matched = clampShare(matches.leftMatched);
    const other = clampShare(1 - matched - nullShare(left));
    return matched + uncertain * other;
  }
  if (!known) return 0.5 * notNull;
  return nd1 <= nd2 || nd2 < 0 ? notNull : (nd2 / nd1) * notNull;
}

export interface JoinSides {
  readonly left: Expr;
  readonly right: Expr;
  readonly kind: PairKind;
  /** Rows of the right side; for partners. */
  readonly rightRows: number | undefined;
}

export function joinEqualityShare(estimation: Estimation, sides: JoinSides): number {
  const left = variableOf(estimation, sides.left);
  const right = variableOf(estimation, sides.right);
  const inner = pairShare(left, right);
  if (sides.kind === "pairs") return clampShare(inner);
  const partners = partnerShare(left, right, sides.rightRows);
  const innerRows = right.relation?.kept ?? sides.rightRows;
  return clampShare(innerRows === undefined ? partners : Math.min(partners, innerRows * inner));
}

/** By the name of the operator's join estimator. */
export function joinShare(
  estimation: Estimation,
  estimator: string,
  sides: JoinSides,
): number | undefined {
  switch (estimator) {
    case "eqjoinsel":
      return joinEqualityShare(estimation, sides);
    case "neqjoinsel":
      if (sides.kind === "partners") return 1 - nullShare(variableOf(estimation, sides.left));
      return 1 - joinEqualityShare(estimation, sides);
    case "scalarltjoinsel":
    case "scalargtjoinsel":
    case "scalarlejoinsel":
    case "scalargejoinsel":
      return INEQUALITY_DEFAULT;
    case "likejoinsel":
    case "regexeqjoinsel":
    case "iclikejoinsel":
    case "icregexeqjoinsel":
      return 0.005;
    case "nlikejoinsel":
    case "regexnejoinsel":
    case "icnlikejoinsel":
    case "icregexnejoinsel":
      return 0.995;
    case "contjoinsel":
      return 0.001;
    case "areajoinsel":
    case "arraycontjoinsel":
      return 0.005;
    case "positionjoinsel":
      return 0.1;
    case "matchingjoinsel":
      return 0.01;
    default:
      return undefined;
  }
}
