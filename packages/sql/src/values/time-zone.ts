/**
 * Time zones by IANA name or POSIX offset. Offsets come from Intl and are cached as segments per
 * year, so that a conversion costs a table look-up. Offsets are in seconds EAST of UTC here; where
 * PostgreSQL counts west (timetz, DateTime zones) the caller negates.
 */
import { MICROS_PER_DAY_BIG, UNIX_EPOCH_JULIAN, julianDay } from "./calendar.ts";
import { posixZone } from "./posix-time-zone.ts";
import { abbreviationOf, numericName } from "./time-zone-names.ts";

export interface TimeZone {
  /** As SHOW TimeZone prints it. */
  readonly name: string;
  /** The same at all times; undefined for zones that changed. */
  readonly fixedOffset: number | undefined;
  /** Seconds east of UTC at `utc` seconds since the Unix epoch. */
  offsetAt(utc: number): number;
  /** "EST", "CET" or "+03". */
  abbreviationAt(utc: number): string;
  /** Where the rule of offsetOfLocal does not hold. */
  offsetOfLocal?(local: number): number;
}

const SECONDS_PER_DAY = 86400;
const UNIX_TO_POSTGRES_SECONDS = 946684800;
/** Beyond this year zones repeat every 400 years, which is when the calendar repeats. */
const LAST_EXACT_YEAR = 2500;
const CYCLE_SECONDS = 146097 * SECONDS_PER_DAY;
/** Nothing changes before zones were introduced. */
const FIRST_ZONE_SECONDS = -4_000_000_000;
const ZONES_CACHED_MAX = 1000;

class FixedZone implements TimeZone {
  readonly name: string;
  readonly fixedOffset: number;
  readonly #abbreviation: string;

  constructor(name: string, offset: number, abbreviation: string) {
    this.name = name;
    this.fixedOffset = offset;
    this.#abbreviation = abbreviation;
  }

  offsetAt(): number {
    return this.fixedOffset;
  }

  abbreviationAt(): string {
    return this.#abbreviation;
  }
}

interface Segment {
  /** Valid from this UTC second on. */
  readonly start: number;
  readonly offset: number;
}

/** Half a month: no zone has had two changes that cancel within less. */
const PROBE_SECONDS = 15 * SECONDS_PER_DAY;

class IntlZone implements TimeZone {
  readonly name: string;
  readonly fixedOffset: undefined;
  readonly #format: Intl.DateTimeFormat;
  readonly #buckets = new Map<number, readonly Segment[]>();
  readonly #identifier: string;
  #last: readonly Segment[] = [];
  #lastBucket = Number.NaN;

  constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
    this.#identifier = format.resolvedOptions().timeZone;
  }

  offsetAt(utc: number): number {
    const time = Math.max(cycled(utc), FIRST_ZONE_SECONDS);
    const bucket = Math.floor(time / BUCKET_SECONDS);
    const segments = bucket === this.#lastBucket ? this.#last : this.#segments(bucket);
    for (let i = segments.length - 1; i > 0; i--) {
      const segment = segments[i] as Segment;
      if (time >= segment.start) return segment.offset;
    }
    return (segments[0] as Segment).offset;
  }

  abbreviationAt(utc: number): string {
    const time = cycled(utc);
    return abbreviationOf(this.#identifier, time, this.offsetAt(time), (at) => this.offsetAt(at));
  }

  #segments(bucket: number): readonly Segment[] {
    let segments = this.#buckets.get(bucket);
    if (segments === undefined) {
      segments = this.#probe(bucket * BUCKET_SECONDS);
      this.#buckets.set(bucket, segments);
    }
    this.#last = segments;
    this.#lastBucket = bucket;
    return segments;
  }

  #probe(start: number): readonly Segment[] {
    const segments: Segment[] = [{ start, offset: this.#ask(start) }];
    let offset = (segments[0] as Segment).offset;
    for (let low = start; low < start + BUCKET_SECONDS; low += PROBE_SECONDS) {
      const next = this.#ask(low + PROBE_SECONDS);
      if (next === offset) continue;
      segments.push({ start: this.#transition(low, low + PROBE_SECONDS, next), offset: next });
      offset = next;
    }
    return segments;
  }

  /** The first second in (low, high] with the offset of `high`. */
  #transition(low: number, high: number, offset: number): number {
    let before = low;
    let after = high;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#ask(middle) === offset) after = middle;
      else before = middle;
    }
    return after;
  }

  #ask(utc: number): number {
    const text = this.#format.format(utc * 1000);
    const match = LOCAL_TIME.exec(text);
    if (match === null) return 0;
    const days =
      julianDay(Number(match[1]), Number(match[2]), Number(match[3])) - UNIX_EPOCH_JULIAN;
    const seconds = Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6]);
    return days * SECONDS_PER_DAY + seconds - utc;
  }
}

