/**
 * Constant folding: calls of immutable functions over constants become constants, and logic over
 * known truth values shrinks. Never folds what raises an error: that stays for run time.
 */
import { procOf } from "../catalog/proc-of.ts";
import type { Datum } from "../values/datum.ts";
import { compileTree } from "./compile/compile-tree.ts";
import { DEFAULT_FORMAT, type EvaluationContext } from "./evaluation-context.ts";
import { interpreted } from "./interpret.ts";
import type { Const, Expr } from "./tree.ts";
import { relabelled } from "./relabelled.ts";
import { LONG, NO_LONG_CALLS, TooLongToFold } from "../functions/long-call.ts";
import { readsFormat, volatility } from "./volatility.ts";
import { atOneGo, mapChildrenInSteps } from "./list-steps.ts";
import { childrenOf } from "./walk.ts";

/** Immutable functions ask nothing of their context but the default format. */
const FOLDING_CONTEXT: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
  longCalls: NO_LONG_CALLS,
};

function constantOf(expr: Expr, value: Datum): Const {
  const { type, typmod, position } = expr;
  return { kind: "const", type, typmod, position, value };
}

function isNullConst(expr: Expr): boolean {
  return expr.kind === "const" && expr.value === null;
}

function foldLogic(expr: Extract<Expr, { kind: "and" | "or" | "not" }>): Expr {
  const stop = expr.kind === "or";
  const args: Expr[] = [];
  for (const arg of expr.args) {
    if (arg.kind !== "const") args.push(arg);
    else if (arg.value === stop) return constantOf(expr, stop);
    // A null is kept: it turns a result that nothing stopped into null.
    else if (arg.value === null && !args.some(isNullConst)) args.push(arg);
  }
  const [first] = args;
  if (first === undefined) return constantOf(expr, !stop);
  if (args.length === 1) return first;
  return args.length === expr.args.length ? expr : { ...expr, args };
}

function foldCase(expr: Extract<Expr, { kind: "case" }>): Expr {
  const whens: { condition: Expr; result: Expr }[] = [];
  for (const when of expr.whens) {
    if (when.condition.kind !== "const") {
      whens.push(when);
    } else if (when.condition.value === true) {
      if (whens.length === 0) return when.result;
      return { ...expr, whens, otherwise: when.result };
    }
  }
  if (whens.length === 0) return expr.otherwise;
  return whens.length === expr.whens.length ? expr : { ...expr, whens };
}

function foldCoalesce(expr: Extract<Expr, { kind: "coalesce" | "greatest" | "least" }>): Expr {
  if (expr.kind !== "coalesce") return expr;
  const args: Expr[] = [];
  for (const arg of expr.args) {
    if (isNullConst(arg)) continue;
    args.push(arg);
    if (arg.kind === "const") break;
  }
  const [first] = args;
  if (first === undefined) return constantOf(expr, null);
  if (args.length === 1) return first;
  return args.length === expr.args.length ? expr : { ...expr, args };
}

/** Plans are kept, and what is long in them is kept with them. */
function isLong(value: Datum): boolean {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length > LONG;
  return typeof value === "object" && value !== null && "elements" in value
    ? value.elements.length > LONG
    : false;
}

function evaluate(expr: Expr): Expr {
  if (volatility(expr) !== "immutable" || readsFormat(expr)) return expr;
  const mayBeOnce = expr.kind === "call" || expr.kind === "coerceViaIO";
  try {
    const value = atOneGo(() => interpreted(expr) ?? compileTree(expr))([], FOLDING_CONTEXT);
    return mayBeOnce && isLong(value) ? { ...expr, once: true } : constantOf(expr, value);
  } catch (error) {
    if (error instanceof TooLongToFold && mayBeOnce) return { ...expr, once: true };
    // The same error, or the 0A000 of a missing implementation, is raised when it is compiled or run.
    return expr;
  }
}

/** A function of the user's without an implementation reads data: it is not computed here. */
function isPlanned({ routine }: Extract<Expr, { kind: "call" }>): boolean {
  return routine !== undefined && routine.implementation === undefined;
}

function withoutWritten(given: Extract<Expr, { kind: "call" }>): typeof given {
  const { written: _, ...expr } = given;
  return expr;
}

/** Plans show all arguments, in the order of the parameters. */
function foldCall(given: Extract<Expr, { kind: "call" }>): Expr {
  const expr = given.written === undefined ? given : withoutWritten(given);
  const proc = procOf(expr);
  if (proc.returnsSet || isPlanned(expr)) return expr;
  if (proc.strict && expr.args.some(isNullConst)) return constantOf(expr, null);
  if (expr.args.every(isConst)) return evaluate(expr);
  const isKnown = expr.args.every((arg) => isConst(arg) || isOnce(arg));
  return isKnown && volatility(expr) === "immutable" && !readsFormat(expr)
    ? { ...expr, once: true }
    : expr;
}

/** PostgreSQL's clauses.c: with a NULL on either side they cannot be equal. */
function foldNullif(expr: Expr & { readonly args: readonly [Expr, Expr] }): Expr {
  if (expr.args.some(isNullConst)) return expr.args[0];
  return expr.args.every(isConst) ? evaluate(expr) : expr;
}

/** Computed once, when it is run: it takes long. */
function isOnce(expr: Expr): boolean {
  return (expr.kind === "call" || expr.kind === "coerceViaIO") && expr.once === true;
}

function isConst(expr: Expr): boolean {
  return expr.kind === "const";
}

/** Kinds whose value follows from their children alone. */
const FOLDABLE: ReadonlySet<Expr["kind"]> = new Set([
  "not",
  "isNull",
  "isNotNull",
  "booleanTest",
  "distinct",
  "notDistinct",
  "greatest",
  "least",
  "array",
  "scalarArrayOp",
  "subscript",
  "coerceViaIO",
  "isJson",
  "rowCompare",
]);

function foldNode(expr: Expr): Expr {
  if (expr.kind === "call") return foldCall(expr);
  if (expr.kind === "and" || expr.kind === "or") return foldLogic(expr);
  if (expr.kind === "case" && expr.arg === undefined) return foldCase(expr);
  if (expr.kind === "coalesce") return foldCoalesce(expr);
  if (expr.kind === "nullif") return foldNullif(expr);
  if (expr.kind === "relabel") {
    return expr.arg.kind === "const" && expr.twin !== true
      ? constantOf(expr, relabelled(expr, expr.arg.value))
      : expr;
  }
  if (expr.kind === "arrayCoerce") return isConst(expr.arg) ? evaluate(expr) : expr;
  return FOLDABLE.has(expr.kind) && childrenOf(expr).every(isConst) ? evaluate(expr) : expr;
}

export function foldConstants(expr: Expr): Expr {
  return foldNode(mapChildrenInSteps("fold", expr, foldConstants));
}
