/**
 * Decodes the fields of a date/time text: DecodeDateTime and DecodeTimeOnly of PostgreSQL's
 * datetime.c. Which field a number is depends on what was seen before it; `seen` is the C code's
 * fmask. Zones are kept in seconds WEST of UTC, as PostgreSQL's tz variables are.
 */
import type { FormatSettings } from "../expression/evaluation-context.ts";
import {
  brokenDown,
  dateOfJulian,
  daysInMonth,
  julianDay,
  timestampFromParts,
  MICROS_PER_DAY,
} from "./calendar.ts";
import { DateTimeFailure, badFormat, fieldOverflow } from "./datetime-errors.ts";
import type { Field, ReservedName } from "./datetime-fields.ts";
import type { Clock } from "./datetime-parts.ts";
import {
  DATE,
  DAY,
  DAYLIGHT,
  DAY_OF_YEAR,
  ERA,
  MERIDIAN,
  MONTH,
  RESERVED,
  TIME,
  WEEKDAY,
  YEAR,
  ZONE,
  ZONE_MODIFIER,
  clockOf,
  clockOfDayFraction,
  datePartsOf,
  fractionMicros,
  integerOf,
  numberMeaning,
  westOfUtc,
} from "./datetime-parts.ts";
import { findKeyword, isDigit, isLetter } from "./datetime-fields.ts";
import { findAbbreviation } from "./time-zone-abbreviations.ts";
import type { TimeZone } from "./time-zone.ts";
import {
  UTC_ZONE,
  abbreviatedZone,
  findTimeZone,
  toLocal,
  zoneOffsetOfLocal,
} from "./time-zone.ts";

type Pending = "none" | "julian" | "isoTime" | "unit";

export interface Decoded {
  /** "date" for an ordinary value; the others stand for themselves. */
  readonly special: "date" | "epoch" | "infinity" | "-infinity";
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Microseconds since midnight, up to and including a full day, or a leap second past it. */
  readonly micros: number;
  /** Seconds west of UTC: given, or the session zone's for this local time. */
  readonly zone: number;
}

export class DateTimeDecoder {
  readonly #fields: readonly Field[];
  readonly #settings: FormatSettings;
  readonly #now: bigint;
  readonly #timeOnly: boolean;
  #seen = 0;
  #fresh = 0;
  #pending: Pending = "none";
  #special: Decoded["special"] = "date";
  #year = 0;
  #month = 0;
  #day = 0;
  #dayOfYear = 0;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #fraction = 0;
  #zone = 0;
  #namedZone: TimeZone | undefined;
  #abbreviatedZone: TimeZone | undefined;
  #meridian: "none" | "am" | "pm" = "none";
  #bc = false;
  #twoDigits = false;
  #textMonth = false;
  #julian = false;

  constructor(
    fields: readonly Field[],
    settings: FormatSettings,
    now: bigint,
    what: "dateTime" | "timeOnly",
  ) {
    this.#fields = fields;
    this.#settings = settings;
    this.#now = now;
    this.#timeOnly = what === "timeOnly";
  }

