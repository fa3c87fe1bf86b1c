/**
 * Ranges of date, time and timestamp values, and the session's time zone.
 */
import { InvariantError, SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../../values/datum.ts";
import { TIMESTAMP_END, TIMESTAMP_MIN } from "../../values/calendar.ts";
import { findTimeZone } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";

export function isFiniteTimestamp(value: bigint): boolean {
  return value !== TIMESTAMP_INFINITY && value !== TIMESTAMP_NEGATIVE_INFINITY;
}

export function timestampOutOfRange(): SqlError {
  return new SqlError("22008", "timestamp out of range");
}

export function dateOutOfRange(): SqlError {
  return new SqlError("22008", "date out of range");
}

export function checkedTimestamp(value: bigint): bigint {
  if (value < TIMESTAMP_MIN || value >= TIMESTAMP_END) throw timestampOutOfRange();
  return value;
}

export function sessionZone(context: EvaluationContext): TimeZone {
  const zone = findTimeZone(context.format.timeZone);
  if (zone !== undefined) return zone;
  throw new InvariantError(`unknown session time zone ${context.format.timeZone}`);
}

/** Truncates towards minus infinity. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
