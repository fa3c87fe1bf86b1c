/** The type that UNION, CASE, COALESCE, VALUES, arrays and anycompatible settle on. */
import { baseTypeOid, isPreferredType, typeCategory } from "../catalog/type-catalog.ts";
import { formatType } from "../catalog/format-type.ts";
import { expressionLocation } from "../expression/location.ts";
import type { Expr } from "../expression/tree.ts";
import { TEXT, UNKNOWN } from "../types/oids.ts";
import { canCoerceType } from "./coercion-pathway.ts";
import { resolveError } from "./resolve-context.ts";

/** Where two types would not meet: index of the later one and the type settled on before it. */
interface Mismatch {
  readonly index: number;
  readonly settled: number;
}

function settle(types: readonly number[]): number | Mismatch {
  const first = types[0] ?? UNKNOWN;
  if (first !== UNKNOWN && types.every((type) => type === first)) return first;
  let settled = baseTypeOid(first);
  let category = typeCategory(settled);
  for (let index = 1; index < types.length; index += 1) {
    const next = baseTypeOid(types[index] ?? UNKNOWN);
    if (next === UNKNOWN || next === settled) continue;
    const nextCategory = typeCategory(next);
    if (settled !== UNKNOWN && nextCategory !== category) return { index, settled };
    if (settled === UNKNOWN || takesOver(settled, next, category)) {
      settled = next;
      category = nextCategory;
    }
  }
  return settled === UNKNOWN ? TEXT : settled;
}

/** Of two types in a category the later wins if only the earlier converts implicitly. */
function takesOver(settled: number, next: number, category: string): boolean {
  return (
    !isPreferredType(settled, category) &&
    canCoerceType(settled, next, "implicit") &&
    !canCoerceType(next, settled, "implicit")
  );
}

/** The common type, or undefined when there is none. */
export function commonTypeOf(types: readonly number[]): number | undefined {
  const result = settle(types);
  return typeof result === "number" ? result : undefined;
}

/**
 * The common type of expressions (select_common_type). `construct` names the clause in the error,
 * for example "CASE", "UNION", "VALUES", "ARRAY".
 */
export function selectCommonType(exprs: readonly Expr[], construct: string): number {
  const result = settle(exprs.map((expr) => expr.type));
  if (typeof result === "number") return result;
  const culprit = exprs[result.index];
  throw resolveError(
    "42804",
    `${construct} types ${formatType(result.settled)} and ${formatType(culprit?.type ?? 0)} cannot be matched`,
    culprit === undefined ? -1 : expressionLocation(culprit),
  );
}

/** The typmod that all share when they are of that type already, else -1. */
export function selectCommonTypmod(exprs: readonly Expr[], commonType: number): number {
  const first = exprs[0]?.typmod ?? -1;
  return exprs.every((expr) => expr.type === commonType && expr.typmod === first) ? first : -1;
}
