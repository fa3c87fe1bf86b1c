/**
 * Whether the conditions of a query imply the condition of a partial index (predtest.c): each of its
 * conjuncts must be one of the query's, or follow from one by strictness or by the order of values.
 */
import type { Expr } from "@firstlight/sql";
import { btreeStrategies, foldConstants, operatorByOid, procByOid } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { indexPredicate } from "../bind/index-expressions.ts";
import { withoutNegations } from "./negation.ts";
import { conjuncts, exprKey, someNode } from "./expression-map.ts";
import { overEntry } from "./index-match.ts";
import { orderImplies } from "./order-proof.ts";
import { looksIntoRow } from "./row-null-test.ts";

const EQUAL = 3;
const BOOL = 16;

function isCollate(node: Expr): boolean {
  return node.kind === "relabel" && node.collate !== undefined;
}

/** As it is planned: what constants decide is decided, and NOT is moved down. */
const simplified = new WeakMap<Expr, readonly Expr[]>();

function simpleConjuncts(expr: Expr): readonly Expr[] {
  let parts = simplified.get(expr);
  if (parts === undefined) {
    // A constant would not say by which collation it is compared.
    const decided = someNode(expr, isCollate) ? expr : foldConstants(expr);
    parts = conjuncts(withoutNegations(decided));
    simplified.set(expr, parts);
  }
  return parts;
}

/** The quals that say the same as the condition; undefined when it does not follow from `quals`. */
export function impliedPredicate(
  table: TableDescriptor,
  index: IndexDescriptor,
  rte: number,
  quals: readonly Expr[],
): readonly Expr[] | undefined {
  const predicate = indexPredicate(table, index);
  if (predicate === undefined) return [];
  const given = quals.flatMap((qual) => simpleConjuncts(qual).map((part) => ({ qual, part })));
  const same = new Set<Expr>();
  for (const wanted of simpleConjuncts(predicate).map((part) => overEntry(part, rte))) {
    const key = conditionKey(wanted);
    const equal = given.find(({ part }) => conditionKey(part) === key);
    if (equal !== undefined) same.add(equal.qual);
    else if (
      !implied(
        given.map(({ part }) => part),
        wanted,
      )
    )
      return undefined;
  }
  return quals.filter((qual) => same.has(qual) && simpleConjuncts(qual).length === 1);
}

/** `flag = true` says what `flag` says, and `flag = false` what NOT flag says. */
function conditionKey(expr: Expr): string {
  if (expr.kind === "not") return `not ${expr.args.map(exprKey).join()}`;
  if (expr.kind !== "call" || expr.args.length !== 2) return exprKey(expr);
  const [left, right] = expr.args;
  if (left?.type !== BOOL || right?.kind !== "const") return exprKey(expr);
  const isEqual = isEquality(expr.operator);
  const isOpposite = isEquality(operatorByOid(expr.operator)?.negator ?? 0);
  if (right.value === null || !(isEqual || isOpposite)) return exprKey(expr);
  return right.value === isEqual ? exprKey(left) : `not ${exprKey(left)}`;
}

function isEquality(operator: number): boolean {
  return btreeStrategies(operator).some((each) => each.strategy === EQUAL);
}

/** The longest list that proofs look at the elements of. */
const LIST_MAX = 100;

type List = Extract<Expr, { kind: "scalarArrayOp" }>;

/** Comparisons with each element of a list of constants; undefined: it is none. */
function comparisonsOf(expr: List): readonly Expr[] | undefined {
  const { array, scalar, proc, operator, type, typmod, position } = expr;
  const list = array.kind === "const" ? array.value : null;
  if (typeof list !== "object" || list === null || !("tag" in list) || list.tag !== "array") {
    return undefined;
  }
  if (list.elements.length === 0 || list.elements.length > LIST_MAX) return undefined;
  const element = { type: list.elementType, typmod: -1, position: -1 };
  const base = { type, typmod, position, proc, operator, display: "operator" } as const;
  return list.elements.map((value) => ({
    kind: "call",
    ...base,
    args: [scalar, { kind: "const", ...element, value }],
  }));
}

function armsOf(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "or") return expr.args;
  return expr.kind === "scalarArrayOp" && expr.any ? comparisonsOf(expr) : undefined;
}

function partsOf(expr: Expr): readonly Expr[] {
  const all = expr.kind === "scalarArrayOp" && !expr.any ? comparisonsOf(expr) : undefined;
  return all ?? conjuncts(expr);
}

function implies(qual: Expr, wanted: Expr): boolean {
  if (conditionKey(qual) === conditionKey(wanted)) return true;
  const given = armsOf(qual);
  if (given !== undefined) {
    const arms = armsOf(wanted) ?? [wanted];
    const isCovered = given.every((arm) => arms.some((each) => implied(partsOf(arm), each)));
    if (isCovered) return true;
  }
  const arms = armsOf(wanted);
  if (arms !== undefined && arms.some((arm) => implied([qual], arm))) return true;
  if (wanted.kind === "isNotNull") {
    return !looksIntoRow(wanted) && isFalseForNull(qual, exprKey(wanted.arg));
  }
  return orderImplies(qual, wanted);
}

/** Whether each part of what is wanted follows from one of what is given. */
function implied(given: readonly Expr[], wanted: Expr): boolean {
  const parts = given.flatMap(partsOf);
  return partsOf(wanted).every(
    (each) =>
      parts.some((part) => implies(part, each)) ||
      (armsOf(each)?.some((arm) => implied(parts, arm)) ?? false),
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
