/**
 * Interval values: construction with range checks, order, and the four IntervalStyles.
 */
import { SqlError } from "@firstlight/common";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import { MICROS_PER_DAY_BIG } from "./calendar.ts";
import { fractionText } from "./datetime-output.ts";
import type { Interval } from "./datum.ts";

export function intervalOutOfRange(): SqlError {
  return new SqlError("22008", "interval out of range");
}

function isInt32(value: number): boolean {
  return value >= -2147483648 && value <= 2147483647;
}

export function makeInterval(months: number, days: number, micros: bigint): Interval {
  if (!isInt32(months) || !isInt32(days) || BigInt.asIntN(64, micros) !== micros) {
    throw intervalOutOfRange();
  }
  return { tag: "interval", months, days, micros };
}

export function intervalNegate(a: Interval): Interval {
  return makeInterval(-a.months || 0, -a.days || 0, -a.micros);
}

export function intervalAdd(a: Interval, b: Interval): Interval {
  return makeInterval(a.months + b.months, a.days + b.days, a.micros + b.micros);
}

/** Microseconds with a month as 30 days and a day as 24 hours: what orders intervals. */
export function intervalSpan(value: Interval): bigint {
  return value.micros + BigInt(value.months * 30 + value.days) * MICROS_PER_DAY_BIG;
}

