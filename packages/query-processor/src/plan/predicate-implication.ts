/**
 * Whether the conditions of a query imply the condition of a partial index (predtest.c): each of its
 * conjuncts must be one of the query's, or follow from one by strictness or by the order of values.
 */
import type { Datum, Expr } from "@firstlight/sql";
import { btreeStrategies, procByOid, typeByOid } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { indexPredicate } from "../bind/index-expressions.ts";
import { withoutNegations } from "./negation.ts";
import { conjuncts, exprKey, someNode } from "./expression-map.ts";
import { overEntry } from "./index-match.ts";
import { looksIntoRow } from "./row-null-test.ts";

const LESS = 1;
const LESS_EQUAL = 2;
const EQUAL = 3;
const GREATER_EQUAL = 4;
const GREATER = 5;
const BOOL = 16;

/** The quals that say the same as the condition; undefined when it does not follow from `quals`. */
export function impliedPredicate(
  table: TableDescriptor,
  index: IndexDescriptor,
  rte: number,
  quals: readonly Expr[],
): readonly Expr[] | undefined {
  const predicate = indexPredicate(table, index);
  if (predicate === undefined) return [];
  const given = quals.flatMap((qual) => conjuncts(qual));
  const same = new Set<Expr>();
  for (const wanted of conjuncts(overEntry(withoutNegations(predicate), rte))) {
    const key = conditionKey(wanted);
    const equal = given.find((qual) => conditionKey(qual) === key);
    if (equal !== undefined) same.add(equal);
    else if (!given.some((qual) => implies(qual, wanted))) return undefined;
  }
  return quals.filter((qual) => same.has(qual));
}

/** `flag = true` says what `flag` says, and `flag = false` what NOT flag says. */
function conditionKey(expr: Expr): string {
  if (expr.kind !== "call" || expr.args.length !== 2 || !isEquality(expr)) return exprKey(expr);
  const [left, right] = expr.args;
  if (left?.type !== BOOL || right?.kind !== "const") return exprKey(expr);
  const key = exprKey(left);
  return right.value === true ? key : exprKey({ ...left, kind: "not", args: [left] });
}

function isEquality(call: Extract<Expr, { kind: "call" }>): boolean {
  return btreeStrategies(call.operator).some((each) => each.strategy === EQUAL);
}

function implies(qual: Expr, wanted: Expr): boolean {
  if (wanted.kind === "or") return wanted.args.some((arg) => implied(qual, arg));
  if (qual.kind === "or") return qual.args.every((arg) => implied(arg, wanted));
  if (wanted.kind === "isNotNull") {
    return !looksIntoRow(wanted) && isFalseForNull(qual, exprKey(wanted.arg));
  }
  return orderImplies(qual, wanted);
}

function implied(qual: Expr, wanted: Expr): boolean {
  const parts = conjuncts(qual);
  return conjuncts(wanted).every((each) =>
    parts.some((part) => conditionKey(part) === conditionKey(each) || implies(part, each)),
  );
}

/** Whether the condition cannot be true where the expression is NULL. */
function isFalseForNull(qual: Expr, key: string): boolean {
  if (exprKey(qual) === key) return true;
  if (qual.kind === "call") {
    return isStrict(qual.proc) && qual.args.some((arg) => isFalseForNull(arg, key));
  }
  if (qual.kind === "relabel") return isFalseForNull(qual.arg, key);
  if (qual.kind === "not") return qual.args.some((arg) => isFalseForNull(arg, key));
  return qual.kind === "scalarArrayOp" && qual.any && isFalseForNull(qual.scalar, key);
}

function isStrict(proc: number): boolean {
  return procByOid(proc)?.strict === true;
}

interface Bound {
  readonly key: string;
  readonly strategy: number;
  readonly family: number;
  readonly value: Exclude<Datum, null>;
  readonly type: number;
}

const COMMUTED: readonly number[] = [0, GREATER, GREATER_EQUAL, EQUAL, LESS_EQUAL, LESS];

/** expression-operator-constant, with the expression on the left. */
function boundsOf(expr: Expr): readonly Bound[] {
  if (expr.kind !== "call" || expr.operator === 0) return [];
  const [left, right] = expr.args;
  if (left === undefined || right === undefined) return [];
  const constant = right.kind === "const" ? right : left.kind === "const" ? left : undefined;
  const other = constant === right ? left : right;
  if (constant === undefined || constant.value === null) return [];
  if (someNode(other, (node) => node.kind === "subLink")) return [];
  const { value, type } = constant;
  return btreeStrategies(expr.operator).map(({ strategy, family }) => ({
    key: exprKey(other),
    strategy: constant === right ? strategy : (COMMUTED[strategy] ?? 0),
    family,
    value,
    type,
  }));
}

function orderImplies(qual: Expr, wanted: Expr): boolean {
  const given = boundsOf(qual);
  return boundsOf(wanted).some((bound) =>
    given.some(
      (each) =>
        each.key === bound.key &&
        each.family === bound.family &&
        each.type === bound.type &&
        boundImplies(each, bound),
    ),
  );
}

function boundImplies(given: Bound, wanted: Bound): boolean {
  const order = typeByOid(given.type).compare(given.value, wanted.value);
  switch (wanted.strategy) {
    case EQUAL:
      return given.strategy === EQUAL && order === 0;
    case LESS:
      return given.strategy === LESS ? order <= 0 : isBelow(given.strategy) && order < 0;
    case LESS_EQUAL:
      return isBelow(given.strategy) && order <= 0;
    case GREATER:
      return given.strategy === GREATER ? order >= 0 : isAbove(given.strategy) && order > 0;
    case GREATER_EQUAL:
      return isAbove(given.strategy) && order >= 0;
    default:
      return false;
  }
}

function isBelow(strategy: number): boolean {
  return strategy <= EQUAL;
}

function isAbove(strategy: number): boolean {
  return strategy >= EQUAL;
}
