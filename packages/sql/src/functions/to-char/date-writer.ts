/**
 * Prints a broken-down timestamp or interval by a date and time template (formatting.c:
 * DCH_to_char).
 */
import { SqlError } from "@firstlight/common";
import { dayOfWeek, isoWeek, isoWeekStart, julianDay } from "../../values/calendar.ts";
import type { Steps } from "../long-call.ts";
import type { DateField, DateNode } from "./date-format.ts";
import { ordinalSuffix } from "./ordinal.ts";
import { writtenNodes } from "./template-nodes.ts";

/** `year` is astronomical for timestamps. `zone` is absent for timestamp and interval. */
export interface DateParts {
  readonly interval: boolean;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly dayOfYear: number;
  readonly zone?: { readonly abbreviation: string; readonly offset: number } | undefined;
}

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const ROMAN_MONTHS = "I II III IV V VI VII VIII IX X XI XII".split(" ");

function invalidForInterval(): SqlError {
  return new SqlError("22007", "invalid format specification for an interval value", {
    hint: "Intervals are not tied to specific calendar dates.",
  });
}

/** Fields whose minus sign takes one of their places, as C's %03d has it. */
const SIGN_WITHIN = /^(?:DD|DDD|IDDD|WW|IW|MS|US|FF\d)$/;

/** C's %0*d; a minus sign takes one place more. */
function padded(value: number, width: number, fill: boolean): string {
  const digits = String(Math.abs(value));
  return (value < 0 ? "-" : "") + (fill ? digits : digits.padStart(width, "0"));
}

/** The case in which the template names the field: upper, Capitalized or lower. */
function inCaseOf(name: string, text: string): string {
  if (name === name.toUpperCase()) return text.toUpperCase();
  return name === name.toLowerCase() ? text.toLowerCase() : text;
}

function adjustedYear(parts: DateParts, year: number): number {
  if (parts.interval) return year;
  return year <= 0 ? -(year - 1) : year;
}

function century(parts: DateParts): number {
  if (parts.interval) return Math.trunc(parts.year / 100);
  return parts.year > 0 ? Math.trunc((parts.year - 1) / 100) + 1 : Math.trunc(parts.year / 100) - 1;
}

function nameField(field: DateField, text: string, width: number): string {
  const shown = inCaseOf(field.name, text);
  return field.fill || field.localized ? shown : shown.padEnd(width);
}

/** Names, eras and zones; undefined when the field is a number. */
function textField(field: DateField, parts: DateParts): string | undefined {
  const upper = field.name.toUpperCase();
  switch (upper) {
    case "A.M.":
    case "P.M.":
      return inCaseOf(field.name, parts.hour % 24 >= 12 ? "P.M." : "A.M.");
    case "AM":
    case "PM":
      return inCaseOf(field.name, parts.hour % 24 >= 12 ? "PM" : "AM");
    case "A.D.":
    case "B.C.":
      return inCaseOf(field.name, calendar(parts).year <= 0 ? "B.C." : "A.D.");
    case "AD":
    case "BC":
      return inCaseOf(field.name, calendar(parts).year <= 0 ? "BC" : "AD");
    case "MONTH":
      return nameField(field, MONTHS[calendar(parts).month - 1] ?? "", 9);
    case "MON":
      return nameField(field, MONTHS[calendar(parts).month - 1]?.slice(0, 3) ?? "", 0);
    case "DAY":
      return nameField(field, DAYS[weekday(parts)] ?? "", 9);
    case "DY":
      return nameField(field, DAYS[weekday(parts)]?.slice(0, 3) ?? "", 0);
    case "RM":
      return romanMonth(field, parts);
    default:
      return zoneField(field, upper, parts);
  }
}

function calendar(parts: DateParts): DateParts {
  if (parts.interval) throw invalidForInterval();
  return parts;
}

function weekday(parts: DateParts): number {
  const { year, month, day } = calendar(parts);
  return dayOfWeek(julianDay(year, month, day));
}

/** An interval counts months backwards from December when negative. */
function romanMonth(field: DateField, parts: DateParts): string {
  if (parts.month === 0 && parts.year === 0) return "";
  const index =
    parts.month === 0
      ? parts.year > 0
        ? 11
        : 0
      : parts.month < 0
        ? 12 + parts.month
        : parts.month - 1;
  const shown = inCaseOf(field.name, ROMAN_MONTHS[index] ?? "");
  return field.fill ? shown : shown.padEnd(4);
}

function zoneField(field: DateField, upper: string, parts: DateParts): string | undefined {
  if (upper !== "TZ" && upper !== "TZH" && upper !== "TZM" && upper !== "OF") return undefined;
  const { zone } = calendar(parts);
  if (upper === "TZ") {
    const name = zone?.abbreviation ?? "";
    return field.name === "TZ" ? name : name.toLowerCase();
  }
  const offset = zone?.offset ?? 0;
  const magnitude = Math.abs(offset);
  const minutes = String(Math.trunc((magnitude % 3600) / 60)).padStart(2, "0");
  if (upper === "TZM") return minutes;
  const sign = offset >= 0 ? "+" : "-";
  const hours = Math.trunc(magnitude / 3600);
  if (upper === "TZH") return sign + String(hours).padStart(2, "0");
  return sign + padded(hours, 2, field.fill) + (magnitude % 3600 === 0 ? "" : `:${minutes}`);
}

