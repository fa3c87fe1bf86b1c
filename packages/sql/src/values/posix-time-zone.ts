/** Time zones written as POSIX writes them, with the days on which their clocks change. */
import { parsePosixZone } from "@firstlight/common";
import type { PosixRule, PosixZone } from "@firstlight/common";
import {
  UNIX_EPOCH_JULIAN,
  dateOfJulian,
  dayOfWeek,
  daysInMonth,
  isLeapYear,
  julianDay,
} from "./calendar.ts";
import type { TimeZone } from "./time-zone.ts";

const SECONDS_PER_DAY = 86400;

/** The day of a rule as a Julian day. Week 5 is the last one of its month. */
function dayOf(rule: PosixRule, year: number): number {
  const newYear = julianDay(year, 1, 1);
  if (rule.kind === "dayOfYear") return newYear + rule.day;
  if (rule.kind === "julian") {
    return newYear + rule.day - 1 + (isLeapYear(year) && rule.day >= 60 ? 1 : 0);
  }
  const first = julianDay(year, rule.month, 1);
  const offset = (rule.day - dayOfWeek(first) + 7) % 7;
  let day = first + offset + (rule.week - 1) * 7;
  if (day >= first + daysInMonth(year, rule.month)) day -= 7;
  return day;
}

/** In UTC, when the clock has `offset` before the change. */
function changeAt(rule: PosixRule, year: number, offset: number): number {
  return (dayOf(rule, year) - UNIX_EPOCH_JULIAN) * SECONDS_PER_DAY + rule.time - offset;
}

class ChangingZone implements TimeZone {
  readonly name: string;
  readonly fixedOffset: undefined;
  readonly #zone: PosixZone;

  constructor(name: string, zone: PosixZone) {
    this.name = name;
    this.#zone = zone;
  }

  #isDaylight(utc: number): boolean {
    const { daylight, offset } = this.#zone;
    const [start, end] = daylight?.rules ?? [];
    if (daylight === undefined || start === undefined || end === undefined) return false;
    const days = Math.floor((utc + offset) / SECONDS_PER_DAY);
    const { year } = dateOfJulian(days + UNIX_EPOCH_JULIAN);
    const from = changeAt(start, year, offset);
    const to = changeAt(end, year, daylight.offset);
    return from < to ? utc >= from && utc < to : utc >= from || utc < to;
  }

  offsetAt(utc: number): number {
    const { daylight, offset } = this.#zone;
    return this.#isDaylight(utc) ? (daylight?.offset ?? offset) : offset;
  }

  abbreviationAt(utc: number): string {
    const { daylight, name } = this.#zone;
    return this.#isDaylight(utc) ? (daylight?.name ?? name) : name;
  }
}

export function posixZone(
  text: string,
  fixed: (offset: number, abbreviation: string) => TimeZone,
): TimeZone | undefined {
  const zone = parsePosixZone(text);
  if (zone === undefined) return undefined;
  return zone.daylight === undefined ? fixed(zone.offset, zone.name) : new ChangingZone(text, zone);
}
