/**
 * Compiled expressions: what plan operators call per row. Simple ones are closures, all others
 * generated JavaScript (see compile/). Constants are folded first; an error while folding is left
 * to run time, where it only shows if that part is evaluated.
 */
import type { Datum } from "../values/datum.ts";
import { compileConjunction, compileList, compileTree } from "./compile/compile-tree.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { foldConstants } from "./fold.ts";
import type { Expr } from "./tree.ts";
import { splitConjunction } from "./walk.ts";

/** Slots index `row`. Never called with fewer columns than the largest slot. */
export type CompiledExpr = (row: readonly Datum[], context: EvaluationContext) => Datum;
/** True only; NULL counts as false. */
export type CompiledPredicate = (row: readonly Datum[], context: EvaluationContext) => boolean;
/** A new row each time. */
export type CompiledProjection = (row: readonly Datum[], context: EvaluationContext) => Datum[];

/** Those for which a closure is as fast as generated code and cheaper to make. */
function compileSimple(expr: Expr): CompiledExpr | undefined {
  if (expr.kind === "relabel") return compileSimple(expr.arg);
  if (expr.kind === "const") {
    const { value } = expr;
    return () => value;
  }
  if (expr.kind === "slot") {
    const { index } = expr;
    return (row) => row[index] as Datum;
  }
  if (expr.kind === "param") {
    const index = expr.number - 1;
    return (_, context) => context.params[index] as Datum;
  }
  if (expr.kind === "execParam") {
    const { id } = expr;
    return (_, context) => context.execParams[id] as Datum;
  }
  return undefined;
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
  return compileSimple(folded) ?? compileTree(folded);
}

/** For WHERE, HAVING and join conditions. */
export function compilePredicate(expr: Expr, options: CompileOptions = {}): CompiledPredicate {
  const folded = prepared(expr, options);
  if (folded.kind === "const") {
    const passes = folded.value === true;
    return () => passes;
  }
  const test: unknown = compileConjunction(splitConjunction(folded));
  return test as CompiledPredicate;
}

/** One function for a whole target list. */
export function compileProjection(
  exprs: readonly Expr[],
  options: CompileOptions = {},
): CompiledProjection {
  return compileList(exprs.map((expr) => prepared(expr, options)));
}
