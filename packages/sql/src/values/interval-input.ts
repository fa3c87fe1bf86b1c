/**
 * Text to interval in every style that PostgreSQL reads: DecodeInterval (postgres, verbose, SQL
 * standard) and DecodeISO8601Interval. Fields are read from the right, so that a unit is known
 * before its number.
 */
import type { FormatSettings } from "../expression/evaluation-context.ts";
import type { Interval } from "./datum.ts";
import { fractionMicros, roundHalfEven } from "./datetime-parts.ts";
import { DateTimeFailure, badFormat, decoding, intervalOverflow } from "./datetime-errors.ts";
import type { Field } from "./datetime-fields.ts";
import { findKeyword, splitFields } from "./datetime-fields.ts";
import {
  INTERVAL_FULL_RANGE,
  applyIntervalTypmod,
  isMinuteToSecond,
  lastFieldOfRange,
  makeInterval,
} from "./interval.ts";

type Unit =
  | "microsecond"
  | "millisecond"
  | "second"
  | "minute"
  | "hour"
  | "day"
  | "week"
  | "month"
  | "year"
  | "decade"
  | "century"
  | "millennium";

const UNIT_WORDS: readonly (readonly [Unit, string])[] = [
  ["microsecond", "microsecon us usec usecond useconds usecs"],
  ["millisecond", "millisecon ms msec msecond mseconds msecs"],
  ["second", "s sec second seconds secs"],
  ["minute", "m min mins minute minutes"],
  ["hour", "h hour hours hr hrs"],
  ["day", "d day days"],
  ["week", "w week weeks"],
  ["month", "mon mons month months"],
  ["year", "y year years yr yrs"],
  ["decade", "dec decade decades decs"],
  ["century", "c cent centuries century"],
  ["millennium", "mil millennia millennium mils"],
];

const UNITS: ReadonlyMap<string, Unit> = new Map(
  UNIT_WORDS.flatMap(([unit, words]) => words.split(" ").map((word) => [word, unit] as const)),
);
/** TOKMAXLEN: PostgreSQL compares this many characters of a word. */
const WORD_LENGTH_COMPARED = 10;

const MICROS: Readonly<Partial<Record<Unit, bigint>>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
};
const YEARS: Readonly<Partial<Record<Unit, number>>> = {
  year: 1,
  decade: 10,
  century: 100,
  millennium: 1000,
};
const INT64_MAX = 9223372036854775807n;
const MICROS_PER_DAY = 86_400_000_000;

/** Sums up fields; every part is checked against its PostgreSQL type. */
class Accumulator {
  years = 0;
  months = 0;
  days = 0;
  micros = 0n;

  addMicros(value: bigint): void {
    this.micros += value;
    if (BigInt.asIntN(64, this.micros) !== this.micros) throw intervalOverflow();
  }

  addFractionMicros(fraction: number, scale: number): void {
    if (fraction === 0) return;
    const scaled = fraction * scale;
    let whole = Math.trunc(scaled);
    const rest = scaled - whole;
    if (rest > 0.5) whole++;
    else if (rest < -0.5) whole--;
    this.addMicros(BigInt(whole));
  }

  addDays(value: number): void {
    this.days = int32(this.days + value);
  }

  addFractionDays(fraction: number, scale: number): void {
    if (fraction === 0) return;
    const scaled = fraction * scale;
    const whole = Math.trunc(scaled);
    this.addDays(whole);
    this.addFractionMicros(scaled - whole, MICROS_PER_DAY);
  }

  addMonths(value: number): void {
    this.months = int32(this.months + value);
  }

  addYears(value: number, fraction: number, scale: number): void {
    this.years = int32(this.years + value * scale);
    this.addMonths(roundHalfEven(fraction * scale * 12) || 0);
  }

  add(unit: Unit, value: bigint, fraction: number): void {
    const micros = MICROS[unit];
    if (micros !== undefined) {
      this.addMicros(value * micros);
      this.addFractionMicros(fraction, Number(micros));
      return;
    }
    const years = YEARS[unit];
    const count = Number(value);
    if (years !== undefined) {
      this.addYears(count, fraction, years);
    } else if (unit === "month") {
      this.addMonths(count);
      this.addFractionDays(fraction, 30);
    } else if (unit === "week") {
      this.addDays(count * 7);
      this.addFractionDays(fraction, 7);
    } else {
      this.addDays(count);
      this.addFractionMicros(fraction, MICROS_PER_DAY);
    }
  }

  negate(): void {
    this.years = int32(-this.years || 0);
    this.months = int32(-this.months || 0);
    this.days = int32(-this.days || 0);
    this.micros = -this.micros;
    if (this.micros > INT64_MAX) throw intervalOverflow();
  }