  decode(): Decoded {
    for (const [index, field] of this.#fields.entries()) {
      this.#fresh = 0;
      this.#decodeField(field, index);
      if ((this.#fresh & this.#seen) !== 0) throw badFormat();
      this.#seen |= this.#fresh;
    }
    if (this.#pending !== "none") throw badFormat();
    if (this.#special === "date") this.#finish();
    const micros = (this.#hour * 3600 + this.#minute * 60 + this.#second) * 1e6 + this.#fraction;
    return {
      special: this.#special,
      year: this.#year,
      month: this.#month,
      day: this.#day,
      micros,
      zone: this.#zone,
    };
  }

  #decodeField(field: Field, index: number): void {
    switch (field.kind) {
      case "date":
        if (this.#timeOnly) this.#dateFieldOfTime(field.text, index);
        else this.#dateField(field.text);
        break;
      case "time":
        if (this.#pending !== "none") {
          if (this.#pending !== "isoTime") throw badFormat();
          this.#pending = "none";
        }
        this.#setClock(clockOf(field.text));
        if (!this.#timeOnly) this.#checkClock();
        this.#fresh = TIME;
        break;
      case "zone":
        this.#zone = westOfUtc(field.text);
        this.#fresh = ZONE;
        break;
      case "number":
        this.#numberField(field.text, index);
        break;
      case "word":
      case "special":
        this.#word(field.text);
        break;
    }
  }

  #dateField(text: string): void {
    if (this.#pending === "julian") {
      const digits = /^\d+/.exec(text)?.[0] ?? "";
      this.#setJulian(integerOf(digits));
      this.#zone = westOfUtc(text.slice(digits.length));
      this.#fresh = DATE | TIME | ZONE;
      this.#pending = "none";
    } else if (this.#pending !== "none" || (this.#seen & (MONTH | DAY)) === (MONTH | DAY)) {
      this.#zoneWithPunctuation(text);
    } else {
      this.#date(text);
    }
  }

  /** "America/New_York", or a time that runs into its zone: hhmmss-zz. */
  #zoneWithPunctuation(text: string): void {
    if (!isDigit(text.charCodeAt(0)) && this.#pending === "none") {
      this.#nameZone(text);
      return;
    }
    if (this.#pending !== "none") {
      if (this.#pending !== "isoTime") throw badFormat();
      this.#pending = "none";
    }
    this.#timeWithZone(text, this.#seen);
  }

  #timeWithZone(text: string, seen: number): void {
    const dash = text.indexOf("-");
    if ((this.#seen & TIME) === TIME || dash < 0) throw badFormat();
    this.#zone = westOfUtc(text.slice(dash));
    this.#concatenated(text.slice(0, dash), seen);
    this.#fresh |= ZONE;
  }

  /** DTK_DATE in DecodeTimeOnly: a date is taken only where a time follows. */
  #dateFieldOfTime(text: string, index: number): void {
    const last = this.#fields[this.#fields.length - 1];
    if (
      index === 0 &&
      this.#fields.length >= 2 &&
      (last?.kind === "date" || this.#fields[1]?.kind === "time")
    ) {
      this.#date(text);
    } else if (isDigit(text.charCodeAt(0))) {
      this.#timeWithZone(text, this.#seen | DATE);
    } else {
      this.#nameZone(text);
    }
  }

  #nameZone(text: string): void {
    this.#namedZone = findTimeZone(text);
    if (this.#namedZone === undefined) {
      throw new DateTimeFailure({ kind: "unknownZone", zone: text });
    }
    this.#fresh = ZONE;
  }

  #setJulian(day: number): void {
    if (day < 0) throw fieldOverflow();
    ({ year: this.#year, month: this.#month, day: this.#day } = dateOfJulian(day));
    this.#julian = true;
  }

  /** DecodeDate. */
  #date(text: string): void {
    const parts = datePartsOf(text);
    const entry = this.#seen;
    let seen = entry;
    for (const part of parts) {
      if (!isLetter(part.charCodeAt(0))) continue;
      const keyword = findKeyword(part);
      if (keyword?.kind !== "month" || (seen & MONTH) !== 0) throw badFormat();
      this.#month = keyword.value;
      this.#textMonthInDate = true;
      seen |= MONTH;
    }
    for (const part of parts) {
      if (isLetter(part.charCodeAt(0))) continue;
      const mask = this.#number(part, this.#textMonthInDate, seen);
      if ((seen & mask) !== 0) throw badFormat();
      seen |= mask;
    }
    this.#textMonthInDate = false;
    if ((seen & ~(DAY_OF_YEAR | ZONE)) !== DATE) throw badFormat();
    this.#fresh = seen & ~entry;
  }
  #textMonthInDate = false;

  #setClock(clock: Clock): void {
    this.#hour = clock.hour;
    this.#minute = clock.minute;
    this.#second = clock.second;
    this.#fraction = clock.fraction;
  }

  #checkClock(): void {
    const micros = (this.#hour * 3600 + this.#minute * 60 + this.#second) * 1e6 + this.#fraction;
    if (this.#minute > 59 || this.#second > 60 || micros > MICROS_PER_DAY) throw fieldOverflow();
  }

  #numberField(text: string, index: number): void {
    if (this.#pending !== "none") {
      this.#labelledNumber(text);
      return;
    }
    if (this.#timeOnly) this.#numberOfTime(text, index);
    else this.#plainNumber(text);
  }

  #labelledNumber(text: string): void {
    const point = text.indexOf(".");
    const value = integerOf(point < 0 ? text : text.slice(0, point) || "0");
    if (this.#pending === "julian") {
      this.#setJulian(value);
      this.#fresh = DATE;
      if (point >= 0) {
        this.#setClock(clockOfDayFraction(text.slice(point)));
        this.#fresh |= TIME;
      }
    } else if (this.#pending === "isoTime") {
      this.#concatenated(text, this.#seen | DATE);
      if (this.#fresh !== TIME) throw badFormat();
    } else {
      throw badFormat();
    }
    this.#pending = "none";
  }

  #plainNumber(text: string): void {
    const point = text.indexOf(".");
    if (point >= 0 && (this.#seen & DATE) === 0) {
      this.#date(text);
    } else if (point > 2) {
      this.#concatenated(text, this.#seen);
    } else if (text.length >= 6 && ((this.#seen & DATE) === 0 || (this.#seen & TIME) === 0)) {
      this.#concatenated(text, this.#seen);
    } else {
      this.#fresh = this.#number(text, this.#textMonth, this.#seen);
    }
  }

  #numberOfTime(text: string, index: number): void {
    const point = text.indexOf(".");
    if (point >= 0) {
      const last = this.#fields[this.#fields.length - 1];
      if (index === 0 && this.#fields.length >= 2 && last?.kind === "date") this.#date(text);
      else if (point > 2) this.#concatenated(text, this.#seen | DATE);
      else throw badFormat();
    } else if (text.length > 4) {
      this.#concatenated(text, this.#seen | DATE);
    } else {
      this.#fresh = this.#number(text, false, this.#seen | DATE);
    }
  }

  /** DecodeNumberField: run-together yyyymmdd, hhmmss or hhmm. */
  #concatenated(text: string, seen: number): void {
    const point = text.indexOf(".");
    const digits = point < 0 ? text : text.slice(0, point);
    const length = digits.length;
    if (point >= 0) {
      this.#fraction = fractionMicros(text.slice(point));
    } else if ((seen & DATE) !== DATE && length >= 6) {
      this.#day = Number(digits.slice(-2));
      this.#month = Number(digits.slice(-4, -2));
      this.#year = integerOf(digits.slice(0, -4));
      if (length === 6) this.#twoDigits = true;
      this.#fresh = DATE;
      return;
    }
    if ((seen & TIME) === TIME || (length !== 6 && length !== 4)) throw badFormat();
    this.#hour = Number(digits.slice(0, 2));
    this.#minute = Number(digits.slice(2, 4));
    this.#second = length === 6 ? Number(digits.slice(4, 6)) : 0;
    this.#fresh = TIME;
  }

  /** DecodeNumber: one number whose meaning follows from what was seen. Returns its mask. */
  #number(text: string, textMonth: boolean, seen: number): number {
    const point = text.indexOf(".");
    const value = integerOf(point < 0 ? text : text.slice(0, point) || "0");
    if (point === 0) throw badFormat();
    if (point > 2) return this.#concatenatedMask(text, seen | DATE);
    if (point >= 0) this.#fraction = fractionMicros(text.slice(point));
    const date = seen & DATE;
    if (text.length === 3 && date === YEAR && value >= 1 && value <= 366) {
      this.#dayOfYear = value;
      return DAY_OF_YEAR | MONTH | DAY;
    }
    if (date === DATE) return this.#concatenatedMask(text, seen);
    const mask = numberMeaning(date, text.length, textMonth, this.#settings.dateOrder);
    if (
      mask === DAY &&
      date === (YEAR | MONTH) &&
      textMonth &&
      text.length >= 3 &&
      this.#twoDigits
    ) {
      // The first number was taken for the year but is the day: DD-MON-YYYY.
      this.#day = this.#year;
      this.#year = value;
      this.#twoDigits = false;
      return DAY;
    }
    if (mask === YEAR) {
      this.#year = value;
      this.#twoDigits = text.length <= 2;
    } else if (mask === MONTH) {
      this.#month = value;
    } else {
      this.#day = value;
    }
    return mask;
  }

  #concatenatedMask(text: string, seen: number): number {
    this.#concatenated(text, seen);
    return this.#fresh;
  }

  #word(text: string): void {
    const abbreviation = findAbbreviation(text);
    if (abbreviation !== undefined) {
      this.#fresh = ZONE;
      if (abbreviation.kind === "fixed") {
        if (abbreviation.daylight) this.#fresh |= DAYLIGHT;
        this.#zone = abbreviation.offset === 0 ? 0 : -abbreviation.offset;
      } else {
        const zone = findTimeZone(abbreviation.zone);
        this.#abbreviatedZone = zone && abbreviatedZone(zone, text);
      }
      return;
    }
    const keyword = findKeyword(text);
    if (keyword === undefined) {
      this.#namedZone = findTimeZone(text);
      if (this.#namedZone === undefined) throw badFormat();
      this.#fresh = ZONE;
      return;
    }
    this.#keyword(keyword);
  }

  #keyword(keyword: NonNullable<ReturnType<typeof findKeyword>>): void {
    switch (keyword.kind) {
      case "reserved":
        this.#reserved(keyword.name);
        break;
      case "month":
        if (this.#timeOnly) throw badFormat();
        this.#monthName(keyword.value);
        break;
      case "weekday":
        if (this.#timeOnly) throw badFormat();
        this.#fresh = WEEKDAY;
        break;
      case "era":
        this.#fresh = ERA;
        this.#bc = keyword.bc;
        break;
      case "meridian":
        this.#fresh = MERIDIAN;
        this.#meridian = keyword.pm ? "pm" : "am";
        break;
      case "daylightModifier":
        this.#fresh = ZONE_MODIFIER | DAYLIGHT;
        this.#zone -= 3600;
        break;
      case "isoTime":
      case "unit":
        this.#label(keyword);
        break;
      case "ignore":
        break;
    }
  }

  #label(keyword: { kind: "isoTime" } | { kind: "unit"; julian: boolean }): void {
    if (this.#pending !== "none") throw badFormat();
    if (keyword.kind === "isoTime") {
      if (!this.#timeOnly && (this.#seen & DATE) !== DATE) throw badFormat();
      this.#pending = "isoTime";
    } else {
      this.#pending = keyword.julian ? "julian" : "unit";
    }
  }

  #monthName(month: number): void {
    this.#fresh = MONTH;
    const numericMonth = (this.#seen & (MONTH | DAY)) === MONTH && !this.#textMonth;
    if (numericMonth && this.#month >= 1 && this.#month <= 31) {
      this.#day = this.#month;
      this.#fresh = DAY;
    }
    this.#textMonth = true;
    this.#month = month;
  }

  #reserved(name: ReservedName): void {
    if (this.#timeOnly && name !== "now" && name !== "allballs") throw badFormat();
    switch (name) {
      case "now":
        this.#currentTime();
        this.#fresh = this.#timeOnly ? TIME : DATE | TIME | ZONE;
        break;
      case "yesterday":
        this.#currentDate(-1);
        break;
      case "today":
        this.#currentDate(0);
        break;
      case "tomorrow":
        this.#currentDate(1);
        break;
      case "allballs":
        this.#fresh = TIME | ZONE;
        this.#hour = this.#minute = this.#second = 0;
        this.#zone = 0;
        break;
      case "epoch":
      case "infinity":
      case "-infinity":
        this.#fresh = DATE | TIME | ZONE | RESERVED;
        this.#special = name;
        break;
    }
  }

  #sessionZone(): TimeZone {
    return findTimeZone(this.#settings.timeZone) ?? UTC_ZONE;
  }

  #currentTime(): void {
    const zone = this.#sessionZone();
    const now = brokenDown(toLocal(zone, this.#now));
    ({ hour: this.#hour, minute: this.#minute, second: this.#second } = now);
    this.#fraction = now.micros;
    if (!this.#timeOnly) ({ year: this.#year, month: this.#month, day: this.#day } = now);
    const offset = Number((toLocal(zone, this.#now) - this.#now) / 1_000_000n);
    this.#zone = offset === 0 ? 0 : -offset;
  }

  #currentDate(shift: number): void {
    const now = brokenDown(toLocal(this.#sessionZone(), this.#now));
    const day = julianDay(now.year, now.month, now.day) + shift;
    ({ year: this.#year, month: this.#month, day: this.#day } = dateOfJulian(day));
    this.#julian = true;
    this.#fresh = DATE;
  }

  #finish(): void {
    this.#validateDate();
    this.#applyMeridian();
    this.#checkClock();
    if (this.#timeOnly) {
      if ((this.#seen & TIME) !== TIME) throw badFormat();
    } else if ((this.#seen & DATE) !== DATE) {
      throw badFormat();
    }
    this.#settleZone();
  }

  #applyMeridian(): void {
    if (this.#meridian === "none") return;
    if (this.#hour > 12) throw fieldOverflow();
    if (this.#meridian === "am" && this.#hour === 12) this.#hour = 0;
    else if (this.#meridian === "pm" && this.#hour !== 12) this.#hour += 12;
  }

  /** ValidateDate. */
  #validateDate(): void {
    if ((this.#seen & YEAR) !== 0) this.#settleYear();
    if ((this.#seen & DAY_OF_YEAR) !== 0) {
      const day = julianDay(this.#year, 1, 1) + this.#dayOfYear - 1;
      ({ year: this.#year, month: this.#month, day: this.#day } = dateOfJulian(day));
    }
    const badMonth = (this.#seen & MONTH) !== 0 && (this.#month < 1 || this.#month > 12);
    const badDay = (this.#seen & DAY) !== 0 && (this.#day < 1 || this.#day > 31);
    if (badMonth || badDay) throw new DateTimeFailure({ kind: "monthDayOverflow" });
    const whole = (this.#seen & DATE) === DATE;
    if (whole && this.#day > daysInMonth(this.#year, this.#month)) throw fieldOverflow();
  }

  #settleYear(): void {
    if (this.#julian) return;
    if (this.#bc) {
      if (this.#year <= 0) throw fieldOverflow();
      this.#year = 1 - this.#year;
    } else if (this.#twoDigits) {
      if (this.#year < 70) this.#year += 2000;
      else if (this.#year < 100) this.#year += 1900;
    } else if (this.#year <= 0) {
      throw fieldOverflow();
    }
  }

  #settleZone(): void {
    const modified = (this.#seen & ZONE_MODIFIER) !== 0;
    const zone = this.#namedZone ?? this.#abbreviatedZone;
    if (zone !== undefined) {
      if (modified) throw badFormat();
      const dateNeeded = this.#namedZone !== undefined && zone.fixedOffset === undefined;
      if (this.#timeOnly && dateNeeded && (this.#seen & DATE) !== DATE) throw badFormat();
      this.#zone = this.#offsetIn(zone);
    } else if ((this.#seen & ZONE) === 0) {
      if (modified) throw badFormat();
      this.#zone = this.#offsetIn(this.#sessionZone());
    }
  }

  #offsetIn(zone: TimeZone): number {
    if ((this.#seen & DATE) === 0) {
      ({
        year: this.#year,
        month: this.#month,
        day: this.#day,
      } = brokenDown(toLocal(this.#sessionZone(), this.#now)));
    }
    const date = julianDay(this.#year, this.#month, this.#day) - 2451545;
    const micros = (this.#hour * 3600 + this.#minute * 60 + this.#second) * 1e6;
    const offset = zoneOffsetOfLocal(zone, timestampFromParts(date, micros));
    return offset === 0 ? 0 : -offset;
  }
}
