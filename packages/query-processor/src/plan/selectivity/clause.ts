/** The share of rows, or of pairs of rows, that a condition lets through: clausesel.c of PostgreSQL. */
import type { Call, Expr, ScalarArrayOp } from "@firstlight/sql";
import { elementTypeOid, mapInSteps, operatorByOid, rangeOf } from "@firstlight/sql";
import { isRange } from "../../statistics/analyze-range.ts";
import { arrayShare } from "./array-clause.ts";
import type { Containment } from "./element-clause.ts";
import { containmentDefault, containmentShare } from "./element-clause.ts";
import { equalityShare, equalsValue, inequalityShare } from "./equality.ts";
import { jointShare } from "./joint.ts";
import { patternOperator } from "../like-prefix.ts";
import { comparedFirst } from "../row-comparison.ts";
import type { Comparison } from "./inequality.ts";
import { INEQUALITY_DEFAULT, inequalityShareOf } from "./inequality.ts";
import type { PairKind } from "./join-clause.ts";
import { joinShare } from "./join-clause.ts";
import type { PatternKind } from "./matching.ts";
import { MATCH_DEFAULT, matchingShare, patternShare } from "./matching.ts";
import type { RangeTest } from "./range-clause.ts";
import { rangeDefault, rangeShare } from "./range-clause.ts";
import { rangeShares } from "./range-pairs.ts";
import type { Estimation } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { clampShare, rtesIn, variableOf } from "./variable.ts";

const BOOL = 16;
const OTHER_DEFAULT = 0.5;
const FUNCTION_DEFAULT = 0.3333333;
const NULL_DEFAULT = 0.005;

/** Which side is the left one where a condition ties two together; undefined within one relation. */
export interface JoinSide {
  readonly left: ReadonlySet<number>;
  readonly kind: PairKind;
  readonly rightRows: number | undefined;
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  scalarltsel: { greater: false, inclusive: false },
  scalarlesel: { greater: false, inclusive: true },
  scalargtsel: { greater: true, inclusive: false },
  scalargesel: { greater: true, inclusive: true },
};

const PATTERNS: Readonly<Record<string, PatternKind>> = {
  likesel: { syntax: "like", ignoresCase: false, negated: false },
  nlikesel: { syntax: "like", ignoresCase: false, negated: true },
  iclikesel: { syntax: "like", ignoresCase: true, negated: false },
  icnlikesel: { syntax: "like", ignoresCase: true, negated: true },
  regexeqsel: { syntax: "regular", ignoresCase: false, negated: false },
  regexnesel: { syntax: "regular", ignoresCase: false, negated: true },
  icregexeqsel: { syntax: "regular", ignoresCase: true, negated: false },
  icregexnesel: { syntax: "regular", ignoresCase: true, negated: true },
  prefixsel: { syntax: "prefix", ignoresCase: false, negated: false },
};

const GUESSES: Readonly<Record<string, number>> = {
  contsel: 0.001,
  areasel: 0.005,
  positionsel: 0.1,
  matchingsel: 0.01,
  multirangesel: 0.005,
  networksel: 0.005,
  tsmatchsel: 0.001,
};

function commuted({ greater, inclusive }: Comparison): Comparison {
  return { greater: !greater, inclusive };
}

const CONTAINMENTS: ReadonlyMap<number, readonly [plain: Containment, flipped: Containment]> =
  new Map([
    [2750, ["overlaps", "overlaps"]],
    [2751, ["contains", "contained"]],
    [2752, ["contained", "contains"]],
  ]);

function arrayContentShare(
  estimation: Estimation,
  variable: Variable,
  other: Expr,
  containment: Containment,
): number {
  const value = estimation.valueOf(other);
  if (value === null) return 0;
  const isKnown = typeof value === "object" && "tag" in value && value.tag === "array";
  const element = elementTypeOid(variable.expr.type);
  if (!isKnown || element === 0 || element !== elementTypeOid(other.type)) {
    return containmentDefault(containment);
  }
  return containmentShare(variable, value, containment);
}

/** Of operators on ranges, and of those that have the range on the other side. */
const RANGE_TESTS: ReadonlyMap<number, readonly [plain: RangeTest, flipped: RangeTest]> = new Map([
  [3884, ["<", ">"]],
  [3885, ["<=", ">="]],
  [3886, [">=", "<="]],
  [3887, [">", "<"]],
  [3888, ["&&", "&&"]],
  [3889, ["@> value", "value <@"]],
  [3890, ["@>", "<@"]],
  [3891, ["value <@", "@> value"]],
  [3892, ["<@", "@>"]],
  [3893, ["<<", ">>"]],
  [3894, [">>", "<<"]],
  [3895, ["&<", "&<"]],
  [3896, ["&>", "&>"]],
]);
/** They have no commutator. */
const ONE_WAY: ReadonlySet<number> = new Set([3895, 3896]);