  finish(): Interval {
    return makeInterval(this.years * 12 + this.months, this.days, this.micros);
  }
}

function int32(value: number): number {
  if (!(value >= -2147483648 && value <= 2147483647)) throw intervalOverflow();
  return value;
}

export function parseInterval(text: string, typmod: number, settings: FormatSettings): Interval {
  const range = typmod < 0 ? INTERVAL_FULL_RANGE : (typmod >> 16) & 0x7fff;
  const parsed = decoding(text, "interval", () => decodeInterval(text, range, settings));
  return applyIntervalTypmod(parsed, typmod);
}

function decodeInterval(text: string, range: number, settings: FormatSettings): Interval {
  try {
    const fields = splitFields(text);
    if (fields === undefined || fields.length === 0 || fields.length > 25) throw badFormat();
    return new IntervalDecoder(fields, range, settings).decode();
  } catch (error) {
    if (!(error instanceof DateTimeFailure)) throw error;
    if (error.fault.kind === "overflow") throw intervalOverflow();
    if (error.fault.kind !== "format") throw error;
    return decodeIsoInterval(text);
  }
}

function isOverflow({ fault }: DateTimeFailure): boolean {
  return fault.kind === "overflow" || fault.kind === "intervalOverflow";
}

const CLOCK = /^(\d+):(\d*)(?::(\d*))?(\.\d*)?$/;

class IntervalDecoder {
  readonly #fields: readonly Field[];
  readonly #range: number;
  readonly #forceNegative: boolean;
  readonly #sum: Accumulator = new Accumulator();
  readonly #seen = new Set<string>();
  /** The unit of the next number; undefined until one is known. */
  #unit: Unit | "none" | undefined;
  #ago = false;

  constructor(fields: readonly Field[], range: number, settings: FormatSettings) {
    this.#fields = fields;
    this.#range = range;
    const [first, ...others] = fields;
    this.#forceNegative =
      settings.intervalStyle === "sql_standard" &&
      first?.text.startsWith("-") === true &&
      !others.some((field) => /^[+-]/.test(field.text));
  }

