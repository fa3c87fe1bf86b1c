/**
 * Date and time values to text in every DateStyle: EncodeDateOnly, EncodeDateTime and
 * EncodeTimezone of PostgreSQL's datetime.c.
 */
import type { FormatSettings } from "../expression/evaluation-context.ts";
import type { BrokenDown } from "./calendar.ts";
import { brokenDown, brokenTime, calendarOfDate, dayOfWeek, julianDay } from "./calendar.ts";
import type { TimeTz } from "./datum.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "./datum.ts";
import { UTC_ZONE, findTimeZone, zoneAbbreviationAt, zoneOffsetAt } from "./time-zone.ts";

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTH_NAMES = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, i) =>
  String(i).padStart(2, "0"),
);

function two(value: number): string {
  return TWO_DIGITS[value] ?? String(value);
}

/** A year as printed: 1 BC is year 0. */
function yearText(year: number): string {
  const shown = year > 0 ? year : 1 - year;
  return shown > 999 ? String(shown) : String(shown).padStart(4, "0");
}

/** ".25", or nothing for whole seconds. */
export function fractionText(micros: number): string {
  if (micros === 0) return "";
  let digits = String(micros).padStart(6, "0");
  let end = 6;
  while (digits.charCodeAt(end - 1) === 48) end--;
  digits = digits.slice(0, end);
  return "." + digits;
}

function clockText(hour: number, minute: number, second: number, micros: number): string {
  return two(hour) + ":" + two(minute) + ":" + two(second) + fractionText(micros);
}

function datePart(year: number, month: number, day: number, format: FormatSettings): string {
  const shown = yearText(year);
  switch (format.dateStyle) {
    case "ISO":
      return shown + "-" + two(month) + "-" + two(day);
    case "SQL":
      return format.dateOrder === "DMY"
        ? `${two(day)}/${two(month)}/${shown}`
        : `${two(month)}/${two(day)}/${shown}`;
    case "German":
      return `${two(day)}.${two(month)}.${shown}`;
    case "Postgres":
      return format.dateOrder === "DMY"
        ? `${two(day)}-${two(month)}-${shown}`
        : `${two(month)}-${two(day)}-${shown}`;
  }
}

export function dateToString(date: number, format: FormatSettings): string {
  if (date === Infinity) return "infinity";
  if (date === -Infinity) return "-infinity";
  const { year, month, day } = calendarOfDate(date);
  return datePart(year, month, day, format) + (year <= 0 ? " BC" : "");
}

/** The zone as "+05", "+05:30" or "+05:30:15"; `east` in seconds. */
export function zoneText(east: number): string {
  const seconds = Math.abs(east);
  const hour = Math.floor(seconds / 3600);
  const minute = Math.floor(seconds / 60) % 60;
  const rest = seconds % 60;
  const text = (east >= 0 ? "+" : "-") + two(hour);
  if (rest !== 0) return `${text}:${two(minute)}:${two(rest)}`;
  return minute === 0 ? text : `${text}:${two(minute)}`;
}

export function timeToString(micros: number): string {
  const parts = brokenTime(micros);
  return clockText(parts.hour, parts.minute, parts.second, parts.micros);
}

export function timeTzToString(value: TimeTz): string {
  return timeToString(value.micros) + zoneText(value.zone === 0 ? 0 : -value.zone);
}

function infinityText(value: bigint): string | undefined {
  if (value === TIMESTAMP_INFINITY) return "infinity";
  return value === TIMESTAMP_NEGATIVE_INFINITY ? "-infinity" : undefined;
}

/** EncodeDateTime without the era: `zone` is already spelled for the style. */
function dateTimePart(parts: BrokenDown, zone: string, format: FormatSettings): string {
  const clock = clockText(parts.hour, parts.minute, parts.second, parts.micros);
  if (format.dateStyle !== "Postgres") {
    return datePart(parts.year, parts.month, parts.day, format) + " " + clock + zone;
  }
  const weekday = DAY_NAMES[dayOfWeek(julianDay(parts.year, parts.month, parts.day))];
  const month = MONTH_NAMES[parts.month - 1];
  const day = two(parts.day);
  const monthDay = format.dateOrder === "DMY" ? `${day} ${month}` : `${month} ${day}`;
  return `${weekday} ${monthDay} ${clock} ${yearText(parts.year)}${zone}`;
}

export function timestampToString(value: bigint, format: FormatSettings): string {
  const infinite = infinityText(value);
  if (infinite !== undefined) return infinite;
  const parts = brokenDown(value);
  return dateTimePart(parts, "", format) + (parts.year <= 0 ? " BC" : "");
}

export function timestampTzToString(value: bigint, format: FormatSettings): string {
  const infinite = infinityText(value);
  if (infinite !== undefined) return infinite;
  const zone = findTimeZone(format.timeZone) ?? UTC_ZONE;
  const east = zoneOffsetAt(zone, value);
  const parts = brokenDown(east === 0 ? value : value + BigInt(east) * 1_000_000n);
  const shown = format.dateStyle === "ISO" ? zoneText(east) : " " + zoneAbbreviationAt(zone, value);
  return dateTimePart(parts, shown, format) + (parts.year <= 0 ? " BC" : "");
}