function rangeContentShare(
  estimation: Estimation,
  {
    variable,
    other,
    test,
  }: {
    readonly variable: Variable;
    readonly other: Expr;
    readonly test: RangeTest;
  },
): number {
  const value = estimation.valueOf(other);
  if (value === null) return 0;
  if (value === undefined || test === "value <@") return rangeDefault(test);
  const point = { lower: value, upper: value, lowerInclusive: true, upperInclusive: true };
  const range = test === "@> value" ? ({ tag: "range", empty: false, ...point } as const) : value;
  const fits =
    test === "@> value"
      ? rangeOf(variable.expr.type)?.subtype === other.type
      : other.type === variable.expr.type;
  if (!isRange(range) || !fits) return rangeDefault(test);
  return rangeShare(variable, range, test) ?? rangeDefault(test);
}

/** `column operator value`, or the other way round. */
function restrictionShare(estimation: Estimation, call: Call, estimator: string): number {
  const [a, b] = call.args;
  if (a === undefined) return OTHER_DEFAULT;
  if (b === undefined) return GUESSES[estimator] ?? OTHER_DEFAULT;
  const flipped = rtesIn(a).size === 0;
  const variable = variableOf(estimation, flipped ? b : a);
  const other = flipped ? a : b;
  if (rtesIn(other).size > 0) return twoColumns(estimator);
  if (estimator === "eqsel") return equalityShare(estimation, variable, other);
  if (estimator === "neqsel") return inequalityShare(estimation, variable, other);
  const comparison = COMPARISONS[estimator];
  if (comparison !== undefined) {
    const side = flipped ? commuted(comparison) : comparison;
    return inequalityShareOf(estimation, variable, side, other);
  }
  const containment = CONTAINMENTS.get(call.operator)?.[flipped ? 1 : 0];
  if (containment !== undefined) {
    return arrayContentShare(estimation, variable, other, containment);
  }
  const test = RANGE_TESTS.get(call.operator)?.[flipped ? 1 : 0];
  if (test !== undefined) {
    if (flipped && ONE_WAY.has(call.operator)) return rangeDefault(test);
    return rangeContentShare(estimation, { variable, other, test });
  }
  const pattern = PATTERNS[estimator];
  if (pattern !== undefined) {
    if (flipped) return pattern.negated ? 1 - MATCH_DEFAULT : MATCH_DEFAULT;
    return patternShare(estimation, variable, call, other, pattern);
  }
  const guess = GUESSES[estimator];
  return guess === undefined ? OTHER_DEFAULT : matchingShare(estimation, variable, call, guess);
}

/** Two columns of one relation are compared. */
function twoColumns(estimator: string): number {
  if (estimator === "eqsel") return 0.005;
  if (estimator === "neqsel") return 0.995;
  return COMPARISONS[estimator] === undefined ? MATCH_DEFAULT : INEQUALITY_DEFAULT;
}

function callShare(estimation: Estimation, call: Call, side: JoinSide | undefined): number {
  // starts_with() is estimated as its operator.
  const number = call.operator === 0 ? patternOperator(call) : call.operator;
  const operator = number === 0 ? undefined : operatorByOid(number);
  if (operator === undefined) {
    return call.type === BOOL ? FUNCTION_DEFAULT : OTHER_DEFAULT;
  }
  const [a, b] = call.args;
  if (a !== undefined && b !== undefined && rtesIn(call).size > 1) {
    const swap = side !== undefined && ![...rtesIn(a)].every((rte) => side.left.has(rte));
    const sides = {
      left: swap ? b : a,
      right: swap ? a : b,
      kind: side?.kind ?? "pairs",
      rightRows: side?.rightRows,
    };
    return joinShare(estimation, operator.join, sides) ?? OTHER_DEFAULT;
  }
  return restrictionShare(estimation, call, operator.restriction);
}

function booleanShare(estimation: Estimation, expr: Expr): number {
  const variable = variableOf(estimation, expr);
  if (variable.statistics === undefined && variable.column === undefined) return OTHER_DEFAULT;
  return equalsValue(variable, true, BOOL);
}

function nullTestShare(estimation: Estimation, expr: Expr, isNull: boolean): number {
  const variable = variableOf(estimation, expr);
  if (variable.statistics === undefined) return isNull ? NULL_DEFAULT : 1 - NULL_DEFAULT;
  const share = variable.statistics.nullFraction;
  return clampShare(isNull ? share : 1 - share);
}

