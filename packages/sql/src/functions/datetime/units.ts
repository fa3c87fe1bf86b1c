/**
 * Names of date and time units as extract and date_trunc read them: PostgreSQL's spellings, of which
 * the first ten characters count.
 */
import { SqlError } from "@firstlight/common";
import { lowerText } from "../text/characters.ts";

export type Unit =
  | "microseconds"
  | "milliseconds"
  | "second"
  | "minute"
  | "hour"
  | "day"
  | "week"
  | "month"
  | "quarter"
  | "year"
  | "decade"
  | "century"
  | "millennium"
  | "julian"
  | "isoyear"
  | "dow"
  | "isodow"
  | "doy"
  | "epoch"
  | "timezone"
  | "timezone_hour"
  | "timezone_minute";

const TOKEN_LENGTH = 10;

const SPELLINGS: Readonly<Record<Unit, string>> = {
  microseconds: "microseconds us usec usecond useconds usecs",
  milliseconds: "milliseconds ms msec msecond mseconds msecs",
  second: "second s sec seconds secs",
  minute: "minute m min mins minutes",
  hour: "hour h hours hr hrs",
  day: "day d days",
  week: "week w weeks",
  month: "month mon mons months",
  quarter: "quarter qtr",
  year: "year y years yr yrs",
  decade: "decade dec decades decs",
  century: "century c cent centuries",
  millennium: "millennium mil millennia mils",
  julian: "julian j jd",
  isoyear: "isoyear",
  dow: "dow",
  isodow: "isodow",
  doy: "doy",
  epoch: "epoch",
  timezone: "timezone",
  timezone_hour: "timezone_hour",
  timezone_minute: "timezone_minute",
};

function unitTable(): ReadonlyMap<string, Unit> {
  const table = new Map<string, Unit>();
  for (const [unit, spellings] of Object.entries(SPELLINGS)) {
    for (const spelling of spellings.split(" ")) {
      table.set(spelling.slice(0, TOKEN_LENGTH), unit as Unit);
    }
  }
  return table;
}

const UNITS = unitTable();

/** timezone_h(our) and timezone_m(inute) differ in their tenth character. */
export function findUnit(name: string): Unit | undefined {
  return UNITS.get(lowerText(name).slice(0, TOKEN_LENGTH));
}

export function unrecognizedUnit(name: string, type: string): SqlError {
  return new SqlError("22023", `unit "${lowerText(name)}" not recognized for type ${type}`);
}

export function unsupportedUnit(name: string, type: string, detail?: string): SqlError {
  return new SqlError("0A000", `unit "${lowerText(name)}" not supported for type ${type}`, {
    detail,
  });
}

export function requireUnit(name: string, type: string): Unit {
  const unit = findUnit(name);
  if (unit === undefined) throw unrecognizedUnit(name, type);
  return unit;
}
