/**
 * Names of time zones as SET TimeZone takes them: IANA names in any case, and POSIX offsets. The
 * names come from the runtime's own zone database.
 */
import { parsePosixZone } from "../time/posix-zone.ts";

let namesByLowerCase: Map<string, string> | undefined;

function names(): Map<string, string> {
  namesByLowerCase ??= new Map(
    [...Intl.supportedValuesOf("timeZone"), "UTC", "GMT"].map((name) => [name.toLowerCase(), name]),
  );
  return namesByLowerCase;
}

/** Intl knows aliases (US/Pacific) that its own list leaves out. */
function isKnownAlias(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function titleCase(name: string): string {
  return name
    .split("/")
    .map((part) => (part.length <= 3 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join("/");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Offset east of UTC in seconds as PostgreSQL shows it: "<+05:30>-05:30". */
export function posixOffset(secondsEast: number): string {
  const total = Math.abs(secondsEast);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  let text = two(hours);
  if (minutes !== 0 || seconds !== 0) text += `:${two(minutes)}`;
  if (seconds !== 0) text += `:${two(seconds)}`;
  return secondsEast < 0 ? `<-${text}>+${text}` : `<+${text}>-${text}`;
}

/** The canonical name, or undefined when there is no such zone. */
export function canonicalTimeZone(value: string): string | undefined {
  const name = value.trim();
  const hours = /^[+-]?\d+(?:\.\d+)?$/.test(name) ? Number(name) : undefined;
  if (hours !== undefined) {
    return Math.abs(hours) < 168 ? posixOffset(Math.round(hours * 3600)) : undefined;
  }
  const known = names().get(name.toLowerCase());
  if (known !== undefined) return known;
  if (isKnownAlias(name)) return name === name.toLowerCase() ? titleCase(name) : name;
  return parsePosixZone(name) === undefined ? undefined : name;
}
