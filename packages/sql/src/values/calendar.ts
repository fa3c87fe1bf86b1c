/**
 * Calendar arithmetic on Julian day numbers in the proleptic Gregorian calendar. Years are
 * astronomical (0 is 1 BC) unless a name says otherwise. Mirrors date2j and j2date.
 */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60_000_000;
export const MICROS_PER_HOUR = 3_600_000_000;
export const MICROS_PER_DAY = 86_400_000_000;
export const MICROS_PER_DAY_BIG: bigint = 86_400_000_000n;

/** Julian day of 2000-01-01, day 0 of a date Datum. */
export const POSTGRES_EPOCH_JULIAN = 2451545;
/** Julian day of 1970-01-01. */
export const UNIX_EPOCH_JULIAN = 2440588;
/** Days from the Unix epoch to 2000-01-01. */
export const EPOCH_DIFFERENCE_DAYS = 10957;

/** Dates: 4713-11-24 BC to 5874897-12-31. */
export const DATE_MIN: number = -POSTGRES_EPOCH_JULIAN;
export const DATE_END: number = 2147483494 - POSTGRES_EPOCH_JULIAN;
/** Timestamps: 4713-11-24 BC up to but not including 294277-01-01. */
export const TIMESTAMP_MIN: bigint = -211813488000000000n;
export const TIMESTAMP_END: bigint = 9223371331200000000n;

/** date2j. */
export function julianDay(year: number, month: number, day: number): number {
  const shiftedMonth = month > 2 ? month + 1 : month + 13;
  const shiftedYear = month > 2 ? year + 4800 : year + 4799;
  const century = Math.trunc(shiftedYear / 100);
  let julian = shiftedYear * 365 - 32167;
  julian += Math.trunc(shiftedYear / 4) - century + Math.trunc(century / 4);
  return julian + Math.trunc((7834 * shiftedMonth) / 256) + day;
}

/** j2date for Julian days >= 0. */
export function dateOfJulian(julian: number): CalendarDate {
  // Shifted so that March begins the year; 400 years are 146097 days.
  const shifted = julian + 32044;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 - 4800 + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 31);
}

/** 0 is Sunday. */
export function dayOfWeek(julian: number): number {
  return (((julian + 1) % 7) + 7) % 7;
}

export function dateFromCalendar(year: number, month: number, day: number): number {
  return julianDay(year, month, day) - POSTGRES_EPOCH_JULIAN;
}

export function calendarOfDate(date: number): CalendarDate {
  return dateOfJulian(date + POSTGRES_EPOCH_JULIAN);
}

/** Days since 2000-01-01, rounded down, of a finite timestamp. */
export function dayOfTimestamp(timestamp: bigint): number {
  const days = timestamp / MICROS_PER_DAY_BIG;
  return Number(days * MICROS_PER_DAY_BIG > timestamp ? days - 1n : days);
}

/** Microseconds since midnight of a finite timestamp. */
export function timeOfTimestamp(timestamp: bigint): number {
  const rest = Number(timestamp % MICROS_PER_DAY_BIG);
  return rest < 0 ? rest + MICROS_PER_DAY : rest;
}

export function timestampFromParts(date: number, micros: number): bigint {
  return BigInt(date) * MICROS_PER_DAY_BIG + BigInt(micros);
}

/** A timestamp broken down; `micros` is the fraction of the second. */
export interface BrokenDown extends CalendarDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

export function brokenDown(timestamp: bigint): BrokenDown {
  const { year, month, day } = calendarOfDate(dayOfTimestamp(timestamp));
  return { year, month, day, ...brokenTime(timeOfTimestamp(timestamp)) };
}

export function brokenTime(micros: number): {
  hour: number;
  minute: number;
  second: number;
  micros: number;
} {
  const hour = Math.floor(micros / MICROS_PER_HOUR);
  const afterHour = micros - hour * MICROS_PER_HOUR;
  const minute = Math.floor(afterHour / MICROS_PER_MINUTE);
  const afterMinute = afterHour - minute * MICROS_PER_MINUTE;
  const second = Math.floor(afterMinute / MICROS_PER_SECOND);
  return { hour, minute, second, micros: afterMinute - second * MICROS_PER_SECOND };
}

/** ISO 8601 week number and the year that it belongs to. */
export function isoWeek(year: number, month: number, day: number): { year: number; week: number } {
  const today = julianDay(year, month, day);
  let isoYear = year;
  let start = isoWeekStart(year);
  if (today < start) {
    isoYear = year - 1;
    start = isoWeekStart(isoYear);
  } else if (today >= isoWeekStart(year + 1)) {
    isoYear = year + 1;
    start = isoWeekStart(isoYear);
  }
  return { year: isoYear, week: Math.floor((today - start) / 7) + 1 };
}

/** Julian day of the Monday of ISO week 1. */
export function isoWeekStart(year: number): number {
  const fourth = julianDay(year, 1, 4);
  return fourth - (((fourth % 7) + 7) % 7);
}
