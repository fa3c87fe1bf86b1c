/**
 * Shares of rows that an operator without an order picks: by trying it on the values that statistics
 * know, and for patterns by their fixed beginning (patternsel, generic_restriction_selectivity).
 */
import type { Datum, Expr, Var } from "@firstlight/sql";
import { mapChildren } from "../expression-map.ts";
import { commonTotal, equalsValue, nullShare } from "./equality.ts";
import { shareOfHistogram } from "./inequality.ts";
import { likePattern, regularPattern } from "./pattern-prefix.ts";
import type { FixedPattern } from "./pattern-prefix.ts";
import type { Estimation } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { clampShare } from "./variable.ts";

export const MATCH_DEFAULT = 0.005;
const HISTOGRAM_TRUSTED = 100;
const HISTOGRAM_MIN = 10;

type Test = (value: Datum) => boolean;

function overSlot(expr: Expr, column: Var): Expr {
  if (expr.kind === "var" && expr.rte === column.rte && expr.column === column.column) {
    const { type, typmod } = expr;
    return { kind: "slot", index: 0, type, typmod, position: -1 };
  }
  return mapChildren(expr, (child) => overSlot(child, column));
}

/** The condition as a test of the column's value, where statistics have values to try. */
function testOf(estimation: Estimation, variable: Variable, qual: Expr): Test | undefined {
  const { column, statistics } = variable;
  if (column === undefined || statistics === undefined) return undefined;
  if (statistics.commonValues.length + statistics.histogram.length === 0) return undefined;
  return estimation.test(overSlot(qual, column));
}

function commonShare(variable: Variable, test: Test): number {
  const { commonValues = [], commonFractions = [] } = variable.statistics ?? {};
  let share = 0;
  for (const [at, value] of commonValues.entries()) {
    if (test(value)) share += commonFractions[at] ?? 0;
  }
  return share;
}

function histogramShare(variable: Variable, test: Test): { share: number; size: number } {
  const bounds = variable.statistics?.histogram ?? [];
  if (bounds.length < HISTOGRAM_MIN) return { share: -1, size: bounds.length };
  const inner = bounds.slice(1, -1);
  return { share: inner.filter((value) => test(value)).length / inner.length, size: bounds.length };
}

function blended(variable: Variable, test: Test | undefined, guess: () => number): number {
  const { share, size } =
    test === undefined ? { share: -1, size: 0 } : histogramShare(variable, test);
  let result = share;
  if (size < HISTOGRAM_TRUSTED) {
    const weight = size / HISTOGRAM_TRUSTED;
    result = share < 0 ? guess() : share * weight + guess() * (1 - weight);
  }
  return Math.min(0.9999, Math.max(0.0001, result));
}

/** Any operator: `guess` of the values that nothing is known of. */
export function matchingShare(
  estimation: Estimation,
  variable: Variable,
  qual: Expr,
  guess: number,
): number {
  if (variable.statistics === undefined) return guess;
  const test = testOf(estimation, variable, qual);
  const rest = blended(variable, test, () => guess);
  const common = test === undefined ? 0 : commonShare(variable, test);
  return clampShare(rest * (1 - nullShare(variable) - commonTotal(variable)) + common);
}

const TEXT = 25;

/** prefix_selectivity */
function prefixShare(variable: Variable, prefix: string): number {
  const from = shareOfHistogram(variable, { greater: true, inclusive: true }, prefix);
  if (from === undefined) return MATCH_DEFAULT;
  const after = greaterText(prefix);
  const below = { greater: false, inclusive: false };
  const upto = after === undefined ? 1 : (shareOfHistogram(variable, below, after) ?? 1);
  return Math.max(from + upto - 1, equalsValue(variable, prefix, TEXT));
}

/** A text above all that begin with the prefix. */
function greaterText(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0; end--) {
    const code = prefix.charCodeAt(end - 1);
    if (code < 0xd7ff) return prefix.slice(0, end - 1) + String.fromCharCode(code + 1);
  }
  return undefined;
}

export interface PatternKind {
  readonly syntax: "like" | "regular" | "prefix";
  readonly ignoresCase: boolean;
  readonly negated: boolean;
}

function positiveShare(
  estimation: Estimation,
  variable: Variable,
  qual: Expr,
  pattern: FixedPattern,
): number {
  if (pattern.exact) return equalsValue(variable, pattern.prefix, TEXT);
  const test = testOf(estimation, variable, qual);
  const guess = (): number =>
    (pattern.prefix === "" ? 1 : prefixShare(variable, pattern.prefix)) * pattern.rest;
  const rest = blended(variable, test, guess);
  const common = test === undefined ? 0 : commonShare(variable, test);
  return rest * (1 - nullShare(variable) - commonTotal(variable)) + common;
}

function fixedPattern(value: string, { syntax, ignoresCase }: PatternKind): FixedPattern {
  if (syntax === "prefix") return { prefix: value, exact: false, rest: 1 };
  return syntax === "like" ? likePattern(value, ignoresCase) : regularPattern(value, ignoresCase);
}

export function patternShare(
  estimation: Estimation,
  variable: Variable,
  qual: Expr,
  other: Expr,
  kind: PatternKind,
): number {
  const value = estimation.valueOf(other);
  if (value === null) return 0;
  if (typeof value !== "string") return kind.negated ? 1 - MATCH_DEFAULT : MATCH_DEFAULT;
  const pattern = fixedPattern(value, kind);
  // What was tried on the values is the negated condition already.
  const test = kind.negated ? { kind: "not", args: [qual] } : undefined;
  const positive =
    test === undefined ? qual : ({ ...test, type: 16, typmod: -1, position: -1 } as Expr);
  const share = positiveShare(estimation, variable, positive, pattern);
  return clampShare(kind.negated ? 1 - share - nullShare(variable) : share);
}
