/**
 * Comparisons of the date and time types, also across date, timestamp and timestamptz.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import type { Interval, TimeTz } from "../../values/datum.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../../values/datum.ts";
import { compareInterval } from "../../values/interval.ts";
import { MICROS_PER_DAY_BIG } from "../../values/calendar.ts";
import { zoneOffsetOfLocal } from "../../values/time-zone.ts";
import { isFiniteTimestamp, sessionZone } from "./bounds.ts";

type Plain = number | bigint;
// oxlint-disable-next-line typescript/no-explicit-any -- each family has its own shapes
type Comparator = (context: EvaluationContext, a: any, b: any) => number;

function operators(name: (operator: string) => string, compare: Comparator): void {
  const entries: Record<string, Implementation> = {
    [name("eq")]: (context, a, b) => compare(context, a, b) === 0,
    [name("ne")]: (context, a, b) => compare(context, a, b) !== 0,
    [name("lt")]: (context, a, b) => compare(context, a, b) < 0,
    [name("le")]: (context, a, b) => compare(context, a, b) <= 0,
    [name("gt")]: (context, a, b) => compare(context, a, b) > 0,
    [name("ge")]: (context, a, b) => compare(context, a, b) >= 0,
    [name("cmp")]: compare,
  };
  registerFunctions(entries);
}

function extremes(prefix: string, compare: Comparator): void {
  registerFunctions({
    [`${prefix}_larger`]: (context, a, b) => (compare(context, a, b) > 0 ? a : b),
    [`${prefix}_smaller`]: (context, a, b) => (compare(context, a, b) < 0 ? a : b),
  });
}

const comparePlain = (a: Plain, b: Plain): number => (a < b ? -1 : a > b ? 1 : 0);

/** By the instant in UTC, then by the zone. */
export function compareTimeTz(a: TimeTz, b: TimeTz): number {
  const instant = comparePlain(a.micros + a.zone * 1_000_000, b.micros + b.zone * 1_000_000);
  return instant === 0 ? comparePlain(a.zone, b.zone) : instant;
}

/** A date beyond the range of timestamps compares as larger than every finite one. */
function timestampOfDate(date: number): bigint {
  if (date === Infinity) return TIMESTAMP_INFINITY;
  return date === -Infinity ? TIMESTAMP_NEGATIVE_INFINITY : BigInt(date) * MICROS_PER_DAY_BIG;
}

function dateAsTimestamptz(context: EvaluationContext, date: number): bigint {
  const local = timestampOfDate(date);
  return timestampAsTimestamptz(context, local);
}

function timestampAsTimestamptz(context: EvaluationContext, local: bigint): bigint {
  if (!isFiniteTimestamp(local)) return local;
  return local - BigInt(zoneOffsetOfLocal(sessionZone(context), local)) * 1_000_000n;
}

function crossComparisons(): void {
  const pairs: Record<string, Comparator> = {
    date_OP_timestamp: (_, a: number, b: bigint) => comparePlain(timestampOfDate(a), b),
    timestamp_OP_date: (_, a: bigint, b: number) => comparePlain(a, timestampOfDate(b)),
    date_OP_timestamptz: (context, a: number, b: bigint) =>
      comparePlain(dateAsTimestamptz(context, a), b),
    timestamptz_OP_date: (context, a: bigint, b: number) =>
      comparePlain(a, dateAsTimestamptz(context, b)),
    timestamp_OP_timestamptz: (context, a: bigint, b: bigint) =>
      comparePlain(timestampAsTimestamptz(context, a), b),
    timestamptz_OP_timestamp: (context, a: bigint, b: bigint) =>
      comparePlain(a, timestampAsTimestamptz(context, b)),
  };
  for (const [pattern, compare] of Object.entries(pairs)) {
    operators((operator) => pattern.replace("OP", operator), compare);
  }
}

export function registerDatetimeComparison(): void {
  const plain: Comparator = (_, a: Plain, b: Plain) => comparePlain(a, b);
  for (const prefix of ["date", "time", "timestamp"]) {
    operators((operator) => `${prefix}_${operator}`, plain);
    extremes(prefix, plain);
  }
  const interval: Comparator = (_, a: Interval, b: Interval) => compareInterval(a, b);
  operators((operator) => `interval_${operator}`, interval);
  extremes("interval", interval);
  const timetz: Comparator = (_, a: TimeTz, b: TimeTz) => compareTimeTz(a, b);
  operators((operator) => `timetz_${operator}`, timetz);
  extremes("timetz", timetz);
  crossComparisons();
}
