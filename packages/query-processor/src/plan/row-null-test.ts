/** IS [NOT] NULL of a row, which asks each of its fields: a row may be neither. */
import type { Expr } from "@firstlight/sql";
import { baseTypeOid, isComposite } from "@firstlight/sql";

const RECORD = 2249;

/** Of such a test neither the opposite nor that the value itself is NULL follows. */
export function looksIntoRow(expr: Extract<Expr, { kind: "isNull" | "isNotNull" }>): boolean {
  if (expr.shallow === true) return false;
  const type = baseTypeOid(expr.arg.type);
  return expr.arg.kind === "row" || type === RECORD || isComposite(type);
}
