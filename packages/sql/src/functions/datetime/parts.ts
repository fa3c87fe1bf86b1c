/**
 * extract() with numeric results and date_part() with float8 results, from every date and time type.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import {
  EPOCH_DIFFERENCE_DAYS,
  MICROS_PER_DAY,
  POSTGRES_EPOCH_JULIAN,
  brokenTime,
  calendarOfDate,
  dayOfTimestamp,
  dayOfWeek,
  isoWeek,
  julianDay,
  timeOfTimestamp,
} from "../../values/calendar.ts";
import type { Interval, Numeric, TimeTz } from "../../values/datum.ts";
import { TIMESTAMP_INFINITY } from "../../values/datum.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NEGATIVE_INFINITY,
  makeNumeric,
  numericFromBigint,
  numericToFloat8,
} from "../../values/numeric.ts";
import { numericAdd, numericDivide } from "../../values/numeric-arithmetic.ts";
import { zoneOffsetAt } from "../../values/time-zone.ts";
import { isFiniteTimestamp, sessionZone } from "./bounds.ts";
import { requireUnit, unsupportedUnit } from "./units.ts";
import type { Unit } from "./units.ts";

/** `float` where double arithmetic in PostgreSQL's order differs from the exact value rounded. */
interface Part {
  readonly exact: Numeric;
  readonly float?: number;
}

const EPOCH_MICROS = BigInt(EPOCH_DIFFERENCE_DAYS) * 86_400_000_000n;

function whole(value: number | bigint): Part {
  return { exact: makeNumeric(BigInt(value), 0) };
}

function scaled(value: bigint, scale: number): Part {
  return { exact: makeNumeric(value, scale) };
}

/** Units of the clock; undefined for others. `micros` may be negative for intervals. */
function clockPart(unit: string, second: number, fraction: number): Part | undefined {
  const micros = BigInt(second) * 1_000_000n + BigInt(fraction);
  switch (unit) {
    case "microseconds":
      return whole(micros);
    case "milliseconds":
      return { exact: makeNumeric(micros, 3), float: second * 1000 + fraction / 1000 };
    case "second":
      return { exact: makeNumeric(micros, 6), float: second + fraction / 1_000_000 };
    default:
      return undefined;
  }
}

function timePart(unit: string, micros: number): Part | undefined {
  const time = brokenTime(micros);
  if (unit === "minute") return whole(time.minute);
  if (unit === "hour") return whole(time.hour);
  return clockPart(unit, time.second, time.micros);
}

const divideUp = (year: number, by: number): number =>
  year > 0 ? Math.trunc((year + by - 1) / by) : -Math.trunc((by - 1 - (year - 1)) / by) + 0;

/** Units of the calendar; `date` counts days since 2000-01-01. */
function calendarPart(unit: string, date: number): Part | undefined {
  const { year, month, day } = calendarOfDate(date);
  switch (unit) {
    case "day":
      return whole(day);
    case "month":
      return whole(month);
    case "quarter":
      return whole(Math.floor((month - 1) / 3) + 1);
    case "week":
      return whole(isoWeek(year, month, day).week);
    case "year":
      return whole(year > 0 ? year : year - 1);
    case "decade":
      return whole(year >= 0 ? Math.trunc(year / 10) : -Math.trunc((8 - (year - 1)) / 10));
    case "century":
      return whole(divideUp(year, 100));
    case "millennium":
      return whole(divideUp(year, 1000));
    case "isoyear": {
      const isoYear = isoWeek(year, month, day).year;
      return whole(isoYear <= 0 ? isoYear - 1 : isoYear);
    }
    default:
      return dayPart(unit, date, year);
  }
}

function dayPart(unit: string, date: number, year: number): Part | undefined {
  const julian = date + POSTGRES_EPOCH_JULIAN;
  switch (unit) {
    case "dow":
      return whole(dayOfWeek(julian));
    case "isodow":
      return whole(dayOfWeek(julian) || 7);
    case "doy":
      return whole(julian - julianDay(year, 1, 1) + 1);
    default:
      return undefined;
  }
}

