/**
 * Errors that several families of functions raise, with PostgreSQL's texts and SQLSTATEs.
 */
import { SqlError } from "@firstlight/common";

export function divisionByZero(): SqlError {
  return new SqlError("22012", "division by zero");
}

/** 22003 for a value that does not fit `type`, named as format_type names it. */
export function outOfRange(type: string): SqlError {
  return new SqlError("22003", `${type} out of range`);
}

export function invalidParameter(message: string, hint?: string): SqlError {
  return new SqlError("22023", message, { hint });
}

export function overflow(): SqlError {
  return new SqlError("22003", "value out of range: overflow");
}

export function underflow(): SqlError {
  return new SqlError("22003", "value out of range: underflow");
}

/** 54000: a result longer than what one value may hold (1 GB as in PostgreSQL's MaxAllocSize). */
export function tooLarge(message: string): SqlError {
  return new SqlError("54000", message);
}

export function danglingEscape(): SqlError {
  return new SqlError("22025", "LIKE pattern must not end with escape character");
}
