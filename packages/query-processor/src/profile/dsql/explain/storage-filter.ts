/**
 * Which conditions of a scan Aurora DSQL's storage tests before it sends rows: comparisons of columns
 * with values, of types that it knows there. The others are the query processor's. What the service
 * does is known of its examples only (decision 0032).
 */
import type { Expr } from "@firstlight/sql";
import { baseTypeOid, oids, operatorByOid } from "@firstlight/sql";
import { conjunction, conjuncts } from "../../../plan/expression-map.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);

const TYPES: ReadonlySet<number> = new Set([
  oids.BOOL,
  oids.INT2,
  oids.INT4,
  oids.INT8,
  oids.FLOAT4,
  oids.FLOAT8,
  oids.TEXT,
  oids.VARCHAR,
  oids.BPCHAR,
  oids.DATE,
  oids.TIME,
  oids.TIMESTAMP,
  oids.TIMESTAMPTZ,
  oids.UUID,
]);

/** A column, or a value that is the same for all rows, of such a type. */
function isOperand(expr: Expr): boolean {
  if (expr.kind === "relabel") return isOperand(expr.arg);
  if (!TYPES.has(baseTypeOid(expr.type))) return false;
  return ["slot", "const", "param", "execParam"].includes(expr.kind);
}

function isComparison(operator: number): boolean {
  return COMPARISONS.has(operatorByOid(operator)?.name ?? "");
}

function isTested(expr: Expr): boolean {
  const { kind } = expr;
  if (kind === "and" || kind === "or" || kind === "not") return expr.args.every(isTested);
  if (kind === "isNull" || kind === "isNotNull") return isOperand(expr.arg);
  if (kind === "call") return isComparison(expr.operator) && expr.args.every(isOperand);
  if (kind === "scalarArrayOp") return isComparison(expr.operator) && isOperand(expr.scalar);
  return kind === "slot" && expr.type === oids.BOOL;
}

export interface SplitFilter {
  readonly storage: readonly Expr[];
  readonly rest: readonly Expr[];
}

export function splitFilter(filter: Expr | undefined): SplitFilter {
  const storage: Expr[] = [];
  const rest: Expr[] = [];
  for (const qual of conjuncts(filter)) (isTested(qual) ? storage : rest).push(qual);
  return { storage, rest };
}

/** What storage lets pass; undefined: everything. */
export function storageFilter(filter: Expr | undefined): Expr | undefined {
  return conjunction(splitFilter(filter).storage);
}
