/**
 * Sums and differences of dates, times and timestamps with each other and with intervals. Months are
 * added on the calendar, days on the local clock, the rest on the time line.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import {
  DATE_END,
  DATE_MIN,
  MICROS_PER_DAY,
  MICROS_PER_DAY_BIG,
  brokenDown,
  dateFromCalendar,
  daysInMonth,
  timeOfTimestamp,
  timestampFromParts,
} from "../../values/calendar.ts";
import type { Interval, TimeTz } from "../../values/datum.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../../values/datum.ts";
import { fromLocal, toLocal } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";
import { checkedTimestamp, dateOutOfRange, isFiniteTimestamp, sessionZone } from "./bounds.ts";
import { requireZone } from "./zone-names.ts";
import { makeInterval } from "../../values/interval.ts";
import { justifyHours } from "./interval-arithmetic.ts";

/** The local timestamp with months added; the day is cut to the month's length. */
function addMonths(local: bigint, months: number): bigint {
  const { year, month, day } = brokenDown(local);
  const total = year * 12 + (month - 1) + months;
  const newYear = Math.floor(total / 12);
  const newMonth = total - newYear * 12 + 1;
  const newDay = Math.min(day, daysInMonth(newYear, newMonth));
  if (newYear < -4714 || newYear > 294277) throw new SqlError("22008", "timestamp out of range");
  return timestampFromParts(dateFromCalendar(newYear, newMonth, newDay), timeOfTimestamp(local));
}

function addCalendarFields(local: bigint, span: Interval): bigint {
  let result = local;
  if (span.months !== 0) result = checkedTimestamp(addMonths(result, span.months));
  if (span.days !== 0) result = checkedTimestamp(result + BigInt(span.days) * MICROS_PER_DAY_BIG);
  return result;
}

export function addToTimestamp(timestamp: bigint, span: Interval): bigint {
  if (!isFiniteTimestamp(timestamp)) return timestamp;
  return checkedTimestamp(addCalendarFields(timestamp, span) + span.micros);
}

/** Wraps around where there is no such interval: no timestamp is that far away anyway. */
function reversed({ months, days, micros }: Interval): Interval {
  return makeInterval(-months | 0, -days | 0, BigInt.asIntN(64, -micros));
}

/** Months and days are added each in local time, as two steps that find the zone's offset anew. */
export function addToTimestamptz(timestamp: bigint, span: Interval, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(timestamp)) return timestamp;
  let result = timestamp;
  if (span.months !== 0) {
    result = checkedTimestamp(fromLocal(zone, addMonths(toLocal(zone, result), span.months)));
  }
  if (span.days !== 0) {
    const local = toLocal(zone, result) + BigInt(span.days) * MICROS_PER_DAY_BIG;
    result = checkedTimestamp(fromLocal(zone, checkedTimestamp(local)));
  }
  return checkedTimestamp(result + span.micros);
}

export function subtractTimestamps(a: bigint, b: bigint): Interval {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) {
    throw new SqlError("22008", "cannot subtract infinite timestamps");
  }
  return justifyHours(makeInterval(0, 0, a - b));
}

export function timestampOfDate(date: number): bigint {
  if (date === Infinity) return TIMESTAMP_INFINITY;
  if (date === -Infinity) return TIMESTAMP_NEGATIVE_INFINITY;
  const micros = BigInt(date) * MICROS_PER_DAY_BIG;
  // 294277-01-01: one past the last day that a timestamp can show.
  if (date >= 109203528 - 2451545) throw new SqlError("22008", "date out of range for timestamp");
  return micros;
}

function addDays(date: number, days: number): number {
  if (!Number.isFinite(date)) return date;
  const result = date + days;
  if (result < DATE_MIN || result >= DATE_END) throw dateOutOfRange();
  return result;
}

function subtractDates(a: number, b: number): number {
  if (Number.isFinite(a) && Number.isFinite(b)) return a - b;
  throw new SqlError("22008", "cannot subtract infinite dates");
}

function wrapDay(micros: bigint): number {
  const rest = Number(micros % MICROS_PER_DAY_BIG);
  return rest < 0 ? rest + MICROS_PER_DAY : rest;
}

const addToTime = (time: number, span: Interval, sign: bigint): number =>
  wrapDay(BigInt(time) + sign * span.micros);