function julianPart(timestamp: bigint): Part {
  const julian = dayOfTimestamp(timestamp) + POSTGRES_EPOCH_JULIAN;
  const micros = timeOfTimestamp(timestamp);
  const share = numericDivide(
    numericFromBigint(BigInt(micros)),
    numericFromBigint(BigInt(MICROS_PER_DAY)),
  );
  const time = brokenTime(micros);
  const seconds = (time.hour * 60 + time.minute) * 60 + time.second + time.micros / 1_000_000;
  return {
    exact: numericAdd(numericFromBigint(BigInt(julian)), share),
    float: julian + seconds / 86400,
  };
}

/** What moves with an infinite timestamp is infinite, what cycles is null. */
const MONOTONIC: ReadonlySet<Unit> = new Set<Unit>([
  "year",
  "decade",
  "century",
  "millennium",
  "julian",
  "isoyear",
  "epoch",
]);

function infinitePart(unit: Unit, negative: boolean): Part | null {
  if (!MONOTONIC.has(unit)) return null;
  return { exact: negative ? NUMERIC_NEGATIVE_INFINITY : NUMERIC_INFINITY };
}

const ZONE_UNITS: ReadonlySet<Unit> = new Set<Unit>([
  "timezone",
  "timezone_hour",
  "timezone_minute",
]);

/** `east` is the offset of the zone in seconds. */
function zonePart(unit: string, east: number): Part | undefined {
  if (unit === "timezone") return whole(east);
  if (unit === "timezone_hour") return whole(Math.trunc(east / 3600));
  if (unit === "timezone_minute") return whole(Math.trunc(east / 60) % 60);
  return undefined;
}

const TIMESTAMP_NAME = "timestamp without time zone";
const TIMESTAMPTZ_NAME = "timestamp with time zone";

/** `utc` is the instant that epoch counts, `local` what the other units see. */
function timestampPart(
  name: string,
  type: string,
  utc: bigint,
  local: bigint,
  east: number | undefined,
): Part | null {
  const unit = requireUnit(name, type);
  if (east === undefined && ZONE_UNITS.has(unit)) throw unsupportedUnit(name, type);
  if (!isFiniteTimestamp(utc)) return infinitePart(unit, utc !== TIMESTAMP_INFINITY);
  if (unit === "epoch") {
    return { exact: makeNumeric(utc + EPOCH_MICROS, 6), float: Number(utc + EPOCH_MICROS) / 1e6 };
  }
  if (unit === "julian") return julianPart(local);
  const part =
    timePart(unit, timeOfTimestamp(local)) ??
    calendarPart(unit, dayOfTimestamp(local)) ??
    zonePart(unit, east ?? 0);
  if (part === undefined) throw unsupportedUnit(name, type);
  return part;
}

const CLOCK_UNITS: ReadonlySet<Unit> = new Set<Unit>([
  "microseconds",
  "milliseconds",
  "second",
  "minute",
  "hour",
  ...ZONE_UNITS,
]);

function datePart(name: string, date: number): Part | null {
  const unit = requireUnit(name, "date");
  if (CLOCK_UNITS.has(unit)) throw unsupportedUnit(name, "date");
  if (!Number.isFinite(date)) return infinitePart(unit, date < 0);
  if (unit === "julian") return whole(date + POSTGRES_EPOCH_JULIAN);
  if (unit === "epoch") return whole(BigInt(date + EPOCH_DIFFERENCE_DAYS) * 86400n);
  const part = calendarPart(unit, date);
  if (part === undefined) throw unsupportedUnit(name, "date");
  return part;
}

const TIME_NAME = "time without time zone";
const TIMETZ_NAME = "time with time zone";

function timeOnlyPart(name: string, micros: number): Part {
  const unit = requireUnit(name, TIME_NAME);
  if (unit === "epoch") return scaled(BigInt(micros), 6);
  const part = timePart(unit, micros);
  if (part === undefined) throw unsupportedUnit(name, TIME_NAME);
  return part;
}

function timeTzPart(name: string, time: TimeTz): Part {
  const unit = requireUnit(name, TIMETZ_NAME);
  if (unit === "epoch") {
    const float = time.micros / 1_000_000 + time.zone;
    return { exact: makeNumeric(BigInt(time.micros + time.zone * 1_000_000), 6), float };
  }
  const part = timePart(unit, time.micros) ?? zonePart(unit, -time.zone + 0);
  if (part === undefined) throw unsupportedUnit(name, TIMETZ_NAME);
  return part;
}

