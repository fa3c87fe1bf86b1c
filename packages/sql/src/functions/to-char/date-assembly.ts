/** Puts the fields that a template read together to a moment (formatting.c: do_to_timestamp). */
import { SqlError } from "@firstlight/common";
import {
  dateFromCalendar,
  dateOfJulian,
  daysInMonth,
  isoWeekStart,
} from "../../values/calendar.ts";
import type { CalendarDate } from "../../values/calendar.ts";
import type { ReadFields } from "./date-reader.ts";
import type { FieldName } from "./read-fields.ts";

export interface AssembledMoment {
  /** Not bounded yet. */
  readonly date: CalendarDate;
  /** Microseconds of the day. */
  readonly micros: number;
  /** Seconds east of UTC. */
  readonly zone: number | undefined;
  readonly fractionDigits: number;
}

const ZONE_HOURS_MAX = 15;

function outOfRange(text: string): SqlError {
  return new SqlError("22008", `date/time field value out of range: "${text}"`);
}

class Assembly {
  readonly #fields: ReadFields;
  readonly #text: string;
  /** Which parts of the date were given. */
  readonly #given = { year: false, month: false, day: false };
  #year = 0;
  #month = 1;
  #day = 1;

  constructor(fields: ReadFields, text: string) {
    this.#fields = fields;
    this.#text = text;
  }

  #value(name: FieldName): number {
    return this.#fields.values.get(name) ?? 0;
  }

  assemble(): AssembledMoment {
    const clock = this.#clock();
    this.#setYear();
    this.#setDate();
    const fraction = this.#value("millis") * 1000 + this.#value("micros");
    this.#checkDate();
    const { hour, minute, second } = clock;
    const valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0;
    if (!valid || second >= 60 || fraction < 0 || fraction >= 1_000_000) {
      throw outOfRange(this.#text);
    }
    return {
      date: { year: this.#year, month: this.#month, day: this.#day },
      micros: ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction,
      zone: this.#zone(),
      fractionDigits: this.#fields.fractionDigits,
    };
  }

  #clock(): { hour: number; minute: number; second: number } {
    const seconds = this.#value("secondOfDay");
    const minute = this.#value("minute") || Math.trunc((seconds % 3600) / 60);
    const second = this.#value("second") || seconds % 60;
    let hour = this.#value("hour") || Math.trunc(seconds / 3600);
    if (this.#fields.twelveHours) {
      if (hour < 1 || hour > 12) {
        throw new SqlError("22007", `hour "${hour}" is invalid for the 12-hour clock`, {
          hint: "Use the 24-hour clock, or give an hour between 1 and 12.",
        });
      }
      const pm = this.#value("pm") !== 0;
      if (pm && hour < 12) hour += 12;
      else if (!pm && hour === 12) hour = 0;
    }
    return { hour, minute, second };
  }

  /** Astronomical. */
  #setYear(): void {
    const year = this.#value("year");
    const bc = this.#value("bc") !== 0;
    const century = bc ? -this.#value("century") : this.#value("century");
    if (year !== 0) {
      if (century !== 0 && this.#fields.yearWidth <= 2) this.#year = inCentury(century, year);
      else {
        this.#year = bc ? -year : year;
        if (this.#year < 0) this.#year++;
      }
      this.#given.year = true;
    } else if (century !== 0) {
      this.#year = century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1;
      this.#given.year = true;
    }
  }

  #setWhole({ year, month, day }: CalendarDate): void {
    this.#year = year;
    this.#month = month;
    this.#day = day;
    this.#given.year = this.#given.month = this.#given.day = true;
  }

  #setDate(): void {
    const { isoWeek } = this.#fields;
    const [julian, week] = [this.#value("julian"), this.#value("week")];
    let dayOfYear = this.#value("dayOfYear");
    if (julian !== 0) this.#setWhole(dateOfJulian(julian));
    if (week !== 0 && isoWeek) this.#setWhole(this.#dateOfWeek(week));
    else if (week !== 0) dayOfYear = (week - 1) * 7 + 1;
    const weekOfMonth = this.#value("weekOfMonth");
    const day = weekOfMonth === 0 ? this.#value("day") : (weekOfMonth - 1) * 7 + 1;
    if (day !== 0) {
      this.#day = day;
      this.#given.day = true;
    }
    if (this.#value("month") !== 0) {
      this.#month = this.#value("month");
      this.#given.month = true;
    }
    if (dayOfYear !== 0 && (this.#month <= 1 || this.#day <= 1)) this.#setDayOfYear(dayOfYear);
  }

  /** Sunday is the first day of the Gregorian week and the last one of the ISO week. */
  #dateOfWeek(week: number): CalendarDate {
    const monday = isoWeekStart(this.#year) + (week - 1) * 7;
    const weekday = this.#value("weekday");
    if (weekday === 0) return dateOfJulian(monday);
    return dateOfJulian(weekday > 1 ? monday + weekday - 2 : monday + 6);
  }

  #setDayOfYear(dayOfYear: number): void {
    if (this.#year === 0 && this.#value("bc") === 0) {
      throw new SqlError("22007", "cannot calculate day of year without year information");
    }
    if (this.#fields.isoWeek) {
      this.#setWhole(dateOfJulian(isoWeekStart(this.#year) - 1 + dayOfYear));
      return;
    }
    let month = 1;
    let before = 0;
    for (; month <= 12; month++) {
      const length = daysInMonth(this.#year, month);
      if (dayOfYear <= before + length) break;
      before += length;
    }
    if (this.#month <= 1) this.#month = month;
    if (this.#day <= 1) this.#day = dayOfYear - before;
    this.#given.month = this.#given.day = true;
  }

  #checkDate(): void {
    const { year, month, day } = this.#given;
    if (month && (this.#month < 1 || this.#month > 12)) throw outOfRange(this.#text);
    if (day && (this.#day < 1 || this.#day > 31)) throw outOfRange(this.#text);
    if (!year || !month || !day) return;
    if (this.#day > daysInMonth(this.#year, this.#month)) throw outOfRange(this.#text);
  }

  #zone(): number | undefined {
    const { zoneSign } = this.#fields;
    if (zoneSign === 0) return undefined;
    const [hours, minutes] = [this.#value("zoneHour"), this.#value("zoneMinute")];
    if (hours < 0 || hours > ZONE_HOURS_MAX || minutes < 0 || minutes >= 60) {
      throw new SqlError("22009", `time zone displacement out of range: "${this.#text}"`);
    }
    return zoneSign * (hours * 3600 + minutes * 60);
  }
}

/** The year of those digits in the century, whose first year ends in 01. */
function inCentury(century: number, year: number): number {
  const short = year % 100;
  if (short === 0) return century * 100 + (century >= 0 ? 0 : 1);
  return century >= 0 ? (century - 1) * 100 + short : (century + 1) * 100 - short + 1;
}

export function assembleMoment(fields: ReadFields, text: string): AssembledMoment {
  return new Assembly(fields, text).assemble();
}

/** Days since 2000-01-01; undefined when PostgreSQL could not count them. */
export function dayNumber({ year, month, day }: CalendarDate): number | undefined {
  const afterFirst = year > -4713 || (year === -4713 && month >= 11);
  const beforeLast = year < 5874898 || (year === 5874898 && month < 6);
  return afterFirst && beforeLast ? dateFromCalendar(year, month, day) : undefined;
}
