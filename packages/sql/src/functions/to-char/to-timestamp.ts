/**
 * to_date() and to_timestamp(text, text): puts the fields that a template read together
 * (formatting.c: do_to_timestamp).
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import {
  dateOfJulian,
  daysInMonth,
  dateFromCalendar,
  julianDay,
  timestampFromParts,
} from "../../values/calendar.ts";
import type { CalendarDate } from "../../values/calendar.ts";
import { fromLocal } from "../../values/time-zone.ts";
import { checkedTimestamp, sessionZone } from "../datetime/bounds.ts";
import { parseDateFormat } from "./date-format.ts";
import { readDate } from "./date-reader.ts";
import type { ReadFields } from "./date-reader.ts";

function outOfRange(text: string): SqlError {
  return new SqlError("22008", `date/time field value out of range: "${text}"`);
}

function hourOf(fields: ReadFields): number {
  const hour = fields.values.get("hour") ?? 0;
  if (!fields.twelveHours) return hour;
  if (hour < 1 || hour > 12) {
    throw new SqlError("22007", `hour "${hour}" is invalid for the 12-hour clock`, {
      hint: "Use the 24-hour clock, or give an hour between 1 and 12.",
    });
  }
  if (fields.pm === true && hour < 12) return hour + 12;
  return fields.pm === false && hour === 12 ? 0 : hour;
}

/** Microseconds of the day. */
function timeOf(fields: ReadFields, text: string): number {
  const { values } = fields;
  const given = values.get("secondOfDay");
  const micros = values.get("micros") ?? 0;
  if (given !== undefined) {
    if (given < 0 || given >= 86400) throw outOfRange(text);
    return given * 1_000_000 + micros;
  }
  const hour = values.has("hour") ? hourOf(fields) : 0;
  const minute = values.get("minute") ?? 0;
  const second = values.get("second") ?? 0;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    throw outOfRange(text);
  }
  if (micros < 0 || micros >= 1_000_000) throw outOfRange(text);
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
}

/** Astronomical; a template without a year means 1 BC, as in PostgreSQL. */
function yearOf({ values, bc, yearWidth }: ReadFields): number {
  const year = values.get("year") ?? 0;
  const century = values.get("century") ?? 0;
  if (year !== 0) {
    if (century !== 0 && yearWidth <= 2) return inCentury(bc ? -century : century, year);
    if (bc) return year > 0 ? 1 - year : year;
    return year < 0 ? year + 1 : year;
  }
  if (century === 0) return 0;
  const signed = bc ? -century : century;
  return signed >= 0 ? (signed - 1) * 100 + 1 : signed * 100 + 1;
}

function inCentury(century: number, year: number): number {
  const short = year % 100;
  if (century < 0) return (century + 1) * 100 - short + 1;
  return short === 0 ? century * 100 : (century - 1) * 100 + short;
}

function dateOf(fields: ReadFields, text: string): CalendarDate {
  const { values } = fields;
  const julian = values.get("julian");
  if (julian !== undefined) return dateOfJulian(julian);
  const year = yearOf(fields);
  const week = values.get("week");
  let dayOfYear = values.get("dayOfYear");
  if (week !== undefined) dayOfYear ??= (week - 1) * 7 + 1;
  if (dayOfYear !== undefined && !(values.has("month") && values.has("day"))) {
    const length = julianDay(year + 1, 1, 1) - julianDay(year, 1, 1);
    if (dayOfYear < 1 || dayOfYear > length) throw outOfRange(text);
    return dateOfJulian(julianDay(year, 1, 1) + dayOfYear - 1);
  }
  const month = values.get("month") || 1;
  const weekOfMonth = values.get("weekOfMonth");
  const day = (weekOfMonth === undefined ? values.get("day") : (weekOfMonth - 1) * 7 + 1) || 1;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) throw outOfRange(text);
  return { year, month, day };
}

function dayNumber(fields: ReadFields, text: string): number {
  const { year, month, day } = dateOf(fields, text);
  if (year < -4713 || year > 5874897) throw outOfRange(text);
  return dateFromCalendar(year, month, day);
}

function localTimestamp(text: string, template: string): bigint {
  const fields = readDate(text, parseDateFormat(template));
  return checkedTimestamp(timestampFromParts(dayNumber(fields, text), timeOf(fields, text)));
}

export function registerDateReading(): void {
  registerFunctions({
    to_timestamp: (context, text: string, template: string) =>
      checkedTimestamp(fromLocal(sessionZone(context), localTimestamp(text, template))),
    to_date: (_, text: string, template: string) => {
      const fields = readDate(text, parseDateFormat(template));
      timeOf(fields, text);
      return dayNumber(fields, text);
    },
  });
}
