/**
 * Which operators mean equality in the sense that equal values have equal hash keys: the = of a
 * type's default btree class, both sides being of comparable types.
 */
import type { Expr } from "@firstlight/sql";
import {
  btreeStrategies,
  childrenOf,
  equalityOperator,
  isSameValue,
  mapInSteps,
} from "@firstlight/sql";

const EQUAL = 3;
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);

/** `type` is a side's: arrays and rows have the operator even where their parts have none. */
export function isHashEquality(operator: number, type: number): boolean {
  if (!btreeStrategies(operator).some((each) => each.strategy === EQUAL)) return false;
  return equalityOperator(type) !== 0;
}

/** A call of an equality. */
export function isEqualityCall(expr: Expr): expr is Extract<Expr, { kind: "call" }> {
  return expr.kind === "call" && isHashEquality(expr.operator, expr.args[0]?.type ?? 0);
}

export interface EquiKey {
  readonly left: Expr;
  readonly right: Expr;
  /** The condition as a whole. */
  readonly qual: Expr;
}

function unlabelled(expr: Expr): Expr {
  return isSameValue(expr) ? unlabelled(expr.arg) : expr;
}

/** Values of the two sides can be hashed to the same keys. */
export function hashAlike(left: Expr, right: Expr): boolean {
  if (left.type === right.type) return true;
  return INTEGERS.has(left.type) && INTEGERS.has(right.type);
}

export function rtesOf(expr: Expr): Set<number> {
  const rtes = new Set<number>();
  addRtes(expr, rtes);
  return rtes;
}

const MANY = 64;

function addRtes(expr: Expr, rtes: Set<number>): void {
  if (expr.kind === "var" && expr.levelsUp === 0) rtes.add(expr.rte);
  const children = childrenOf(expr);
  if (children.length < MANY) {
    for (const child of children) addRtes(child, rtes);
    return;
  }
  for (const each of mapInSteps("relations", children, rtesOf))
    for (const rte of each) rtes.add(rte);
}

export function isSubset(set: ReadonlySet<number>, of: ReadonlySet<number>): boolean {
  for (const each of set) if (!of.has(each)) return false;
  return true;
}

/** The two sides of `a = b` where one is over `left`'s relations and the other over `right`'s. */
export function equiKey(
  qual: Expr,
  left: ReadonlySet<number>,
  right: ReadonlySet<number>,
): EquiKey | undefined {
  if (!isEqualityCall(qual) || qual.display !== "operator") return undefined;
  const [a, b] = qual.args;
  if (a === undefined || b === undefined || !hashAlike(a, b)) return undefined;
  const inA = rtesOf(a);
  const inB = rtesOf(b);
  if (inA.size === 0 || inB.size === 0) return undefined;
  if (isSubset(inA, left) && isSubset(inB, right)) return { left: a, right: b, qual };
  if (isSubset(inB, left) && isSubset(inA, right)) return { left: b, right: a, qual };
  return undefined;
}

/** The Var below relabellings, if the expression is nothing more. */
export function plainVar(expr: Expr): Extract<Expr, { kind: "var" }> | undefined {
  const inner = unlabelled(expr);
  return inner.kind === "var" ? inner : undefined;
}