/** About a year, a multiple of the probe. */
const BUCKET_SECONDS = 24 * PROBE_SECONDS;
const LOCAL_TIME = /^(\d+)-(\d+)-(\d+), (\d+):(\d+):(\d+)$/;
const CYCLE_START = (julianDay(LAST_EXACT_YEAR, 1, 1) - UNIX_EPOCH_JULIAN) * SECONDS_PER_DAY;

function cycled(utc: number): number {
  if (utc < CYCLE_START) return utc;
  return utc - CYCLE_SECONDS * (Math.floor((utc - CYCLE_START) / CYCLE_SECONDS) + 1);
}

export const UTC_ZONE: TimeZone = new FixedZone("UTC", 0, "UTC");
const cache = new Map<string, TimeZone | null>();

/** The zone of a name in any case, or undefined if there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  let zone = cache.get(name);
  if (zone === undefined) {
    zone = loadTimeZone(name) ?? null;
    if (cache.size < ZONES_CACHED_MAX) cache.set(name, zone);
  }
  return zone ?? undefined;
}

const UTC_NAMES = /^(?:etc\/)?(?:utc|uct|universal|zulu)$/i;
const GMT_NAMES = /^(?:etc\/)?(?:gmt|gmt0|gmt\+0|gmt-0|greenwich)$/i;
const ETC_OFFSET = /^etc\/gmt([+-])(\d{1,2})$/i;

function loadTimeZone(name: string): TimeZone | undefined {
  if (UTC_NAMES.test(name)) return new FixedZone(properCase(name), 0, "UTC");
  if (GMT_NAMES.test(name)) return new FixedZone(properCase(name), 0, "GMT");
  const etc = ETC_OFFSET.exec(name);
  if (etc !== null && Number(etc[2]) <= 14) {
    const east = Number(etc[2]) * (etc[1] === "+" ? -3600 : 3600);
    return new FixedZone(properCase(name), east, numericName(east));
  }
  return intlZone(name) ?? posixZone(name, (offset, text) => new FixedZone(name, offset, text));
}

function intlZone(name: string): TimeZone | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return undefined;
  if (!name.includes("/") && !LONE_NAMES.has(name.toLowerCase())) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return new IntlZone(properCase(name), format);
  } catch {
    return undefined;
  }
}

/** tzdata names without a slash. Intl knows others (PST, IST) that tzdata does not. */
const LONE_NAMES: ReadonlySet<string> = new Set(
  (
    "cet cst6cdt cuba eet egypt eire est est5edt gb gb-eire hongkong hst iceland iran israel " +
    "jamaica japan kwajalein libya met mst mst7mdt navajo nz nz-chat poland portugal prc " +
    "pst8pdt roc rok singapore turkey w-su wet"
  ).split(" "),
);

const UPPER_NAMES =
  /^(?:utc|uct|gmt[+-]?\d*|cet|eet|met|wet|est|mst|hst|prc|roc|rok|gb|nz|us|est5edt|cst6cdt|mst7mdt|pst8pdt)$/;
const LOWER_WORDS: ReadonlySet<string> = new Set(["of", "es", "au"]);

