/**
 * Which time of the past a session reads at: firstlight.as_of, a timestamp or an interval back, and
 * timestamps as SET TRANSACTION SNAPSHOT takes them. Storage refuses what is behind its horizon
 * (72000) when something is read.
 */
import { SqlError, timestamp } from "@firstlight/common";
import type { Timestamp } from "@firstlight/common";
import type { FormatSettings } from "@firstlight/sql";
import { intervalSpan, parseInterval, parseTimestampTz } from "@firstlight/sql";
import type { Session } from "./session.ts";
import { postgresTime, unixMicros } from "./statement-evaluation.ts";

const AS_OF = "firstlight.as_of";

/** `back`: microseconds before the beginning of each transaction. */
type PastSnapshot =
  | { readonly kind: "at"; readonly timestamp: Timestamp }
  | { readonly kind: "back"; readonly micros: number };

/** A text as timestamp with time zone; undefined if it is none. */
export function timestampIn(
  text: string,
  format: FormatSettings,
  now: Timestamp,
): Timestamp | undefined {
  try {
    const micros = unixMicros(parseTimestampTz(text, -1, format, postgresTime(now)));
    return Number.isSafeInteger(micros) && micros >= 0 ? timestamp(micros) : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function intervalIn(text: string, format: FormatSettings): number | undefined {
  try {
    const micros = Math.abs(Number(intervalSpan(parseInterval(text, -1, format))));
    return Number.isSafeInteger(micros) ? micros : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function parseAsOf(text: string, format: FormatSettings, now: Timestamp): PastSnapshot {
  const at = timestampIn(text, format, now);
  if (at !== undefined) {
    if (at > now) throw inTheFuture(text);
    return { kind: "at", timestamp: at };
  }
  const micros = intervalIn(text, format);
  if (micros !== undefined) return { kind: "back", micros };
  throw new SqlError("22023", `invalid value for parameter "${AS_OF}": "${text}"`, {
    hint: "A timestamp, or an interval that is counted back from the beginning of a transaction.",
  });
}

export function inTheFuture(text: string): SqlError {
  return new SqlError("22023", `snapshot "${text}" is in the future`);
}

/** Throws for a value that firstlight.as_of cannot have. */
export function checkAsOf({ settings, runtime }: Session, text: string): void {
  if (text.trim() === "") return;
  parseAsOf(text.trim(), settings.derived.format, runtime.clock.now().latest);
}

/** What a transaction that begins now is told to read at; undefined for the present. */
export function pastSnapshot({ settings, runtime }: Session): Timestamp | undefined {
  const { asOf, format } = settings.derived;
  if (asOf === "") return undefined;
  const now = runtime.clock.now().latest;
  const past = parseAsOf(asOf, format, now);
  return past.kind === "at" ? past.timestamp : timestamp(Math.max(0, now - past.micros));
}