function addToTimeTz(time: TimeTz, span: Interval, sign: bigint): TimeTz {
  return { tag: "timetz", micros: addToTime(time.micros, span, sign), zone: time.zone };
}

const clock: Record<string, Implementation> = {
  time_pl_interval: (_, a: number, span: Interval) => addToTime(a, span, 1n),
  time_mi_interval: (_, a: number, span: Interval) => addToTime(a, span, -1n),
  timetz_pl_interval: (_, a: TimeTz, span: Interval) => addToTimeTz(a, span, 1n),
  timetz_mi_interval: (_, a: TimeTz, span: Interval) => addToTimeTz(a, span, -1n),
  time_mi_time: (_, a: number, b: number) => makeInterval(0, 0, BigInt(a - b)),
  "interval_pl_time(interval,time)": (_, span: Interval, a: number) => addToTime(a, span, 1n),
  "interval_pl_timetz(interval,timetz)": (_, span: Interval, a: TimeTz) => addToTimeTz(a, span, 1n),
};

function datetime(date: number, time: number): bigint {
  const day = timestampOfDate(date);
  return isFiniteTimestamp(day) ? checkedTimestamp(day + BigInt(time)) : day;
}

function datetimeTz(date: number, time: TimeTz): bigint {
  const day = timestampOfDate(date);
  if (!isFiniteTimestamp(day)) return day;
  return checkedTimestamp(day + BigInt(time.micros) + BigInt(time.zone) * 1_000_000n);
}

const dates: Record<string, Implementation> = {
  date_pli: (_, a: number, days: number) => addDays(a, days),
  date_mii: (_, a: number, days: number) => addDays(a, -days),
  "integer_pl_date(int4,date)": (_, days: number, a: number) => addDays(a, days),
  date_mi: (_, a: number, b: number) => subtractDates(a, b),
  date_pl_interval: (_, a: number, span: Interval) => addToTimestamp(timestampOfDate(a), span),
  date_mi_interval: (_, a: number, span: Interval) =>
    addToTimestamp(timestampOfDate(a), reversed(span)),
  "interval_pl_date(interval,date)": (_, span: Interval, a: number) =>
    addToTimestamp(timestampOfDate(a), span),
  datetime_timestamp: (_, a: number, time: number) => datetime(a, time),
  datetimetz_timestamptz: (_, a: number, time: TimeTz) => datetimeTz(a, time),
  "timedate_pl(time,date)": (_, time: number, a: number) => datetime(a, time),
  "timetzdate_pl(timetz,date)": (_, time: TimeTz, a: number) => datetimeTz(a, time),
  date_finite: (_, a: number) => Number.isFinite(a),
};

const timestamps: Record<string, Implementation> = {
  timestamp_mi: (_, a: bigint, b: bigint) => subtractTimestamps(a, b),
  timestamp_pl_interval: (_, a: bigint, span: Interval) => addToTimestamp(a, span),
  timestamp_mi_interval: (_, a: bigint, span: Interval) => addToTimestamp(a, reversed(span)),
  "interval_pl_timestamp(interval,timestamp)": (_, span: Interval, a: bigint) =>
    addToTimestamp(a, span),
  timestamptz_pl_interval: (context, a: bigint, span: Interval) =>
    addToTimestamptz(a, span, sessionZone(context)),
  timestamptz_mi_interval: (context, a: bigint, span: Interval) =>
    addToTimestamptz(a, reversed(span), sessionZone(context)),
  "interval_pl_timestamptz(interval,timestamptz)": (context, span: Interval, a: bigint) =>
    addToTimestamptz(a, span, sessionZone(context)),
  timestamptz_pl_interval_at_zone: (_, a: bigint, span: Interval, zone: string) =>
    addToTimestamptz(a, span, requireZone(zone)),
  timestamptz_mi_interval_at_zone: (_, a: bigint, span: Interval, zone: string) =>
    addToTimestamptz(a, reversed(span), requireZone(zone)),
  timestamp_finite: (_, a: bigint) => isFiniteTimestamp(a),
};

export function registerDatetimeArithmetic(): void {
  registerFunctions(clock);
  registerFunctions(dates);
  registerFunctions(timestamps);
}