function intervalPart(name: string, span: Interval): Part {
  const unit = requireUnit(name, "interval");
  const part = intervalCalendarPart(unit, span) ?? intervalClockPart(unit, span.micros);
  if (part === undefined) throw unsupportedUnit(name, "interval");
  return part;
}

function intervalClockPart(unit: string, micros: bigint): Part | undefined {
  if (unit === "hour") return whole(micros / 3_600_000_000n);
  if (unit === "minute") return whole((micros / 60_000_000n) % 60n);
  const rest = Number(micros % 60_000_000n);
  const second = Math.trunc(rest / 1_000_000);
  return clockPart(unit, second + 0, rest - second * 1_000_000);
}

function intervalCalendarPart(unit: string, span: Interval): Part | undefined {
  const years = Math.trunc(span.months / 12);
  const months = span.months % 12;
  switch (unit) {
    case "day":
      return whole(span.days);
    case "month":
      return whole(months);
    case "quarter":
      return whole(Math.trunc(months / 3) + 1);
    case "year":
      return whole(years);
    case "decade":
      return whole(Math.trunc(years / 10));
    case "century":
      return whole(Math.trunc(years / 100));
    case "millennium":
      return whole(Math.trunc(years / 1000));
    case "epoch":
      return intervalEpoch(years, months, span);
    default:
      return undefined;
  }
}

/** A year counts 365.25 days here and a month 30. */
function intervalEpoch(years: number, months: number, span: Interval): Part {
  const quarters = BigInt(1461 * years + 120 * months + 4 * span.days);
  const seconds = quarters * 21600n;
  let float = Number(span.micros) / 1_000_000;
  float += 365.25 * 86400 * years;
  float += 30 * 86400 * months;
  float += 86400 * span.days;
  return { exact: makeNumeric(seconds * 1_000_000n + span.micros, 6), float };
}

const exactOf = (part: Part | null): Numeric | null => (part === null ? null : part.exact);

function floatOf(part: Part | null): number | null {
  if (part === null) return null;
  return part.float ?? numericToFloat8(part.exact);
}

const extracts: Record<string, Implementation> = {
  extract_date: (_, unit: string, a: number) => exactOf(datePart(unit, a)),
  extract_time: (_, unit: string, a: number) => exactOf(timeOnlyPart(unit, a)),
  extract_timetz: (_, unit: string, a: TimeTz) => exactOf(timeTzPart(unit, a)),
  extract_interval: (_, unit: string, a: Interval) => exactOf(intervalPart(unit, a)),
  extract_timestamp: (_, unit: string, a: bigint) =>
    exactOf(timestampPart(unit, TIMESTAMP_NAME, a, a, undefined)),
  time_part: (_, unit: string, a: number) => floatOf(timeOnlyPart(unit, a)),
  timetz_part: (_, unit: string, a: TimeTz) => floatOf(timeTzPart(unit, a)),
  interval_part: (_, unit: string, a: Interval) => floatOf(intervalPart(unit, a)),
  timestamp_part: (_, unit: string, a: bigint) =>
    floatOf(timestampPart(unit, TIMESTAMP_NAME, a, a, undefined)),
  "date_part(text,date)": (_, unit: string, a: number) => {
    const timestamp = Number.isFinite(a)
      ? BigInt(a) * 86_400_000_000n
      : a > 0
        ? TIMESTAMP_INFINITY
        : -TIMESTAMP_INFINITY - 1n;
    return floatOf(timestampPart(unit, TIMESTAMP_NAME, timestamp, timestamp, undefined));
  },
};

for (const [name, convert] of [
  ["extract_timestamptz", exactOf],
  ["timestamptz_part", floatOf],
] as const) {
  extracts[name] = (context, unit: string, a: bigint) => {
    const finite = isFiniteTimestamp(a);
    const east = finite ? zoneOffsetAt(sessionZone(context), a) : 0;
    const local = finite ? a + BigInt(east) * 1_000_000n : a;
    return convert(timestampPart(unit, TIMESTAMPTZ_NAME, a, local, east));
  };
}

export function registerParts(): void {
  registerFunctions(extracts);
}
