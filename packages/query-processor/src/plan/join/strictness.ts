/** Which relations a condition, or a value, needs to be there: NULL in their columns makes it not true. */
import type { Expr } from "@firstlight/sql";
import { procOf } from "@firstlight/sql";

function union(sets: readonly Set<number>[]): Set<number> {
  return new Set(sets.flatMap((set) => [...set]));
}

function intersection(sets: readonly Set<number>[]): Set<number> {
  const [first = new Set<number>(), ...others] = sets;
  return new Set([...first].filter((each) => others.every((set) => set.has(each))));
}

/** Entries whose NULL-extended rows the condition rejects. */
export function rejectsNulls(qual: Expr): Set<number> {
  if (qual.kind === "isNotNull") return strictRtes(qual.arg);
  if (qual.kind === "and") return union(qual.args.map(rejectsNulls));
  if (qual.kind === "not") return strictRtes(qual.args[0]);
  if (qual.kind === "booleanTest") {
    const known = qual.test === "isTrue" || qual.test === "isFalse" || qual.test === "isNotUnknown";
    return known ? strictRtes(qual.arg) : new Set();
  }
  if (qual.kind !== "or") return strictRtes(qual);
  return intersection(qual.args.map(rejectsNulls));
}

/** Entries whose NULLs make the value NULL. */
export function strictRtes(expr: Expr | undefined): Set<number> {
  if (expr === undefined) return new Set();
  if (expr.kind === "var") return new Set(expr.levelsUp === 0 ? [expr.rte] : []);
  if (expr.kind === "relabel" || expr.kind === "coerceViaIO") return strictRtes(expr.arg);
  if (expr.kind === "scalarArrayOp" && expr.any) return strictRtes(expr.scalar);
  if (expr.kind === "and" || expr.kind === "or") return intersection(expr.args.map(strictRtes));
  if (expr.kind !== "call" || !procOf(expr).strict) return new Set();
  return union(expr.args.map(strictRtes));
}

export function rejectsNullsOf(quals: readonly Expr[]): Set<number> {
  return union(quals.map(rejectsNulls));
}
