/**
 * Conversions between the date and time types, and their length coercions.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { MICROS_PER_DAY_BIG, dayOfTimestamp, timeOfTimestamp } from "../../values/calendar.ts";
import { roundTime, roundTimestamp } from "../../values/datetime-input.ts";
import type { Interval, TimeTz } from "../../values/datum.ts";
import { TIMESTAMP_INFINITY } from "../../values/datum.ts";
import { applyIntervalTypmod, makeInterval } from "../../values/interval.ts";
import { fromLocal, toLocal, zoneOffsetAt, zoneOffsetOfLocal } from "../../values/time-zone.ts";
import { timestampOfDate } from "./arithmetic.ts";
import { checkedTimestamp, isFiniteTimestamp, sessionZone } from "./bounds.ts";

function dateOf(timestamp: bigint): number {
  if (isFiniteTimestamp(timestamp)) return dayOfTimestamp(timestamp);
  return timestamp === TIMESTAMP_INFINITY ? Infinity : -Infinity;
}

function localOf(context: EvaluationContext, timestamp: bigint): bigint {
  if (!isFiniteTimestamp(timestamp)) return timestamp;
  return checkedTimestamp(toLocal(sessionZone(context), timestamp));
}

function instantOf(context: EvaluationContext, local: bigint): bigint {
  if (!isFiniteTimestamp(local)) return local;
  return checkedTimestamp(fromLocal(sessionZone(context), local));
}

/** Null for an infinite timestamp. */
function timeOf(timestamp: bigint): number | null {
  return isFiniteTimestamp(timestamp) ? timeOfTimestamp(timestamp) : null;
}

function timeTzOf(context: EvaluationContext, timestamp: bigint): TimeTz | null {
  if (!isFiniteTimestamp(timestamp)) return null;
  const east = zoneOffsetAt(sessionZone(context), timestamp);
  const micros = timeOfTimestamp(timestamp + BigInt(east) * 1_000_000n);
  return { tag: "timetz", micros, zone: -east + 0 };
}

/** A time takes the offset that the zone has at that time today. */
function withZone(context: EvaluationContext, micros: number): TimeTz {
  const zone = sessionZone(context);
  const today = dayOfTimestamp(toLocal(zone, context.transactionTime));
  const local = BigInt(today) * MICROS_PER_DAY_BIG + BigInt(micros);
  return { tag: "timetz", micros, zone: -zoneOffsetOfLocal(zone, local) + 0 };
}

function timeOfInterval(span: Interval): number {
  const rest = span.micros % MICROS_PER_DAY_BIG;
  return Number(rest < 0n ? rest + MICROS_PER_DAY_BIG : rest);
}

const casts: Record<string, Implementation> = {
  timestamp_date: (_, a: bigint) => dateOf(a),
  timestamptz_date: (context, a: bigint) => dateOf(localOf(context, a)),
  date_timestamp: (_, a: number) => timestampOfDate(a),
  date_timestamptz: (context, a: number) => instantOf(context, timestampOfDate(a)),
  timestamp_timestamptz: (context, a: bigint) => instantOf(context, a),
  timestamptz_timestamp: (context, a: bigint) => localOf(context, a),
  timestamp_time: (_, a: bigint) => timeOf(a),
  timestamptz_time: (context, a: bigint) => timeOf(localOf(context, a)),
  timestamptz_timetz: (context, a: bigint) => timeTzOf(context, a),
  time_timetz: (context, a: number) => withZone(context, a),
  timetz_time: (_, a: TimeTz) => a.micros,
  time_interval: (_, a: number) => makeInterval(0, 0, BigInt(a)),
  interval_time: (_, a: Interval) => timeOfInterval(a),
  "timestamptz(date,time)": (context, date: number, time: number) => {
    const day = timestampOfDate(date);
    return instantOf(context, isFiniteTimestamp(day) ? day + BigInt(time) : day);
  },
  timestamp_scale: (_, a: bigint, typmod: number) => roundTimestamp(a, typmod),
  timestamptz_scale: (_, a: bigint, typmod: number) => roundTimestamp(a, typmod),
  time_scale: (_, a: number, typmod: number) => roundTime(a, typmod),
  timetz_scale: (_, a: TimeTz, typmod: number) => ({ ...a, micros: roundTime(a.micros, typmod) }),
  interval_scale: (_, a: Interval, typmod: number) => applyIntervalTypmod(a, typmod),
};

export function registerDatetimeCasts(): void {
  registerFunctions(casts);
}