/** The spelling in tzdata of a name in any case. */
function properCase(name: string): string {
  if (/[A-Z]/.test(name)) return name;
  return name
    .split("/")
    .map((part) => (UPPER_NAMES.test(part) ? part.toUpperCase() : capitalized(part)))
    .join("/");
}

function capitalized(part: string): string {
  return part.replace(/[a-z]+/g, (word, at: number) =>
    at > 0 && LOWER_WORDS.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1),
  );
}

/**
 * The offset east of UTC of a local time, in seconds since the Unix epoch as if local were UTC.
 * A time skipped in spring takes the offset before the change; one that occurs twice in autumn
 * takes the offset after it, as DetermineTimeZoneOffset does.
 */
export function offsetOfLocal(zone: TimeZone, local: number): number {
  if (zone.fixedOffset !== undefined) return zone.fixedOffset;
  if (zone.offsetOfLocal !== undefined) return zone.offsetOfLocal(local);
  const before = zone.offsetAt(local - SECONDS_PER_DAY);
  const after = zone.offsetAt(local + SECONDS_PER_DAY);
  if (before === after) return before;
  const afterValid = zone.offsetAt(local - after) === after;
  if (afterValid) return after;
  return before;
}

/** How far an abbreviation is looked for, in steps that no use of one is shorter than. */
const LOOKS_MAX = 200;
const LOOK_SECONDS = 75 * SECONDS_PER_DAY;

/** The offset that the abbreviation stands for at a time: of its latest use, else of its next one. */
function abbreviatedOffset(zone: TimeZone, abbreviation: string, utc: number): number | undefined {
  for (const direction of [-1, 1]) {
    for (let look = 0; look < LOOKS_MAX; look++) {
      const at = utc + direction * look * LOOK_SECONDS;
      if (zone.abbreviationAt(at) === abbreviation) return zone.offsetAt(at);
    }
  }
  return undefined;
}

/** An abbreviation that has meant different offsets in its zone: "MSK" of Europe/Moscow. */
export function abbreviatedZone(zone: TimeZone, abbreviation: string): TimeZone {
  const name = abbreviation.toUpperCase();
  const offsetAt = (utc: number): number =>
    abbreviatedOffset(zone, name, utc) ?? zone.offsetAt(utc);
  return {
    name,
    fixedOffset: undefined,
    offsetAt,
    abbreviationAt: () => name,
    offsetOfLocal: (local) => {
      const offset = offsetOfLocal(zone, local);
      return abbreviatedOffset(zone, name, local - offset) ?? offset;
    },
  };
}

function secondsOf(timestamp: bigint): number {
  const seconds = timestamp / 1_000_000n;
  const floored = seconds * 1_000_000n > timestamp ? seconds - 1n : seconds;
  return Number(floored) + UNIX_TO_POSTGRES_SECONDS;
}

/** Seconds east of UTC at a finite timestamptz. */
export function zoneOffsetAt(zone: TimeZone, timestamp: bigint): number {
  return zone.fixedOffset ?? zone.offsetAt(secondsOf(timestamp));
}

export function zoneAbbreviationAt(zone: TimeZone, timestamp: bigint): string {
  return zone.abbreviationAt(secondsOf(timestamp));
}

/** Seconds east of UTC that a finite local timestamp has in the zone. */
export function zoneOffsetOfLocal(zone: TimeZone, timestamp: bigint): number {
  return zone.fixedOffset ?? offsetOfLocal(zone, secondsOf(timestamp));
}

/** A finite timestamptz as local timestamp. */
export function toLocal(zone: TimeZone, timestamp: bigint): bigint {
  return timestamp + BigInt(zoneOffsetAt(zone, timestamp)) * 1_000_000n;
}

/** A finite local timestamp as timestamptz. */
export function fromLocal(zone: TimeZone, timestamp: bigint): bigint {
  return timestamp - BigInt(zoneOffsetOfLocal(zone, timestamp)) * 1_000_000n;
}

/** Local midnight of a date as timestamptz. */
export function midnightOf(zone: TimeZone, date: number): bigint {
  return fromLocal(zone, BigInt(date) * MICROS_PER_DAY_BIG);
}
