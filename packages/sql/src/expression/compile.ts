/**
 * Compiled expressions: what plan operators call per row. Simple ones are closures; others are
 * interpreted for their first rows, which is all that most statements have, and then generated
 * JavaScript (see compile/). Constants are folded first; an error while folding is left to run time,
 * where it only shows if that part is evaluated.
 */
import type { Datum } from "../values/datum.ts";
import type { Evaluate } from "./compile/compile-tree.ts";
import { compileConjunction, compileList, compileTree } from "./compile/compile-tree.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { foldConstants } from "./fold.ts";
import { interpreted, interpretedAll, interpretedSimply } from "./interpret.ts";
import type { Expr } from "./tree.ts";
import { splitConjunction } from "./walk.ts";

/** Slots index `row`. Never called with fewer columns than the largest slot. */
export type CompiledExpr = (row: readonly Datum[], context: EvaluationContext) => Datum;
/** True only; NULL counts as false. */
export type CompiledPredicate = (row: readonly Datum[], context: EvaluationContext) => boolean;
/** A new row each time. */
export type CompiledProjection = (row: readonly Datum[], context: EvaluationContext) => Datum[];

/** Evaluations from which on generated code has been worth making. */
const HOT = 200;

/** `first` until it is hot, then what `make` makes. */
function warming(first: Evaluate, make: () => Evaluate): Evaluate {
  let count = 0;
  let made: Evaluate | undefined;
  return (row, context) => {
    if (made !== undefined) return made(row, context);
    if (++count >= HOT) made = make();
    return first(row, context);
  };
}

function compileWarming(expr: Expr): CompiledExpr {
  const first = interpreted(expr);
  return first === undefined ? compileTree(expr) : warming(first, () => compileTree(expr));
}

/** The conditions one after the other, the first that is not true ends it. */
function compileConditions(conditions: readonly Expr[]): Evaluate {
  const tests = interpretedAll(conditions);
  if (tests === undefined) return compileConjunction(conditions);
  const first: Evaluate = (row, context) => {
    for (const test of tests) if (test(row, context) !== true) return false;
    return true;
  };
  return warming(first, () => compileConjunction(conditions));
}

export interface CompileOptions {
  /** Set to false when the caller folded already. */
  readonly fold?: boolean;
}

function prepared(expr: Expr, options: CompileOptions): Expr {
  return options.fold === false ? expr : foldConstants(expr);
}

/** Throws 0A000 for functions that have no implementation. */
export function compileExpr(expr: Expr, options: CompileOptions = {}): CompiledExpr {
  const folded = prepared(expr, options);
  return interpretedSimply(folded) ?? compileWarming(folded);
}

/** For WHERE, HAVING and join conditions. */
export function compilePredicate(expr: Expr, options: CompileOptions = {}): CompiledPredicate {
  const folded = prepared(expr, options);
  if (folded.kind === "const") {
    const passes = folded.value === true;
    return () => passes;
  }
  const test: unknown = compileConditions(splitConjunction(folded));
  return test as CompiledPredicate;
}

/** One function for a whole target list. */
export function compileProjection(
  exprs: readonly Expr[],
  options: CompileOptions = {},
): CompiledProjection {
  const folded = exprs.map((expr) => prepared(expr, options));
  const values = interpretedAll(folded);
  if (values === undefined) return compileList(folded);
  let count = 0;
  let made: CompiledProjection | undefined;
  return (row, context) => {
    if (made !== undefined) return made(row, context);
    if (++count >= HOT) made = compileList(folded);
    const projected: Datum[] = [];
    for (const value of values) projected.push(value(row, context));
    return projected;
  };
}