interface NumberField {
  readonly value: number;
  readonly width: number;
}

/** The place of an interval's sign stays where twelve stands for zero. */
function halfDayHour(hour: number): NumberField {
  const value = hour % 12 || 12;
  return { value, width: hour < 0 && value > 0 ? 3 : 2 };
}

/** Value and width of the fields that are numbers. */
function clockField(upper: string, parts: DateParts): NumberField | undefined {
  switch (upper) {
    case "HH":
    case "HH12":
      return halfDayHour(parts.hour);
    case "HH24":
      return { value: parts.hour, width: 2 };
    case "MI":
      return { value: parts.minute, width: 2 };
    case "SS":
      return { value: parts.second, width: 2 };
    case "MS":
      return { value: Math.trunc(parts.micros / 1000), width: 3 };
    case "US":
      return { value: parts.micros, width: 6 };
    case "SSSS":
    case "SSSSS":
      return { value: parts.hour * 3600 + parts.minute * 60 + parts.second, width: 0 };
    default:
      return fractionField(upper, parts);
  }
}

function fractionField(upper: string, parts: DateParts): NumberField | undefined {
  const digits = /^FF([1-6])$/.exec(upper)?.[1];
  if (digits === undefined) return undefined;
  const width = Number(digits);
  return { value: Math.trunc(parts.micros / 10 ** (6 - width)), width };
}

function dateField(upper: string, parts: DateParts): NumberField | undefined {
  const { year, month, day } = parts;
  switch (upper) {
    case "MM":
      return { value: month, width: 2 };
    case "DD":
      return { value: day, width: 2 };
    case "DDD":
      return { value: parts.dayOfYear, width: 3 };
    case "IDDD":
      return {
        value: julianDay(year, month, day) - isoWeekStart(isoWeek(year, month, day).year) + 1,
        width: 3,
      };
    case "D":
      return { value: weekday(parts) + 1, width: 0 };
    case "ID":
      return { value: weekday(parts) || 7, width: 0 };
    case "WW":
      return { value: Math.trunc((parts.dayOfYear - 1) / 7) + 1, width: 2 };
    case "IW":
      return { value: isoWeek(year, month, day).week, width: 2 };
    case "W":
      return { value: Math.trunc((day - 1) / 7) + 1, width: 0 };
    case "J":
      return { value: julianDay(year, month, day), width: 0 };
    case "CC": {
      const value = century(parts);
      return { value, width: Math.abs(value) <= 99 ? 2 : 0 };
    }
    default:
      return yearField(upper, parts);
  }
}

function yearField(upper: string, parts: DateParts): NumberField | undefined {
  const iso = /^I(Y{0,3})$/.exec(upper);
  const plain = /^Y{1,4}$/.test(upper);
  if (iso === null && !plain) return undefined;
  const width = upper.length;
  const source = iso === null ? parts.year : isoWeek(parts.year, parts.month, parts.day).year;
  const value = adjustedYear(parts, source);
  // The place of a minus sign goes by the year itself, which need not have that of the ISO year.
  const places = value < 0 && parts.year >= 0 ? width - 1 : width;
  return { value: width === 4 ? value : value % 10 ** width, width: places };
}

function fieldText(field: DateField, parts: DateParts): string {
  const upper = field.name.toUpperCase();
  if (upper === "Q") return quarter(field, parts);
  if (upper === "Y,YYY") {
    const year = adjustedYear(parts, parts.year);
    const thousands = Math.trunc(year / 1000);
    const rest = year - thousands * 1000;
    return withOrdinal(field, `${thousands},${padded(rest, rest < 0 ? 2 : 3, false)}`);
  }
  const text = textField(field, parts);
  if (text !== undefined) return text;
  const number = clockField(upper, parts) ?? dateField(upper, parts);
  if (number === undefined) return "";
  const unpadded = field.fill && !/^(?:MS|US|FF\d)$/.test(upper);
  const { value } = number;
  const width = value < 0 && SIGN_WITHIN.test(upper) ? number.width - 1 : number.width;
  return withOrdinal(field, padded(value, width, unpadded));
}

function quarter(field: DateField, parts: DateParts): string {
  if (parts.month === 0) return "";
  return withOrdinal(field, String(Math.trunc((parts.month - 1) / 3) + 1));
}

function withOrdinal(field: DateField, text: string): string {
  return field.ordinal === undefined ? text : text + ordinalSuffix(text, field.ordinal === "TH");
}

function nodeText(node: DateNode, parts: DateParts): string {
  return node.kind === "literal" ? node.text : fieldText(node, parts);
}

export function writeDate(nodes: readonly DateNode[], parts: DateParts): string {
  let text = "";
  for (const node of nodes) text += nodeText(node, parts);
  return text;
}

export function writeDateSteps(nodes: Iterable<DateNode>, parts: DateParts): Steps<string> {
  return writtenNodes(nodes, (node) => nodeText(node, parts));
}
