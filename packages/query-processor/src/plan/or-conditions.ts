/**
 * What an OR of conjunctions says beyond itself: conditions that all its arms share hold outside of
 * it (where they can join and use indexes), and arms that each restrict one relation restrict it
 * before it is joined. PostgreSQL's prepqual.c and orclauses.c do the same.
 */
import type { Expr } from "@firstlight/sql";
import { allInSteps, mapInSteps, someInSteps, volatility } from "@firstlight/sql";
import { sameExpr } from "../bind/walk.ts";
import { isSubset, rtesOf } from "./equality.ts";
import { conjunction, conjuncts, someNode } from "./expression-map.ts";
import { withoutNegations } from "./negation.ts";

type Or = Extract<Expr, { kind: "and" | "or" | "not" }>;

function isOr(expr: Expr): expr is Or {
  return expr.kind === "or";
}

/** The same condition as conjuncts, without NOT where it can be, and with what all arms of an OR share taken out of it. */
export function factoredConjuncts(qual: Expr): readonly Expr[] {
  return conjuncts(withoutNegations(qual)).flatMap((each) =>
    isOr(each) ? factoredOr(each) : [each],
  );
}

function factoredOr(or: Or): readonly Expr[] {
  const arms = mapInSteps("arms", or.args, (arm) => conjuncts(arm));
  const shared = sharedConjuncts(arms);
  if (shared.length === 0) return [or];
  const rests = mapInSteps("rests", arms, (arm) =>
    conjunction(arm.filter((each) => !isAmong(each, shared))),
  );
  const args = rests.filter((rest) => rest !== undefined);
  // An arm without a rest is true wherever the shared conditions are.
  return args.length < arms.length ? shared : [...shared, { ...or, args }];
}

/** Those of the first arm that all others have; of many arms most have nothing in common. */
function sharedConjuncts([first = [], ...others]: readonly (readonly Expr[])[]): readonly Expr[] {
  return first.filter(
    (each) => allInSteps("shared", others, (arm) => isAmong(each, arm) || undefined) !== undefined,
  );
}

/** By comparison: keys of thousands of arms take longer to write than most arms take to be told apart. */
function isAmong(expr: Expr, list: readonly Expr[]): boolean {
  return list.some((other) => sameExpr(expr, other));
}

/** What was derived from a condition: its selectivity counts there already. */
const impliedBy = new WeakMap<Expr, readonly Expr[]>();

export function impliedOf(qual: Expr): readonly Expr[] {
  return impliedBy.get(qual) ?? [];
}

/** Restrictions of single relations that follow from ORs over several. */
export function impliedRestrictions(quals: readonly Expr[]): readonly Expr[] {
  return quals.flatMap((qual) => {
    if (!isOr(qual) || !isPlain(qual)) return [];
    const rtes = rtesOf(qual);
    if (rtes.size < 2) return [];
    const implied = [...rtes].flatMap((rte) => restrictionOf(qual, rte));
    if (implied.length > 0) impliedBy.set(qual, implied);
    return implied;
  });
}

/** Evaluating it once more changes nothing. */
function isPlain(qual: Expr): boolean {
  return (
    volatility(qual) !== "volatile" &&
    !someInSteps("links", qual, (node) => node.kind === "subLink")
  );
}

function restrictionOf(or: Or, rte: number): readonly Expr[] {
  const only = new Set([rte]);
  const args: Expr[] = [];
  for (const arm of or.args) {
    const own = conjuncts(arm).filter((each) => {
      const rtes = rtesOf(each);
      return rtes.size === 1 && isSubset(rtes, only) && !hasOuterVar(each);
    });
    const restriction = conjunction(own);
    if (restriction === undefined) return [];
    args.push(restriction);
  }
  return [{ ...or, args }];
}

function hasOuterVar(expr: Expr): boolean {
  return someNode(expr, (node) => node.kind === "var" && node.levelsUp > 0);
}
