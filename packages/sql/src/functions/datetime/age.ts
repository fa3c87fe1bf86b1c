/**
 * age(): the difference of two timestamps in years, months, days and time, borrowing from the
 * calendar as timestamp_age does.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import {
  MICROS_PER_DAY,
  MICROS_PER_DAY_BIG,
  TIMESTAMP_MIN,
  calendarOfDate,
  dayOfTimestamp,
  daysInMonth,
  timeOfTimestamp,
} from "../../values/calendar.ts";
import type { Interval } from "../../values/datum.ts";
import { makeInterval } from "../../values/interval.ts";
import { fromLocal, toLocal } from "../../values/time-zone.ts";
import { sessionZone, timestampOutOfRange } from "./bounds.ts";

/** Both local; `a >= b` decides the sign, and months are borrowed from the earlier one's calendar. */
export function ageOf(a: bigint, b: bigint): Interval {
  // As PostgreSQL 16: 'infinity' counts as the largest instant, '-infinity' is out of range.
  if (a < TIMESTAMP_MIN || b < TIMESTAMP_MIN) throw timestampOutOfRange();
  const sign = a < b ? -1 : 1;
  const [late, early] = a < b ? [b, a] : [a, b];
  const lateDate = calendarOfDate(dayOfTimestamp(late));
  const earlyDate = calendarOfDate(dayOfTimestamp(early));
  let months = (lateDate.year - earlyDate.year) * 12 + lateDate.month - earlyDate.month;
  let days = lateDate.day - earlyDate.day;
  let micros = timeOfTimestamp(late) - timeOfTimestamp(early);
  if (micros < 0) {
    micros += MICROS_PER_DAY;
    days--;
  }
  if (days < 0) {
    days += daysInMonth(earlyDate.year, earlyDate.month);
    months--;
  }
  return makeInterval(sign * months + 0, sign * days + 0, BigInt(sign * micros));
}

function ageOfInstants(context: EvaluationContext, a: bigint, b: bigint): Interval {
  const zone = sessionZone(context);
  return ageOf(toLocal(zone, a), toLocal(zone, b));
}

function today(context: EvaluationContext): bigint {
  const local = toLocal(sessionZone(context), context.transactionTime);
  return BigInt(dayOfTimestamp(local)) * MICROS_PER_DAY_BIG;
}

const functions: Record<string, Implementation> = {
  timestamp_age: (_, a: bigint, b: bigint) => ageOf(a, b),
  timestamptz_age: (context, a: bigint, b: bigint) => ageOfInstants(context, a, b),
  "age(timestamp)": (context, a: bigint) => ageOf(today(context), a),
  "age(timestamptz)": (context, a: bigint) =>
    ageOfInstants(context, fromLocal(sessionZone(context), today(context)), a),
};

export function registerAge(): void {
  registerFunctions(functions);
}
