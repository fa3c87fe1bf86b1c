/**
 * date_trunc() and date_bin().
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import {
  POSTGRES_EPOCH_JULIAN,
  calendarOfDate,
  dateFromCalendar,
  dayOfTimestamp,
  timestampFromParts,
} from "../../values/calendar.ts";
import type { Interval } from "../../values/datum.ts";
import { makeInterval } from "../../values/interval.ts";
import { fromLocal, toLocal, zoneOffsetAt } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";
import { checkedTimestamp, floorDivide, isFiniteTimestamp, sessionZone } from "./bounds.ts";
import { requireUnit, unrecognizedUnit, unsupportedUnit } from "./units.ts";
import type { Unit } from "./units.ts";
import { requireZone } from "./zone-names.ts";

const CLOCK: Partial<Record<Unit, bigint>> = {
  microseconds: 1n,
  milliseconds: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
};

/** Parts that only extract knows are no units here. */
const EXTRACT_ONLY: ReadonlySet<Unit> = new Set<Unit>([
  "dow",
  "doy",
  "epoch",
  "isodow",
  "isoyear",
  "julian",
]);

function truncationUnit(name: string, type: string): Unit {
  const unit = requireUnit(name, type);
  if (EXTRACT_ONLY.has(unit)) throw unrecognizedUnit(name, type);
  return unit;
}

function firstYear(unit: string, year: number): number | undefined {
  switch (unit) {
    case "millennium":
      return year > 0
        ? Math.trunc((year + 999) / 1000) * 1000 - 999
        : -Math.trunc((999 - (year - 1)) / 1000) * 1000 + 1;
    case "century":
      return year > 0
        ? Math.trunc((year + 99) / 100) * 100 - 99
        : -Math.trunc((99 - (year - 1)) / 100) * 100 + 1;
    case "decade":
      return year > 0 ? Math.trunc(year / 10) * 10 : -Math.trunc((8 - (year - 1)) / 10) * 10;
    case "year":
      return year;
    default:
      return undefined;
  }
}

/** The first day of the unit that holds `date`; undefined when the unit is none of the calendar. */
function truncateDate(unit: string, date: number): number | undefined {
  const { year, month } = calendarOfDate(date);
  const first = firstYear(unit, year);
  if (first !== undefined) return dateFromCalendar(first, 1, 1);
  switch (unit) {
    case "quarter":
      return dateFromCalendar(year, month - ((month - 1) % 3), 1);
    case "month":
      return dateFromCalendar(year, month, 1);
    case "week": {
      const fromMonday = (((date + POSTGRES_EPOCH_JULIAN) % 7) + 7) % 7;
      return date - fromMonday;
    }
    case "day":
      return date;
    default:
      return undefined;
  }
}

function truncateTimestamp(name: string, type: string, local: bigint): bigint {
  const unit = truncationUnit(name, type);
  const size = CLOCK[unit];
  if (size !== undefined) return floorDivide(local, size) * size;
  const date = truncateDate(unit, dayOfTimestamp(local));
  if (date === undefined) throw unsupportedUnit(name, type);
  return checkedTimestamp(timestampFromParts(date, 0));
}

const TIMESTAMPTZ_NAME = "timestamp with time zone";

/** Units of the clock keep the offset that the value has; days and above find it anew. */
function truncateInZone(name: string, timestamp: bigint, zone: TimeZone): bigint {
  if (!isFiniteTimestamp(timestamp)) return timestamp;
  const local = truncateTimestamp(name, TIMESTAMPTZ_NAME, toLocal(zone, timestamp));
  if (CLOCK[requireUnit(name, TIMESTAMPTZ_NAME)] === undefined) {
    return checkedTimestamp(fromLocal(zone, local));
  }
  return checkedTimestamp(local - BigInt(zoneOffsetAt(zone, timestamp)) * 1_000_000n);
}

const YEARS: Partial<Record<Unit, number>> = {
  millennium: 1000,
  century: 100,
  decade: 10,
  year: 1,
};

function truncateInterval(name: string, span: Interval): Interval {
  const unit = truncationUnit(name, "interval");
  const years = YEARS[unit];
  if (years !== undefined) return makeInterval(truncateTo(span.months, 12 * years), 0, 0n);
  if (unit === "quarter") return makeInterval(truncateTo(span.months, 3), 0, 0n);
  if (unit === "month") return makeInterval(span.months, 0, 0n);
  if (unit === "day") return makeInterval(span.months, span.days, 0n);
  const size = CLOCK[unit];
  if (size !== undefined) {
    return makeInterval(span.months, span.days, span.micros - (span.micros % size));
  }
  const detail = unit === "week" ? "Months usually have fractional weeks." : undefined;
  throw unsupportedUnit(name, "interval", detail);
}

const truncateTo = (value: number, unit: number): number => value - (value % unit);

function bin(stride: Interval, timestamp: bigint, origin: bigint): bigint {
  if (!isFiniteTimestamp(timestamp)) return timestamp;
  if (!isFiniteTimestamp(origin)) throw new SqlError("22008", "origin out of range");
  if (stride.months !== 0) {
    throw new SqlError(
      "0A000",
      "timestamps cannot be binned into intervals containing months or years",
    );
  }
  const size = BigInt(stride.days) * 86_400_000_000n + stride.micros;
  if (size <= 0n) throw new SqlError("22008", "stride must be greater than zero");
  return checkedTimestamp(origin + floorDivide(timestamp - origin, size) * size);
}

const functions: Record<string, Implementation> = {
  timestamp_trunc: (_, unit: string, a: bigint) =>
    isFiniteTimestamp(a) ? truncateTimestamp(unit, "timestamp without time zone", a) : a,
  timestamptz_trunc: (context, unit: string, a: bigint) =>
    truncateInZone(unit, a, sessionZone(context)),
  timestamptz_trunc_zone: (_, unit: string, a: bigint, zone: string) =>
    isFiniteTimestamp(a) ? truncateInZone(unit, a, requireZone(zone)) : a,
  interval_trunc: (_, unit: string, a: Interval) => truncateInterval(unit, a),
  timestamp_bin: (_, stride: Interval, a: bigint, origin: bigint) => bin(stride, a, origin),
  timestamptz_bin: (_, stride: Interval, a: bigint, origin: bigint) => bin(stride, a, origin),
};

export function registerTruncation(): void {
  registerFunctions(functions);
}
