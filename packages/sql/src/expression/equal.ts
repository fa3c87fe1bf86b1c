/**
 * Structural equality of expressions, as GROUP BY and index matching need it. Positions and the
 * way that casts are displayed do not count.
 */
import type { Datum } from "../values/datum.ts";
import type { Expr } from "./tree.ts";

const IGNORED: ReadonlySet<string> = new Set(["position", "display", "names"]);

/** Same value in every respect, the scale of a numeric included. */
export function sameDatum(a: Datum, b: Datum): boolean {
  return deepEqual(a, b);
}

function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return sameBytes(a, b);
  if (Array.isArray(a) || Array.isArray(b)) return sameList(a, b);
  return sameFields(a as Record<string, unknown>, b as Record<string, unknown>);
}

function sameBytes(a: object, b: object): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false;
  return a.every((byte, index) => byte === b[index]);
}

function sameList(a: object, b: object): boolean {
  if (!(Array.isArray(a) && Array.isArray(b)) || a.length !== b.length) return false;
  return a.every((item, index) => deepEqual(item, b[index]));
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    if (!IGNORED.has(key) && !deepEqual(a[key], b[key])) return false;
  }
  return true;
}

export function equalExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  return a.kind === b.kind && deepEqual(a, b);
}
