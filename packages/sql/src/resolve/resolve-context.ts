/**
 * What resolution asks of its caller. Literals of unknown type are read while a statement is bound,
 * with the session's settings, as PostgreSQL reads them; untyped parameters get their type here.
 */
import { SqlError, type SqlErrorFields } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Expr, Param } from "../expression/tree.ts";
import type { RoutineSource } from "./routine-source.ts";

/** How far a coercion may go: implicit in expressions, assignment to a column, explicit by cast. */
export type CoercionContext = "implicit" | "assignment" | "explicit";

export interface ResolveContext {
  readonly evaluation: EvaluationContext;
  /**
   * Gives a $n of unknown type the type that its place wants and returns it as that. Without it
   * such a parameter is refused.
   */
  typeParam?(param: Param, type: number): Expr;
  /** The users' own functions; without it there are none. */
  readonly routines?: RoutineSource;
}

/**
 * Errors carry the 1-based offset of Expr.position, which counts bytes; who knows the statement's
 * text turns that into characters.
 */
export function resolveError(
  sqlstate: string,
  message: string,
  position: number,
  fields: SqlErrorFields = {},
): SqlError {
  return new SqlError(
    sqlstate,
    message,
    position < 0 ? fields : { ...fields, position: position + 1 },
  );
}