function booleanTestShare(
  estimation: Estimation,
  expr: Extract<Expr, { kind: "booleanTest" }>,
  side: JoinSide | undefined,
): number {
  const { statistics } = variableOf(estimation, expr.arg);
  if (statistics === undefined) {
    const { test } = expr;
    if (test === "isUnknown") return NULL_DEFAULT;
    if (test === "isNotUnknown") return 1 - NULL_DEFAULT;
    const share = clauseShare(estimation, expr.arg, side);
    return test === "isTrue" || test === "isNotFalse" ? share : 1 - share;
  }
  const nulls = statistics.nullFraction;
  const at = statistics.commonValues.indexOf(true);
  const common = at < 0 ? undefined : statistics.commonFractions[at];
  const truths = common ?? (statistics.commonValues.length > 0 ? 0 : (1 - nulls) / 2);
  const shares = {
    isUnknown: nulls,
    isNotUnknown: 1 - nulls,
    isTrue: truths,
    isNotTrue: 1 - truths,
    isFalse: 1 - truths - nulls,
    isNotFalse: truths + nulls,
  };
  return clampShare(shares[expr.test]);
}

function equivalentCall(
  expr: Extract<Expr, { kind: "distinct" | "notDistinct" | "nullif" }>,
): Call {
  const { proc, operator, args } = expr;
  const shape = { typmod: -1, position: -1 } as const;
  return { kind: "call", proc, operator, args, display: "operator", type: BOOL, ...shape };
}

function membershipShare(
  estimation: Estimation,
  expr: ScalarArrayOp,
  side: JoinSide | undefined,
): number {
  return arrayShare(estimation, expr, (call) => callShare(estimation, call, side));
}

/** All paths of a relation ask for those of its conditions. */
const LONG_LIST = 64;

function longShare(
  estimation: Estimation,
  expr: Extract<Expr, { kind: "and" | "or" | "not" }>,
): number {
  const known = estimation.longShares?.get(expr);
  if (known !== undefined) return known;
  const share = logicShare(estimation, expr, undefined);
  estimation.longShares?.set(expr, share);
  return share;
}

function logicShare(
  estimation: Estimation,
  expr: Extract<Expr, { kind: "and" | "or" | "not" }>,
  side: JoinSide | undefined,
): number {
  if (expr.kind === "and") return conditionsShare(estimation, expr.args, side);
  if (expr.kind === "not") return 1 - clauseShare(estimation, expr.args[0] ?? expr, side);
  const { share: known, rest } = jointShare(estimation, expr.args, "or", (quals) =>
    independentShare(estimation, quals, side),
  );
  const shares = mapInSteps("or", rest, (arg) => clauseShare(estimation, arg, side));
  return shares.reduce((sum, share) => sum + share - sum * share, known);
}

/** As if all columns were independent of each other. */
function independentShare(
  estimation: Estimation,
  quals: readonly Expr[],
  side: JoinSide | undefined,
): number {
  const plain: Estimation = {
    relation: (rte) => estimation.relation(rte),
    valueOf: (expr) => estimation.valueOf(expr),
    test: (condition) => estimation.test(condition),
    joint: undefined,
  };
  return conditionsShare(plain, quals, side);
}

function knownShare(estimation: Estimation, expr: Expr): number {
  const value = estimation.valueOf(expr);
  return value === undefined ? OTHER_DEFAULT : value === true ? 1 : 0;
}

export function clauseShare(
  estimation: Estimation,
  expr: Expr,
  side: JoinSide | undefined,
): number {
  const { kind } = expr;
  if (kind === "const") return expr.value === true ? 1 : 0;
  if (kind === "and" || kind === "or" || kind === "not") {
    return expr.args.length < LONG_LIST || side !== undefined
      ? logicShare(estimation, expr, side)
      : longShare(estimation, expr);
  }
  if (kind === "call") return callShare(estimation, expr, side);
  if (kind === "notDistinct") return callShare(estimation, equivalentCall(expr), side);
  if (kind === "distinct") return 1 - callShare(estimation, equivalentCall(expr), side);
  if (kind === "scalarArrayOp") return membershipShare(estimation, expr, side);
  if (kind === "isNull" || kind === "isNotNull") {
    return nullTestShare(estimation, expr.arg, kind === "isNull");
  }
  if (kind === "booleanTest") return booleanTestShare(estimation, expr, side);
  if (kind === "relabel") return clauseShare(estimation, expr.arg, side);
  if (kind === "var") return booleanShare(estimation, expr);
  if (kind === "rowCompare") {
    const first = comparedFirst(expr);
    return first === undefined ? INEQUALITY_DEFAULT : callShare(estimation, first, side);
  }
  return knownShare(estimation, expr);
}

/** All of them: two bounds of one column count as one range. */
export function conditionsShare(
  estimation: Estimation,
  quals: readonly Expr[],
  side: JoinSide | undefined,
): number {
  const joint = jointShare(estimation, quals, "and", (own) =>
    independentShare(estimation, own, side),
  );
  const { share, rest } = rangeShares(estimation, joint.rest);
  return clampShare(
    joint.share *
      mapInSteps("and", rest, (qual) => clauseShare(estimation, qual, side)).reduce(
        (product, each) => product * each,
        share,
      ),
  );
}
