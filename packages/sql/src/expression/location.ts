/**
 * Where an expression begins in the statement's text, for errors about it as a whole: PostgreSQL's
 * exprLocation. An operator's own position is that of its name, its location that of its left side.
 */
import type { Expr } from "./tree.ts";
import { childrenOf } from "./walk.ts";

/** Kinds that begin with their operands; all others begin where they are. */
const BEGIN_WITH_OPERANDS: ReadonlySet<Expr["kind"]> = new Set([
  "call",
  "and",
  "or",
  "not",
  "isNull",
  "isNotNull",
  "booleanTest",
  "distinct",
  "notDistinct",
  "nullif",
  "scalarArrayOp",
  "rowCompare",
  "subscript",
  "fieldSelect",
  "relabel",
  "coerceViaIO",
  "coerceToDomain",
  "subLink",
]);

function leftmost(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}

/** A column of SET (a, b) = (SELECT ...) stands where the SELECT has it. */
function isAssignedTogether(expr: Expr): boolean {
  return (
    expr.kind === "fieldSelect" && expr.arg.kind === "subLink" && expr.arg.link === "multiExpr"
  );
}

/** 0-based offset or -1. */
export function expressionLocation(expr: Expr): number {
  if (expr.kind === "arrayCoerce") return leftmost(expr.position, expressionLocation(expr.arg));
  if (!BEGIN_WITH_OPERANDS.has(expr.kind) || isAssignedTogether(expr)) return expr.position;
  return childrenOf(expr).map(expressionLocation).reduce(leftmost, expr.position);
}
