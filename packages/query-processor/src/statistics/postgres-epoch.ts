/** Moments of statistics are microseconds of Unix time; PostgreSQL counts from the year 2000. */
import type { Clock } from "@firstlight/common";

export const POSTGRES_EPOCH = 946_684_800_000_000;

export function unixMicros(clock: Clock): number {
  return clock.now().latest;
}
