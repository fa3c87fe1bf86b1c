/** pg_timezone_names() and pg_timezone_abbrevs(): zones with their offsets at the present time. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { BOOL, INTERVAL, TEXT } from "../../types/oids.ts";
import type { Datum } from "../../values/datum.ts";
import { makeInterval } from "../../values/interval.ts";
import { makeRecord } from "../../values/record.ts";
import { abbreviations } from "../../values/time-zone-abbreviations.ts";
import { findTimeZone, zoneAbbreviationAt, zoneOffsetAt } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";
import { registerSetReturning } from "../registry.ts";
import { zoneNameCandidates } from "./zone-links.ts";

const QUARTER_MICROS = 7_889_400_000_000n;

/** Daylight saving time is the larger of a year's offsets. */
function isDaylight(zone: TimeZone, now: bigint): boolean {
  const offset = zoneOffsetAt(zone, now);
  const quarters = [-2n, -1n, 1n, 2n];
  return quarters.some((quarter) => zoneOffsetAt(zone, now + quarter * QUARTER_MICROS) < offset);
}

function offsetOf(seconds: number): Datum {
  return makeInterval(0, 0, BigInt(seconds) * 1_000_000n);
}

function* zoneNames(context: EvaluationContext): Generator<Datum> {
  const now = context.transactionTime;
  for (const name of zoneNameCandidates()) {
    const zone = findTimeZone(name);
    if (zone === undefined) continue;
    const [abbreviation, offset] = [zoneAbbreviationAt(zone, now), zoneOffsetAt(zone, now)];
    const fields = [name, abbreviation, offsetOf(offset), isDaylight(zone, now)];
    yield makeRecord([TEXT, TEXT, INTERVAL, BOOL], fields);
  }
}

function* zoneAbbreviations(context: EvaluationContext): Generator<Datum> {
  const now = context.transactionTime;
  for (const [name, abbreviation] of abbreviations()) {
    const zone = abbreviation.kind === "dynamic" ? findTimeZone(abbreviation.zone) : undefined;
    const offset =
      abbreviation.kind === "fixed" ? abbreviation.offset : zone ? zoneOffsetAt(zone, now) : 0;
    const daylight =
      abbreviation.kind === "fixed" ? abbreviation.daylight : zone ? isDaylight(zone, now) : false;
    yield makeRecord([TEXT, INTERVAL, BOOL], [name.toUpperCase(), offsetOf(offset), daylight]);
  }
}

export function registerZoneLists(): void {
  registerSetReturning({
    pg_timezone_names: () => zoneNames,
    pg_timezone_abbrevs: () => zoneAbbreviations,
  });
}