  decode(): Interval {
    for (let i = this.#fields.length - 1; i >= 0; i--) {
      this.#decodeField(this.#fields[i] as Field);
    }
    if (this.#seen.size === 0) throw badFormat();
    if (this.#ago) this.#sum.negate();
    return this.#sum.finish();
  }

  /** Behind a sign a time that is too long is no time. */
  #signedClock(text: string, negative: boolean): boolean {
    try {
      return this.#clock(text, negative);
    } catch (error) {
      if (error instanceof DateTimeFailure && isOverflow(error)) throw badFormat();
      throw error;
    }
  }

  #decodeField(field: Field): void {
    switch (field.kind) {
      case "time":
        if (!this.#clock(field.text, false)) {
          throw CLOCK.test(field.text) ? intervalOverflow() : badFormat();
        }
        break;
      case "zone": {
        const clock = field.text.slice(1);
        if (clock.includes(":") && this.#signedClock(clock, field.text.startsWith("-"))) break;
        this.#number(field.text);
        break;
      }
      case "date":
      case "number":
        this.#number(field.text);
        break;
      case "word":
      case "special":
        this.#word(field.text);
        break;
    }
  }

  #mark(...names: readonly string[]): void {
    for (const name of names) {
      if (this.#seen.has(name)) throw badFormat();
      this.#seen.add(name);
    }
  }

  /** DecodeTimeForInterval; false when the text is no clock time, or one out of range. */
  #clock(text: string, negative: boolean): boolean {
    const match = CLOCK.exec(text);
    if (match === null) return false;
    let hour = BigInt(match[1] as string);
    let minute = Number(match[2]);
    let second = Number(match[3] ?? 0);
    const fraction = match[4] === undefined ? 0 : fractionMicros(match[4]);
    const twoFields = match[3] === undefined;
    if (twoFields && (match[4] !== undefined || isMinuteToSecond(this.#range))) {
      if (hour > 2147483647n) return false;
      second = minute;
      minute = Number(hour);
      hour = 0n;
    }
    if (minute > 59 || second > 60) return false;
    const seconds = hour * 3600n + BigInt(minute * 60 + second);
    const micros = seconds * 1_000_000n + BigInt(fraction);
    if (micros > INT64_MAX) throw intervalOverflow();
    this.#mark("hour", "minute", "second", "millisecond", "microsecond");
    // Assigned, not added: what fractions of days gave before is lost, as in PostgreSQL.
    this.#sum.micros = 0n;
    this.#sum.addMicros(negative || this.#forceNegative ? -micros : micros);
    this.#unit = "day";
    return true;
  }

  #number(text: string): void {
    let unit: Unit | "none" = this.#unit ?? lastFieldOfRange(this.#range);
    const match = /^([+-]?)(\d*)(?:(?<=\d)-(\d+)(.*)|(\.\d*))?$/.exec(text);
    if (match === null) throw badFormat();
    const negative = match[1] === "-";
    let value = BigInt(match[2] || "0");
    let fraction = match[5] === undefined || match[5] === "." ? 0 : Number("0" + match[5]);
    if (match[3] !== undefined) {
      const months = BigInt(match[3]);
      if (months >= 12n) throw intervalOverflow();
      if (match[4] !== "") throw badFormat();
      unit = "month";
      value = value * 12n + months;
    }
    if (unit === "none") throw badFormat();
    if (value > INT64_MAX + (negative || this.#forceNegative ? 1n : 0n)) throw intervalOverflow();
    const flip = negative || this.#forceNegative;
    if (flip) fraction = -fraction;
    this.#sum.add(unit, flip ? -value : value, fraction);
    if (unit === "second" && fraction !== 0) this.#mark("second", "millisecond", "microsecond");
    else this.#mark(unit);
    this.#unit = unit === "hour" ? "day" : unit;
  }

  #word(text: string): void {
    const unit = UNITS.get(text.slice(0, WORD_LENGTH_COMPARED));
    if (unit !== undefined) {
      this.#unit = unit;
    } else if (text === "ago") {
      this.#ago = true;
      this.#unit = "none";
    } else if (findKeyword(text)?.kind !== "ignore") {
      throw badFormat();
    }
  }
}

/** ISO 8601 durations: with designators, or the alternative format P0001-02-03T04:05:06. */
function decodeIsoInterval(text: string): Interval {
  if (text.length < 2 || !text.startsWith("P")) throw badFormat();
  const [date, ...clocks] = text.slice(1).split("T");
  const sum = new Accumulator();
  isoHalf(date as string, ISO_DATE_UNITS, "-", ["year", "month", "day"], 8, sum);
  for (const clock of clocks) {
    isoHalf(clock, ISO_TIME_UNITS, ":", ["hour", "minute", "second"], 6, sum);
  }
  return sum.finish();
}

const ISO_DATE_UNITS: Readonly<Record<string, Unit>> = {
  Y: "year",
  M: "month",
  W: "week",
  D: "day",
};
const ISO_TIME_UNITS: Readonly<Record<string, Unit>> = { H: "hour", M: "minute", S: "second" };
const ISO_NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

function isoHalf(
  text: string,
  units: Readonly<Record<string, Unit>>,
  separator: string,
  alternative: readonly [Unit, Unit, Unit],
  basicWidth: number,
  sum: Accumulator,
): void {
  let at = 0;
  let position = 0;
  let designated = false;
  while (at < text.length) {
    ISO_NUMBER.lastIndex = at;
    const number = ISO_NUMBER.exec(text)?.[0];
    if (number === undefined) throw badFormat();
    at += number.length;
    const designator = text.charAt(at++);
    const unit = units[designator];
    if (unit !== undefined && position === 0) {
      addIsoNumber(sum, unit, number);
      designated = true;
      continue;
    }
    if (designated || (designator !== "" && designator !== separator)) throw badFormat();
    if (designator === "" && position === 0 && integerWidth(number) === basicWidth) {
      addBasic(sum, alternative, number);
      return;
    }
    const next = alternative[position++];
    if (next === undefined) throw badFormat();
    addIsoNumber(sum, next, number);
    if (designator === separator && at === text.length) throw badFormat();
  }
}

function integerWidth(number: string): number {
  return /^-?(\d*)/.exec(number)?.[1]?.length ?? 0;
}

function addIsoNumber(sum: Accumulator, unit: Unit, number: string): void {
  const value = Number(number);
  if (!(Math.abs(value) <= 1e15)) throw intervalOverflow();
  const whole = Math.trunc(value);
  sum.add(unit, BigInt(whole), value - whole);
}

/** yyyymmdd or hhmmss. */
function addBasic(sum: Accumulator, units: readonly [Unit, Unit, Unit], number: string): void {
  const value = Number(number);
  const whole = Math.trunc(value);
  sum.add(units[0], BigInt(Math.trunc(whole / 10000)), 0);
  sum.add(units[1], BigInt(Math.trunc(whole / 100) % 100), 0);
  sum.add(units[2], BigInt(whole % 100), value - whole);
}
