/**
 * Timestamps: whole microseconds since the Unix epoch as safe integers. All order between
 * timestamps is decided here, so that a timestamp is never compared with another kind of number.
 */
declare const timestampBrand: unique symbol;
export type Timestamp = number & { readonly [timestampBrand]: "Timestamp" };

export const TIMESTAMP_ZERO: Timestamp = 0 as Timestamp;
export const TIMESTAMP_MAX: Timestamp = Number.MAX_SAFE_INTEGER as Timestamp;

export function timestamp(micros: number): Timestamp {
  if (!Number.isSafeInteger(micros) || micros < 0) throw new RangeError(`no timestamp: ${micros}`);
  return micros as Timestamp;
}

export function isBefore(a: Timestamp, b: Timestamp): boolean {
  return a < b;
}

export function isAtOrBefore(a: Timestamp, b: Timestamp): boolean {
  return a <= b;
}

export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a - b;
}

export function laterOf(a: Timestamp, b: Timestamp): Timestamp {
  return a < b ? b : a;
}

export function earlierOf(a: Timestamp, b: Timestamp): Timestamp {
  return a < b ? a : b;
}

/** `t + micros`; negative durations are clamped at zero. */
export function plusMicros(t: Timestamp, micros: number): Timestamp {
  return Math.max(0, t + micros) as Timestamp;
}

/** The hybrid logical step: the clock's reading, but never at or below what was given out. */
export function nextTimestamp(now: Timestamp, last: Timestamp): Timestamp {
  return (now > last ? now : last + 1) as Timestamp;
}
