/** Which failures of a job's transaction are overcome by doing it again. */
import { SqlError, isServiceError } from "@firstlight/common";

const TRANSIENT = new Set(["40001", "53000", "53100", "57P03", "72000", "08007"]);

export function isConflict(error: unknown): boolean {
  return error instanceof SqlError && error.sqlstate === "40001";
}

export function isTransient(error: unknown): boolean {
  return isServiceError(error) || (error instanceof SqlError && TRANSIENT.has(error.sqlstate));
}
