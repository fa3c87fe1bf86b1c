/**
 * Parts of date and time texts that mean the same wherever they stand: clock times, numeric zones,
 * fractions, and what a bare number means after what was seen before it.
 */
import type { FormatSettings } from "../expression/evaluation-context.ts";
import { MICROS_PER_DAY } from "./calendar.ts";
import { DateTimeFailure, badFormat, fieldOverflow } from "./datetime-errors.ts";

/** Bits of what was seen: the C code's field masks. */
export const YEAR = 1;
export const MONTH = 2;
export const DAY = 4;
export const DATE: number = YEAR | MONTH | DAY;
export const TIME: number = 8 | 16 | 32;
export const ZONE = 64;
export const ZONE_MODIFIER = 128;
export const MERIDIAN = 256;
export const ERA = 512;
export const DAY_OF_YEAR = 1024;
export const WEEKDAY = 2048;
export const RESERVED = 4096;
export const DAYLIGHT = 8192;

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Microseconds. */
  readonly fraction: number;
}

/** DecodeTime: h:m, h:m:s, h:m:s.f, and m:s.f. */
export function clockOf(text: string): Clock {
  const match = /^(\d+):(\d*)(?::(\d*))?(\.\d*)?$/.exec(text);
  if (match === null) throw badFormat();
  const first = Number(match[1]);
  const second = Number(match[2]);
  const fraction = match[4] === undefined ? 0 : fractionMicros(match[4]);
  if (second > 59 || Number(match[3] ?? 0) > 60) throw fieldOverflow();
  if (match[3] === undefined && match[4] !== undefined) {
    return { hour: 0, minute: first, second, fraction };
  }
  return { hour: first, minute: second, second: Number(match[3] ?? 0), fraction };
}

/** ".5" of a Julian day. */
export function clockOfDayFraction(text: string): Clock {
  const fraction = text === "." ? 0 : Number("0" + text);
  let micros = Math.floor(fraction * MICROS_PER_DAY);
  const hour = Math.floor(micros / 3.6e9);
  micros -= hour * 3.6e9;
  const minute = Math.floor(micros / 6e7);
  micros -= minute * 6e7;
  const second = Math.floor(micros / 1e6);
  return { hour, minute, second, fraction: micros - second * 1e6 };
}

/** DecodeTimezone: seconds west of UTC of "+05", "-0530", "+05:30" or "+05:30:15". */
export function westOfUtc(text: string): number {
  const match = /^([+-])(\d*)(?::(\d*)(?::(\d*))?)?(.*)$/s.exec(text);
  if (match === null) throw badFormat();
  const run = match[2] as string;
  let hours = integerOf(run);
  let minutes = Number(match[3] ?? 0);
  if (match[3] === undefined && match[5] === "" && text.length > 3) {
    minutes = hours % 100;
    hours = Math.floor(hours / 100);
  }
  const seconds = Number(match[4] ?? 0);
  if (hours > 15 || minutes > 59 || seconds > 59) {
    throw new DateTimeFailure({ kind: "zoneOverflow" });
  }
  if (match[5] !== "") throw badFormat();
  const offset = hours * 3600 + minutes * 60 + seconds;
  return match[1] === "-" ? offset : offset === 0 ? 0 : -offset;
}

/** What the next number is when `date` was seen: one of YEAR, MONTH and DAY. */
export function numberMeaning(
  date: number,
  length: number,
  textMonth: boolean,
  order: FormatSettings["dateOrder"],
): number {
  switch (date) {
    case 0:
      if (length >= 3 || order === "YMD") return YEAR;
      return order === "DMY" ? DAY : MONTH;
    case YEAR:
    case DAY:
      return MONTH;
    case MONTH:
      return textMonth && (length >= 3 || order === "YMD") ? YEAR : DAY;
    case YEAR | MONTH:
      return DAY;
    case MONTH | DAY:
      return YEAR;
    default:
      throw badFormat();
  }
}

/** Digits as an int4; anything larger is out of range. */
export function integerOf(digits: string): number {
  const value = Number(digits);
  if (!(value <= 2147483647)) throw fieldOverflow();
  return value;
}

/** ".25" as microseconds, rounded. */
export function fractionMicros(text: string): number {
  if (text === "." || text === "") return 0;
  return roundHalfEven(Number("0" + text) * 1e6);
}

/** C's rint. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The runs of digits and of letters in a date; one character after each is dropped. */
export function datePartsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest !== "") {
    const match = /^[^a-z0-9]*(\d+|[a-z]+)/.exec(rest);
    if (match === null) throw badFormat();
    parts.push(match[1] as string);
    rest = rest.slice(match[0].length + 1);
  }
  return parts;
}
