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
import { someExpr, splitConjunction } from "./walk.ts";

/** Slots index `row`. Never called with fewer columns than the largest slot. */
export type CompiledExpr = (row: readonly Datum[], context: EvaluationContext) => Datum;
/** True only; NULL counts as false. */
export type CompiledPredicate = (row: readonly Datum[], context: EvaluationContext) => boolean;
/** A new row each time. */
export type CompiledProjection = (row: readonly Datum[], context: EvaluationContext) => Datum[];

/** Evaluations from which on generated code has been worth making. */
const HOT = 200;

/**
 * Nodes of the longest expressions that functions are made of: longer ones are compiled neither in
 * one turn nor, by what V8 optimizes, to anything faster.
 */
const NODES_MAX = 2_000;

function isLarge(exprs: readonly Expr[]): boolean {
  let left = NODES_MAX;
  return exprs.some((expr) => someExpr(expr, () => --left < 0));
}

/** `first` until it is hot, then what `make` makes of the expressions. */
function warming(first: Evaluate, exprs: readonly Expr[], make: () => Evaluate): Evaluate {
  let count = 0;
  let made: Evaluate | undefined;
  return (row, context) => {
    if (made !== undefined) return made(row, context);
    if (++count === HOT) made = isLarge(exprs) ? first : make();
    return first(row, context);
  };
}

function compileWarming(expr: Expr): CompiledExpr {
  const first = interpreted(expr);
  return first === undefined ? compileTree(expr) : warming(first, [expr], () => compileTree(expr));
}

/** The conditions one after the other, the first that is not true ends it. */
function compileConditions(conditions: readonly Expr[]): Evaluate {
  const tests = interpretedAll(conditions);
  if (tests === undefined) return compileConjunction(conditions);
  const first: Evaluate = (row, context) => {
    for (const test of tests) if (test(row, context) !== true) return false;
    return true;
  };
  return warming(first, conditions, () => compileConjunction(conditions));
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
  const project: CompiledProjection = (row, context) => {
    const projected: Datum[] = [];
    for (const value of values) projected.push(value(row, context));
    return projected;
  };
  let count = 0;
  let made: CompiledProjection | undefined;
  return (row, context) => {
    if (made !== undefined) return made(row, context);
    if (++count === HOT) made = isLarge(folded) ? project : compileList(folded);
    return project(row, context);
  };
}