export function compareInterval(a: Interval, b: Interval): number {
  const left = intervalSpan(a);
  const right = intervalSpan(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Fields as printed, each with the sign of its part. */
interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

function partsOf(value: Interval): Parts {
  const minutes = value.micros / 60_000_000n;
  const rest = Number(value.micros - minutes * 60_000_000n);
  const second = Math.trunc(rest / 1e6) || 0;
  const year = Math.trunc(value.months / 12) || 0;
  const hour = Number(minutes / 60n);
  return {
    year,
    month: value.months - year * 12,
    day: value.days,
    hour,
    minute: Number(minutes % 60n),
    second,
    micros: rest - second * 1e6,
  };
}

export function intervalToString(value: Interval, style: FormatSettings["intervalStyle"]): string {
  const parts = partsOf(value);
  switch (style) {
    case "postgres":
      return postgresText(parts);
    case "postgres_verbose":
      return verboseText(parts);
    case "sql_standard":
      return standardText(parts);
    case "iso_8601":
      return isoText(parts);
  }
}

function isClockNegative(parts: Parts): boolean {
  return parts.hour < 0 || parts.minute < 0 || parts.second < 0 || parts.micros < 0;
}

function hasClock(parts: Parts): boolean {
  return parts.hour !== 0 || parts.minute !== 0 || parts.second !== 0 || parts.micros !== 0;
}

function secondsText(parts: Parts, width: number): string {
  const seconds = String(Math.abs(parts.second)).padStart(width, "0");
  return seconds + fractionText(Math.abs(parts.micros));
}

function twoDigits(value: number): string {
  return String(Math.abs(value)).padStart(2, "0");
}

function postgresText(parts: Parts): string {
  let text = "";
  let afterNegative = false;
  const fields = [
    [parts.year, "year"],
    [parts.month, "mon"],
    [parts.day, "day"],
  ] as const;
  for (const [value, unit] of fields) {
    if (value === 0) continue;
    const sign = afterNegative && value > 0 ? "+" : "";
    text += `${text === "" ? "" : " "}${sign}${value} ${unit}${value === 1 ? "" : "s"}`;
    afterNegative = value < 0;
  }
  if (text !== "" && !hasClock(parts)) return text;
  const sign = isClockNegative(parts) ? "-" : afterNegative ? "+" : "";
  const clock = `${twoDigits(parts.hour)}:${twoDigits(parts.minute)}:${secondsText(parts, 2)}`;
  return `${text === "" ? "" : text + " "}${sign}${clock}`;
}

function verboseText(parts: Parts): string {
  let text = "@";
  let before: boolean | undefined;
  const fields = [
    [parts.year, "year"],
    [parts.month, "mon"],
    [parts.day, "day"],
    [parts.hour, "hour"],
    [parts.minute, "min"],
  ] as const;
  for (const [value, unit] of fields) {
    if (value === 0) continue;
    before ??= value < 0;
    const shown = before ? -value : value;
    text += ` ${shown} ${unit}${shown === 1 ? "" : "s"}`;
  }
  if (parts.second !== 0 || parts.micros !== 0) {
    const negative = parts.second < 0 || (parts.second === 0 && parts.micros < 0);
    before ??= negative;
    const plural = Math.abs(parts.second) !== 1 || parts.micros !== 0;
    text += ` ${negative === before ? "" : "-"}${secondsText(parts, 1)} sec${plural ? "s" : ""}`;
  }
  if (before === undefined) return "@ 0";
  return before ? text + " ago" : text;
}

function standardText(parts: Parts): string {
  const values = Object.values(parts) as readonly number[];
  const negative = values.some((value) => value < 0);
  const positive = values.some((value) => value > 0);
  if (!negative && !positive) return "0";
  const yearMonth = parts.year !== 0 || parts.month !== 0;
  const dayTime = parts.day !== 0 || hasClock(parts);
  const clock = `${Math.abs(parts.hour)}:${twoDigits(parts.minute)}:${secondsText(parts, 2)}`;
  const years = `${Math.abs(parts.year)}-${Math.abs(parts.month)}`;
  if ((negative && positive) || (yearMonth && dayTime)) {
    const yearSign = parts.year < 0 || parts.month < 0 ? "-" : "+";
    const daySign = parts.day < 0 ? "-" : "+";
    const clockSign = isClockNegative(parts) ? "-" : "+";
    return `${yearSign}${years} ${daySign}${Math.abs(parts.day)} ${clockSign}${clock}`;
  }
  const sign = negative ? "-" : "";
  if (yearMonth) return sign + years;
  return parts.day === 0 ? sign + clock : `${sign}${Math.abs(parts.day)} ${clock}`;
}

function isoText(parts: Parts): string {
  let text = "P";
  if (parts.year !== 0) text += `${parts.year}Y`;
  if (parts.month !== 0) text += `${parts.month}M`;
  if (parts.day !== 0) text += `${parts.day}D`;
  if (!hasClock(parts)) return text === "P" ? "PT0S" : text;
  text += "T";
  if (parts.hour !== 0) text += `${parts.hour}H`;
  if (parts.minute !== 0) text += `${parts.minute}M`;
  if (parts.second === 0 && parts.micros === 0) return text;
  const sign = parts.second < 0 || parts.micros < 0 ? "-" : "";
  return `${text}${sign}${secondsText(parts, 1)}S`;
}

const MONTH_BIT = 1 << 1;
const YEAR_BIT = 1 << 2;
const DAY_BIT = 1 << 3;
const HOUR_BIT = 1 << 10;
const MINUTE_BIT = 1 << 11;
const SECOND_BIT = 1 << 12;
export const INTERVAL_FULL_RANGE = 0x7fff;

/** The field that a typmod's range ends with. */
export type IntervalField = "year" | "month" | "day" | "hour" | "minute" | "second";

export function lastFieldOfRange(range: number): IntervalField {
  if (range === INTERVAL_FULL_RANGE || (range & SECOND_BIT) !== 0) return "second";
  if ((range & MINUTE_BIT) !== 0) return "minute";
  if ((range & HOUR_BIT) !== 0) return "hour";
  if ((range & DAY_BIT) !== 0) return "day";
  return (range & MONTH_BIT) !== 0 ? "month" : (range & YEAR_BIT) !== 0 ? "year" : "second";
}

export function isMinuteToSecond(range: number): boolean {
  return range === (MINUTE_BIT | SECOND_BIT);
}

/** AdjustIntervalForTypmod. */
export function applyIntervalTypmod(value: Interval, typmod: number): Interval {
  if (typmod < 0) return value;
  const range = (typmod >> 16) & 0x7fff;
  const precision = typmod & 0xffff;
  const cut = range === INTERVAL_FULL_RANGE ? value : cutToRange(value, lastFieldOfRange(range));
  if (precision >= 6) return cut;
  const unit = 10n ** BigInt(6 - precision);
  const magnitude = cut.micros < 0n ? -cut.micros : cut.micros;
  const rounded = ((magnitude + unit / 2n) / unit) * unit;
  return makeInterval(cut.months, cut.days, cut.micros < 0n ? -rounded : rounded);
}

function cutToRange(value: Interval, last: IntervalField): Interval {
  const { months, days, micros } = value;
  switch (last) {
    case "year":
      return makeInterval(Math.trunc(months / 12) * 12 || 0, 0, 0n);
    case "month":
      return makeInterval(months, 0, 0n);
    case "day":
      return makeInterval(months, days, 0n);
    case "hour":
      return makeInterval(months, days, (micros / 3_600_000_000n) * 3_600_000_000n);
    case "minute":
      return makeInterval(months, days, (micros / 60_000_000n) * 60_000_000n);
    case "second":
      return value;
  }
}
