/**
 * Time zones as functions name them: an IANA name, an abbreviation, or an offset.
 */
import { SqlError } from "@firstlight/common";
import type { Interval } from "../../values/datum.ts";
import { findAbbreviation } from "../../values/time-zone-abbreviations.ts";
import { westOfUtc } from "../../values/datetime-parts.ts";
import { DateTimeFailure } from "../../values/datetime-errors.ts";
import { abbreviatedZone, findTimeZone } from "../../values/time-zone.ts";
import type { TimeZone } from "../../values/time-zone.ts";
import { intervalToString } from "../../values/interval.ts";

function fixedZone(name: string, offset: number): TimeZone {
  return { name, fixedOffset: offset, offsetAt: () => offset, abbreviationAt: () => name };
}

/** An abbreviation is tried first, as DecodeTimezoneName does. */
export function requireZone(name: string): TimeZone {
  const abbreviation = findAbbreviation(name.toLowerCase());
  if (abbreviation?.kind === "fixed") return fixedZone(name, abbreviation.offset);
  const zone = findTimeZone(abbreviation === undefined ? name : abbreviation.zone);
  if (zone !== undefined) return abbreviation === undefined ? zone : abbreviatedZone(zone, name);
  throw new SqlError("22023", `time zone "${name}" not recognized`);
}

/** As requireZone, but offsets count east of UTC and begin with their sign: parse_sane_timezone. */
export function requireSaneZone(name: string): TimeZone {
  if (/^\d/u.test(name)) {
    throw new SqlError("22023", `invalid input syntax for type numeric time zone: "${name}"`, {
      hint: 'Numeric time zones must have "-" or "+" as first character.',
    });
  }
  try {
    const west = westOfUtc(name);
    return fixedZone(name, west === 0 ? 0 : -west);
  } catch (error) {
    if (!(error instanceof DateTimeFailure)) throw error;
    if (error.fault.kind === "zoneOverflow") {
      throw new SqlError("22023", `numeric time zone "${name}" out of range`);
    }
    return requireZone(name);
  }
}

/** A zone given as an interval east of UTC. */
export function zoneOfInterval(span: Interval): TimeZone {
  if (span.months !== 0 || span.days !== 0) {
    const text = intervalToString(span, "postgres");
    throw new SqlError("22023", `interval time zone "${text}" must not include months or days`);
  }
  return fixedZone("", Number(span.micros / 1_000_000n));
}
