/** Service errors across the wire. An error of another kind is a defect of the other side. */
import { ServiceError } from "@firstlight/common";
import type { ServiceErrorKind } from "@firstlight/common";
import type { Failure, Failure__Output } from "../gen/firstlight/v1/Failure.ts";

const KINDS: readonly ServiceErrorKind[] = [
  "unavailable",
  "fenced",
  "staleCatalog",
  "horizon",
  "overloaded",
];

export function toFailure(error: unknown): Failure {
  if (error instanceof ServiceError) return { kind: error.kind, message: error.message };
  return { kind: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** What cannot be understood may or may not have had an effect: unavailable. */
export function fromFailure(failure: Failure__Output): ServiceError {
  const kind = KINDS.find((each) => each === failure.kind);
  return new ServiceError(kind ?? "unavailable", failure.message);
}
