/**
 * What of a condition may run on a storage node: after parameters and stable parts that use no
 * column have become constants, only immutable expressions over slots.
 */
import { SqlError } from "@firstlight/common";
import { compileExpr } from "../expression/compile.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Expr } from "../expression/tree.ts";
import { allInSteps } from "../expression/list-steps.ts";
import { readsFormat, volatility } from "../expression/volatility.ts";
import { childrenOf, replaceExpr, someExpr } from "../expression/walk.ts";

const NEEDS_PLANNER: ReadonlySet<Expr["kind"]> = new Set([
  "var",
  "aggregate",
  "window",
  "grouping",
  "subLink",
  "default",
]);

/** Storage does not know the users' functions. */
function isRoutineCall(expr: Expr): boolean {
  return expr.kind === "call" && expr.routine !== undefined;
}

function isUnplannedCall(expr: Expr): boolean {
  return (
    expr.kind === "call" && expr.routine !== undefined && expr.routine.implementation === undefined
  );
}

/** No column, no element of something else: one value per statement. */
function isOneValue(expr: Expr): boolean {
  if (expr.kind === "slot" || expr.kind === "caseTest" || NEEDS_PLANNER.has(expr.kind))
    return false;
  if (isUnplannedCall(expr)) return false;
  return childrenOf(expr).every(isOneValue);
}

function asConstant(expr: Expr, context: EvaluationContext): Expr | undefined {
  if (expr.kind === "const" || !isOneValue(expr) || volatility(expr) === "volatile")
    return undefined;
  const { type, typmod, position } = expr;
  return { kind: "const", type, typmod, position, value: compileExpr(expr)([], context) };
}

/**
 * Whether an expression of a plan can be pushed down once its parameters are known: nothing in it
 * is volatile and what is stable uses no column. Kinds that a planner replaces cannot.
 */
export function isPushable(expr: Expr): boolean {
  if (expr.kind === "and" || expr.kind === "or") return areAllPushable(expr.args);
  if (NEEDS_PLANNER.has(expr.kind)) return false;
  if (volatility(expr) === "volatile") return false;
  if (isOneValue(expr)) return !someExpr(expr, isUnplannedCall);
  if (someExpr(expr, isRoutineCall)) return false;
  if (volatility(expr) === "immutable") return !readsFormat(expr);
  const own = childrenOf(expr);
  if (own.length === 0 || !isImmutableItself(expr)) return false;
  return areAllPushable(own);
}

function areAllPushable(exprs: readonly Expr[]): boolean {
  return allInSteps("pushable", exprs, (expr) => isPushable(expr) || undefined) !== undefined;
}

/** The node with its children taken for columns. */
function isImmutableItself(expr: Expr): boolean {
  const slot: Expr = { kind: "slot", index: 0, type: expr.type, typmod: -1, position: -1 };
  const bare = replaceExpr(expr, (node) =>
    node === expr ? undefined : { ...slot, type: node.type, typmod: node.typmod },
  );
  return volatility(bare) === "immutable" && !readsFormat(bare);
}

/**
 * The expression with parameters and other values of the statement as constants; undefined when it
 * still is not immutable, or when such a value cannot be computed before rows are read (an error
 * there must be raised only if a row gets that far).
 */
export function pushableExpr(expr: Expr, context: EvaluationContext): Expr | undefined {
  try {
    const bound = replaceExpr(expr, (node) => asConstant(node, context));
    const isFixed = volatility(bound) === "immutable" && !readsFormat(bound);
    return isFixed && isPushable(bound) ? bound : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
