/**
 * Relabelling keeps the bits of a value. Between integer and the types of OIDs, four bytes without a
 * sign, that makes another number of it.
 */
import * as oids from "../types/oids.ts";
import type { Datum } from "../values/datum.ts";
import type { Expr } from "./tree.ts";

const UNSIGNED: ReadonlySet<number> = new Set([
  oids.OID,
  oids.XID,
  oids.CID,
  oids.REGCLASS,
  oids.REGCOLLATION,
  oids.REGCONFIG,
  oids.REGDICTIONARY,
  oids.REGNAMESPACE,
  oids.REGOPER,
  oids.REGOPERATOR,
  oids.REGPROC,
  oids.REGPROCEDURE,
  oids.REGROLE,
  oids.REGTYPE,
]);

/** What becomes of the number: undefined where it stays as it is. */
export function signChange({
  arg,
  type,
}: Extract<Expr, { kind: "relabel" }>): "unsigned" | "signed" | undefined {
  if (arg.type === oids.INT4 && UNSIGNED.has(type)) return "unsigned";
  return type === oids.INT4 && UNSIGNED.has(arg.type) ? "signed" : undefined;
}

/** A relabelling under which order and equality are those of what is relabelled. */
export function isSameValue(expr: Expr): expr is Extract<Expr, { kind: "relabel" }> {
  return expr.kind === "relabel" && signChange(expr) === undefined;
}

export function relabelled(expr: Extract<Expr, { kind: "relabel" }>, value: Datum): Datum {
  if (typeof value !== "number") return value;
  const change = signChange(expr);
  if (change === undefined) return value;
  return change === "unsigned" ? value >>> 0 : value | 0;
}
