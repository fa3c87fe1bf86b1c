/**
 * Errors across the wire: those between services, and those of an expression that was evaluated on
 * the other side. An error of another kind is a defect of the other side.
 */
import { MovedError, ServiceError, SqlError } from "@firstlight/common";
import type { ServiceErrorKind } from "@firstlight/common";
import { fromServing } from "../convert/directory.ts";
import type { Failure, Failure__Output } from "../gen/firstlight/v1/Failure.ts";

const KINDS: readonly ServiceErrorKind[] = [
  "unavailable",
  "fenced",
  "staleCatalog",
  "horizon",
  "overloaded",
  "full",
  "damaged",
];

const SQL = "sql";
const MOVED = "moved";

export function toFailure(error: unknown): Failure {
  if (error instanceof MovedError) {
    return { kind: MOVED, message: error.message, serving: [...error.serving] };
  }
  if (error instanceof ServiceError) return { kind: error.kind, message: error.message };
  if (error instanceof SqlError) return sqlFailure(error);
  return { kind: "internal", message: error instanceof Error ? error.message : String(error) };
}

function sqlFailure({ sqlstate, message, fields }: SqlError): Failure {
  return { kind: SQL, message, sqlstate, detail: fields.detail ?? "", hint: fields.hint ?? "" };
}

/** What cannot be understood may or may not have had an effect: unavailable. */
export function fromFailure(failure: Failure__Output): ServiceError | SqlError {
  const { kind, message, sqlstate, detail, hint } = failure;
  if (kind === SQL) {
    const none = (text: string): string | undefined => (text === "" ? undefined : text);
    return new SqlError(sqlstate, message, { detail: none(detail), hint: none(hint) });
  }
  if (kind === MOVED) return new MovedError(message, failure.serving.map(fromServing));
  return new ServiceError(KINDS.find((each) => each === kind) ?? "unavailable", message);
}
