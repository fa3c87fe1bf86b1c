/**
 * Text to date, time, timetz, timestamp and timestamptz. ISO 8601 texts of the common shape take a
 * path without field lists; everything else goes through the decoder.
 */
import { SqlError } from "@firstlight/common";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import {
  DATE_END,
  DATE_MIN,
  EPOCH_DIFFERENCE_DAYS,
  MICROS_PER_DAY_BIG,
  TIMESTAMP_END,
  TIMESTAMP_MIN,
  dateFromCalendar,
  dayOfTimestamp,
  daysInMonth,
  timestampFromParts,
} from "./calendar.ts";
import type { TimeTz } from "./datum.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "./datum.ts";
import type { Decoded } from "./datetime-decoder.ts";
import { DateTimeDecoder } from "./datetime-decoder.ts";
import { badFormat, decoding } from "./datetime-errors.ts";
import { splitFields } from "./datetime-fields.ts";
import { UTC_ZONE, findTimeZone, toLocal, zoneOffsetOfLocal } from "./time-zone.ts";

function decode(
  text: string,
  settings: FormatSettings,
  now: bigint,
  what: "dateTime" | "timeOnly",
): Decoded {
  const fields = splitFields(text);
  if (fields === undefined || fields.length === 0 || fields.length > 25) throw badFormat();
  return new DateTimeDecoder(fields, settings, now, what).decode();
}

/** Two digits at `at`, or NaN. */
function pair(text: string, at: number): number {
  const high = text.charCodeAt(at) - 48;
  const low = text.charCodeAt(at + 1) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}

/** The days of "YYYY-MM-DD" at the start of the text, or NaN. */
function isoDate(text: string): number {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  return day <= 28 || day <= daysInMonth(year, month)
    ? dateFromCalendar(year, month, day)
    : Number.NaN;
}

/** Microseconds of "HH:MM:SS[.ffffff]" from `at` to the end of the text, or NaN. */
function isoTime(text: string, at: number, end: number): number {
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return Number.NaN;
  const hour = pair(text, at);
  const minute = pair(text, at + 3);
  const second = pair(text, at + 6);
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  const seconds = hour * 3600 + minute * 60 + second;
  if (end === at + 8) return seconds * 1e6;
  const digits = end - at - 9;
  if (text.charCodeAt(at + 8) !== 46 || digits < 1 || digits > 6) return Number.NaN;
  let fraction = 0;
  for (let i = at + 9; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    fraction = fraction * 10 + digit;
  }
  return seconds * 1e6 + fraction * 10 ** (6 - digits);
}

/** The local timestamp of an ISO text that ends at `end`, or undefined. */
function isoTimestamp(text: string, end: number): bigint | undefined {
  const separator = text.charCodeAt(10);
  if (separator !== 32 && separator !== 84) return undefined;
  const date = isoDate(text);
  const micros = isoTime(text, 11, end);
  if (date !== date || micros !== micros) return undefined;
  return timestampFromParts(date, micros);
}

export function parseDate(text: string, settings: FormatSettings, now: bigint): number {
  if (text.length === 10) {
    const fast = isoDate(text);
    if (fast === fast) return fast;
  }
  return decoding(text, "date", () => dateOf(decode(text, settings, now, "dateTime"), text));
}

function dateOf(decoded: Decoded, text: string): number {
  if (decoded.special === "infinity") return Infinity;
  if (decoded.special === "-infinity") return -Infinity;
  if (decoded.special === "epoch") return -EPOCH_DIFFERENCE_DAYS;
  const date = validDay(decoded) ?? Number.NaN;
  if (!(date >= DATE_MIN && date < DATE_END)) {
    throw new SqlError("22008", `date out of range: "${text}"`);
  }
  return date;
}

/** The day of a decoded date, or undefined outside the range of Julian days. */
function validDay(decoded: Decoded): number | undefined {
  const { year, month, day } = decoded;
  if (year < -4713 || (year === -4713 && month < 11) || year >= 5874899) return undefined;
  return dateFromCalendar(year, month, day);
}

export function parseTimestamp(
  text: string,
  typmod: number,
  settings: FormatSettings,
  now: bigint,
): bigint {
  const fast = text.length >= 19 ? isoTimestamp(text, text.length) : undefined;
  const value =
    fast ??
    decoding(text, "timestamp", () => {
      const decoded = decode(text, settings, now, "dateTime");
      return timestampOf(decoded, 0, text);
    });
  return roundTimestamp(value, typmod);
}

