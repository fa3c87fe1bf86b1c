/**
 * AT TIME ZONE: timestamptz to local timestamp and back, and timetz to another zone.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { MICROS_PER_DAY } from "../../values/calendar.ts";
import type { Interval, TimeTz } from "../../values/datum.ts";
import { fromLocal, toLocal, zoneOffsetAt } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";
import { checkedTimestamp, isFiniteTimestamp } from "./bounds.ts";
import { requireZone, zoneOfInterval } from "./zone-names.ts";

function toZone(zone: TimeZone, timestamp: bigint): bigint {
  return isFiniteTimestamp(timestamp) ? checkedTimestamp(toLocal(zone, timestamp)) : timestamp;
}

function fromZone(zone: TimeZone, local: bigint): bigint {
  return isFiniteTimestamp(local) ? checkedTimestamp(fromLocal(zone, local)) : local;
}

/** The zone's offset is that of the transaction's time. */
function timeInZone(context: EvaluationContext, zone: TimeZone, time: TimeTz): TimeTz {
  const west = -zoneOffsetAt(zone, context.transactionTime) + 0;
  const micros = (time.micros + (time.zone - west) * 1_000_000) % MICROS_PER_DAY;
  return { tag: "timetz", micros: micros < 0 ? micros + MICROS_PER_DAY : micros, zone: west };
}

const zones: Record<string, Implementation> = {
  timestamptz_zone: (_, name: string, a: bigint) =>
    isFiniteTimestamp(a) ? toZone(requireZone(name), a) : a,
  timestamptz_izone: (_, span: Interval, a: bigint) => toZone(zoneOfInterval(span), a),
  timestamp_zone: (_, name: string, a: bigint) =>
    isFiniteTimestamp(a) ? fromZone(requireZone(name), a) : a,
  timestamp_izone: (_, span: Interval, a: bigint) => fromZone(zoneOfInterval(span), a),
  timetz_zone: (context, name: string, a: TimeTz) => timeInZone(context, requireZone(name), a),
  timetz_izone: (context, span: Interval, a: TimeTz) =>
    timeInZone(context, zoneOfInterval(span), a),
};

export function registerZones(): void {
  registerFunctions(zones);
}
