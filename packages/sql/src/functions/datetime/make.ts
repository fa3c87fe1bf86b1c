/**
 * make_date, make_time, make_timestamp, make_timestamptz, make_interval and to_timestamp(float8).
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { roundHalfEven } from "../float.ts";
import {
  DATE_END,
  DATE_MIN,
  EPOCH_DIFFERENCE_DAYS,
  dateFromCalendar,
  daysInMonth,
  timestampFromParts,
} from "../../values/calendar.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../../values/datum.ts";
import { formatGeneral } from "../../values/float.ts";
import { intervalOutOfRange, makeInterval } from "../../values/interval.ts";
import { fromLocal } from "../../values/time-zone.ts";
import { checkedTimestamp, sessionZone, timestampOutOfRange } from "./bounds.ts";
import { requireSaneZone } from "./zone-names.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** Years before Christ are negative; there is no year 0. */
function validDate(year: number, month: number, day: number): number | undefined {
  const astronomical = year < 0 ? year + 1 : year;
  if (year === 0 || month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysInMonth(astronomical, month)) return undefined;
  return dateFromCalendar(astronomical, month, day);
}

function makeDate(year: number, month: number, day: number): number {
  const date = validDate(year, month, day);
  // Years before Christ are shown as PostgreSQL has turned them round by then.
  const shown = year < 0 && year > -2147483648 ? year + 1 : year;
  const text = `${shown}-${two(month)}-${two(day)}`;
  if (date === undefined) throw new SqlError("22008", `date field value out of range: ${text}`);
  if (date < DATE_MIN || date >= DATE_END)
    throw new SqlError("22008", `date out of range: ${text}`);
  return date;
}

/** Microseconds of the day; undefined for fields out of range. 24:00:00 is allowed. */
function validTime(hour: number, minute: number, second: number): number | undefined {
  if (hour < 0 || minute < 0 || minute > 59 || !(second >= 0) || second > 60) return undefined;
  const micros = roundHalfEven(second * 1_000_000);
  const total = (hour * 60 + minute) * 60_000_000 + micros;
  return hour > 24 || total > 86_400_000_000 || micros > 60_000_000 ? undefined : total;
}

/** As "%d:%02d:%02g" prints it. */
function timeText(hour: number, minute: number, second: number): string {
  return `${hour}:${two(minute)}:${formatGeneral(second, 6).padStart(2, "0")}`;
}

function makeTime(hour: number, minute: number, second: number): number {
  const micros = validTime(hour, minute, second);
  if (micros !== undefined) return micros;
  throw new SqlError("22008", `time field value out of range: ${timeText(hour, minute, second)}`);
}

type TimestampFields = [number, number, number, number, number, number];

function makeTimestamp(...fields: TimestampFields): bigint {
  const [year, month, day, hour, minute, second] = fields;
  const date = validDate(year, month, day);
  if (date === undefined) {
    const text = `${year}-${two(month)}-${two(day)}`;
    throw new SqlError("22008", `date field value out of range: ${text}`);
  }
  return checkedTimestamp(timestampFromParts(date, makeTime(hour, minute, second)));
}

type IntervalFields = [number, number, number, number, number, number, number];

function makeIntervalOf(...fields: IntervalFields): ReturnType<typeof makeInterval> {
  const [years, months, weeks, days, hours, minutes, seconds] = fields;
  if (!Number.isFinite(seconds)) throw intervalOutOfRange();
  const clock = BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n;
  const micros = clock + BigInt(roundHalfEven(seconds * 1_000_000));
  // Months and days wrap around silently, as in PostgreSQL 16.
  return makeInterval((years * 12 + months) | 0, (weeks * 7 + days) | 0, micros);
}

const EPOCH_SECONDS = EPOCH_DIFFERENCE_DAYS * 86400;

/** C's %g of a large number. */
function shortFloat(value: number): string {
  return value.toPrecision(6).replace(/\.?0+(?=e|$)/u, "");
}

function timestampOfSeconds(seconds: number): bigint {
  if (seconds !== seconds) throw new SqlError("22008", "timestamp cannot be NaN");
  if (seconds === Infinity) return TIMESTAMP_INFINITY;
  if (seconds === -Infinity) return TIMESTAMP_NEGATIVE_INFINITY;
  const text = `timestamp out of range: "${shortFloat(seconds)}"`;
  if (seconds < -210866803200 || seconds >= 9224318016000) throw new SqlError("22008", text);
  const micros = roundHalfEven((seconds - EPOCH_SECONDS) * 1_000_000);
  if (Math.abs(micros) >= 2 ** 63) throw timestampOutOfRange();
  return checkedTimestamp(BigInt(micros));
}

const functions: Record<string, Implementation> = {
  make_date: (_, year: number, month: number, day: number) => makeDate(year, month, day),
  make_time: (_, hour: number, minute: number, second: number) => makeTime(hour, minute, second),
  make_timestamp: (_, ...fields: TimestampFields) => makeTimestamp(...fields),
  make_timestamptz: (context, ...fields: TimestampFields) =>
    checkedTimestamp(fromLocal(sessionZone(context), makeTimestamp(...fields))),
  make_timestamptz_at_timezone: (_, ...args: [...TimestampFields, string]) => {
    const [year, month, day, hour, minute, second, zone] = args;
    const local = makeTimestamp(year, month, day, hour, minute, second);
    return checkedTimestamp(fromLocal(requireSaneZone(zone), local));
  },
  make_interval: (_, ...fields: IntervalFields) => makeIntervalOf(...fields),
  float8_timestamptz: (_, seconds: number) => timestampOfSeconds(seconds),
};

export function registerMakers(): void {
  registerFunctions(functions);
}