export function parseTimestampTz(
  text: string,
  typmod: number,
  settings: FormatSettings,
  now: bigint,
): bigint {
  const value =
    isoTimestampTz(text, settings) ??
    decoding(text, "timestamp with time zone", () => {
      const decoded = decode(text, settings, now, "dateTime");
      return timestampOf(decoded, decoded.zone, text);
    });
  return roundTimestamp(value, typmod);
}

/** An ISO text without zone, or with Z, +HH, +HHMM or +HH:MM. */
function isoTimestampTz(text: string, settings: FormatSettings): bigint | undefined {
  const length = text.length;
  if (length < 19) return undefined;
  let end = length;
  let seconds = 0;
  if (text.charCodeAt(length - 1) === 90) {
    end = length - 1;
  } else {
    for (let back = 3; back <= 6; back++) {
      const code = text.charCodeAt(length - back);
      if (code !== 43 && code !== 45) continue;
      end = length - back;
      const minutesAt = back === 6 ? length - 2 : back === 5 ? length - 2 : -1;
      const minutes = minutesAt < 0 ? 0 : pair(text, minutesAt);
      seconds = pair(text, end + 1) * 3600 + minutes * 60;
      if (!(seconds <= 15 * 3600) || back === 4) return undefined;
      if (minutes > 59 || (back === 6 && text.charCodeAt(length - 3) !== 58)) return undefined;
      if (code === 45) seconds = -seconds;
      break;
    }
  }
  const local = isoTimestamp(text, end);
  if (local === undefined) return undefined;
  if (end === length) {
    seconds = zoneOffsetOfLocal(findTimeZone(settings.timeZone) ?? UTC_ZONE, local);
  }
  return local - BigInt(seconds) * 1_000_000n;
}

function timestampOf(decoded: Decoded, west: number, text: string): bigint {
  if (decoded.special === "infinity") return TIMESTAMP_INFINITY;
  if (decoded.special === "-infinity") return TIMESTAMP_NEGATIVE_INFINITY;
  if (decoded.special === "epoch") return -BigInt(EPOCH_DIFFERENCE_DAYS) * MICROS_PER_DAY_BIG;
  const day = validDay(decoded);
  const value =
    day === undefined
      ? undefined
      : timestampFromParts(day, decoded.micros) + BigInt(west) * 1_000_000n;
  if (value === undefined || value < TIMESTAMP_MIN || value >= TIMESTAMP_END) {
    throw new SqlError("22008", `timestamp out of range: "${text}"`);
  }
  return value;
}

export function parseTime(
  text: string,
  typmod: number,
  settings: FormatSettings,
  now: bigint,
): number {
  const fast = text.length >= 8 ? isoTime(text, 0, text.length) : Number.NaN;
  if (fast === fast) return roundTime(fast, typmod);
  return roundTime(
    decoding(text, "time", () => decode(text, settings, now, "timeOnly").micros),
    typmod,
  );
}

export function parseTimeTz(
  text: string,
  typmod: number,
  settings: FormatSettings,
  now: bigint,
): TimeTz {
  const decoded = decoding(text, "time with time zone", () =>
    decode(text, settings, now, "timeOnly"),
  );
  return { tag: "timetz", micros: roundTime(decoded.micros, typmod), zone: decoded.zone };
}

/** Rounds to 10^-typmod seconds, half away from zero; infinities stay. */
export function roundTimestamp(value: bigint, typmod: number): bigint {
  if (typmod < 0 || typmod >= 6) return value;
  if (value === TIMESTAMP_INFINITY || value === TIMESTAMP_NEGATIVE_INFINITY) return value;
  const unit = 10n ** BigInt(6 - typmod);
  const magnitude = value < 0n ? -value : value;
  const rounded = ((magnitude + unit / 2n) / unit) * unit;
  return value < 0n ? -rounded : rounded;
}

export function roundTime(micros: number, typmod: number): number {
  if (typmod < 0 || typmod >= 6) return micros;
  const unit = 10 ** (6 - typmod);
  return Math.floor((micros + unit / 2) / unit) * unit;
}

/** The date in the session's zone at a timestamptz. */
export function localDate(timestamp: bigint, settings: FormatSettings): number {
  const zone = findTimeZone(settings.timeZone) ?? UTC_ZONE;
  return dayOfTimestamp(toLocal(zone, timestamp));
}
