/**
 * Time zones as POSIX writes them in TZ: "EST5EDT,M3.2.0,M11.1.0". Offsets in the text count west of
 * UTC. As in PostgreSQL the name may be empty ("+03:30"), and daylight saving without rules follows
 * those of the United States.
 */

/** When daylight saving begins or ends in a year, as a local time. */
export interface PosixRule {
  readonly kind: "julian" | "dayOfYear" | "weekday";
  readonly month: number;
  readonly week: number;
  readonly day: number;
  /** Seconds after midnight. */
  readonly time: number;
}

export interface PosixZone {
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly daylight:
    | { readonly name: string; readonly offset: number; readonly rules: readonly PosixRule[] }
    | undefined;
}

const DEFAULT_RULES = ",M3.2.0,M11.1.0";
const HOURS_MAX = 167;
const NAME = "(?:<([^>]*)>|([^0-9,+\\-<]*))";
const TIME = "([+-]?)(\\d{1,3})(?::(\\d{1,2}))?(?::(\\d{1,2}))?";
const ZONE = new RegExp(
  `^${NAME}${TIME}(?![:\\d])(?:(?:<([^>]*)>|([^0-9,+\\-<]+))(?:${TIME})?(,.*)?)?$`,
  "u",
);
const RULE = new RegExp(
  `^(?:M(\\d{1,2})\\.(\\d)\\.(\\d)|J(\\d{1,3})|(\\d{1,3}))(?:/${TIME})?$`,
  "u",
);

type Parts = readonly (string | undefined)[];

/** The four groups of TIME; undefined when out of range. */
function secondsOf([sign, hours, minutes = "0", seconds = "0"]: Parts): number | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (h > HOURS_MAX || m > 59 || s > 60) return undefined;
  const total = h * 3600 + m * 60 + s;
  return sign === "-" && total !== 0 ? -total : total;
}

function ruleOf(text: string): PosixRule | undefined {
  const match = RULE.exec(text);
  if (match === null) return undefined;
  const [, month, week, weekday, julian, dayOfYear, ...time] = match;
  const seconds = time[1] === undefined ? 7200 : secondsOf(time);
  if (seconds === undefined) return undefined;
  const rule = { month: Number(month ?? 0), week: Number(week ?? 0), time: seconds };
  if (julian !== undefined) return { ...rule, kind: "julian", day: Number(julian) };
  if (dayOfYear !== undefined) return { ...rule, kind: "dayOfYear", day: Number(dayOfYear) };
  const valid = rule.month >= 1 && rule.month <= 12 && rule.week >= 1 && rule.week <= 5;
  return valid && Number(weekday) <= 6
    ? { ...rule, kind: "weekday", day: Number(weekday) }
    : undefined;
}

/** Undefined for what is no such zone. */
export function parsePosixZone(text: string): PosixZone | undefined {
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, quoted, plain, ...rest] = match;
  const west = secondsOf(rest.slice(0, 4));
  if (west === undefined) return undefined;
  const offset = west === 0 ? 0 : -west;
  const zone = { name: quoted ?? plain ?? "", offset };
  const [, , , , quotedDaylight, plainDaylight, , ...daylightTime] = rest;
  const daylightName = quotedDaylight ?? plainDaylight;
  if (daylightName === undefined) return { ...zone, daylight: undefined };
  return withDaylight(zone, daylightName, [rest[6], ...daylightTime]);
}

/** `parts` are the groups of an offset and the rules. */
function withDaylight(
  zone: { readonly name: string; readonly offset: number },
  name: string,
  parts: Parts,
): PosixZone | undefined {
  const west = parts[1] === undefined ? -zone.offset - 3600 : secondsOf(parts.slice(0, 4));
  if (west === undefined) return undefined;
  const rules = (parts[4] ?? DEFAULT_RULES).slice(1).split(",").map(ruleOf);
  const known = rules.filter((rule) => rule !== undefined);
  if (known.length !== 2 || rules.length !== 2) return undefined;
  return { ...zone, daylight: { name, offset: west === 0 ? 0 : -west, rules: known } };
}
