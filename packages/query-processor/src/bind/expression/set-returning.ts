/** Where set-returning functions may stand (check_srf_call_placement). */
import { type Expr, procOf } from "@firstlight/sql";
import { bindError } from "../errors.ts";
import { rulesOf } from "../expression-kind.ts";
import type { Scope } from "../scope.ts";
import { forEachChild } from "../walk.ts";

export function isSetCall(expr: Expr): boolean {
  return expr.kind === "call" && procOf(expr).returnsSet;
}

const MOVE_TO_FROM =
  "You might be able to move the set-returning function into a LATERAL FROM item.";

/** What has been searched when it was bound itself: those within others would be so again and again. */
const HAS_NONE: ReadonlySet<Expr["kind"]> = new Set(["case", "coalesce"]);

/** Items of long lists, which were searched as they were bound. */
const setless = new WeakSet<Expr>();

export function noteSetless(expr: Expr): void {
  setless.add(expr);
}

/** The first set-returning call in an expression, not looking into subqueries. */
export function findSetCall(expr: Expr): Expr | undefined {
  if (isSetCall(expr)) return expr;
  return HAS_NONE.has(expr.kind) || setless.has(expr) ? undefined : setCallWithin(expr);
}

export function setCallWithin(expr: Expr): Expr | undefined {
  let found: Expr | undefined;
  forEachChild(expr, (child) => {
    found ??= findSetCall(child);
  });
  return found;
}

/** CASE and COALESCE do not evaluate all of their arguments, so sets make no sense in them. */
export function refuseSets(expr: Expr, construct: string): void {
  const found = setCallWithin(expr);
  if (found === undefined) return;
  throw bindError(
    "0A000",
    `set-returning functions are not allowed in ${construct}`,
    found.position,
    { hint: MOVE_TO_FROM },
  );
}

/** Of a set among the arguments of a call over many rows. */
export function setWithin(kind: "aggregate" | "window", position: number): Error {
  const message = `${kind} function calls cannot contain set-returning function calls`;
  return bindError("0A000", message, position, { hint: MOVE_TO_FROM });
}

export function checkSetPlacement(scope: Scope, location: number): void {
  const rules = rulesOf(scope.kind);
  if (rules.sets) return;
  throw bindError("0A000", `set-returning functions are not allowed in ${rules.part}`, location);
}
