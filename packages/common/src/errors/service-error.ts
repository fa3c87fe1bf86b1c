/**
 * Errors between services. The kind tells the caller what to do; the message is for people.
 * - `unavailable`: the request had no effect, or its effect is unknown if `outcome` says so; try
 *   another replica or try later.
 * - `fenced`: a newer epoch has taken over; stop and do not retry.
 * - `staleCatalog`: the caller planned on an outdated schema; read the catalog again and re-plan.
 * - `horizon`: the snapshot is older than what is still readable.
 * - `overloaded`: a bound was reached (I11); nothing was done.
 * - `moved`: another process serves what was asked for; nothing was done. A Route follows it.
 * - `full`: the disk has no room; nothing was done.
 * - `damaged`: what is stored fails its checksum, and nobody else has it.
 */
import type { Serving } from "../contracts/directory.ts";

export type ServiceErrorKind =
  | "unavailable"
  | "fenced"
  | "staleCatalog"
  | "horizon"
  | "overloaded"
  | "moved"
  | "full"
  | "damaged";

export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly kind: ServiceErrorKind;

  constructor(kind: ServiceErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** Not served here: `serving` is what is known here of who does. */
export class MovedError extends ServiceError {
  readonly serving: readonly Serving[];

  constructor(message: string, serving: readonly Serving[]) {
    super("moved", message);
    this.serving = serving;
  }
}

export function isServiceError(error: unknown, kind?: ServiceErrorKind): error is ServiceError {
  return error instanceof ServiceError && (kind === undefined || error.kind === kind);
}

/** A broken invariant stops the role that finds it; it is never caught by a session. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

export function invariant(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new InvariantError(message());
}
