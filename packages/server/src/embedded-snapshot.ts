/**
 * The snapshot of a transaction in the embedded composition: the newest timestamp that storage is
 * known to have reached, so that a read waits for nothing. After a while without commits that would
 * be so old that the horizon could pass it while the transaction runs: then it is the present, which
 * the adjudicator promises for the asking.
 */
import type { Timestamp } from "@firstlight/common";
import { laterOf, plusMicros } from "@firstlight/common";

/** Far less than storage keeps versions for, less what a transaction may take. */
export const SNAPSHOT_AGE_MICROS_MAX = 10_000_000;

export function embeddedSnapshot(reached: Timestamp, now: Timestamp): Timestamp {
  return now > plusMicros(reached, SNAPSHOT_AGE_MICROS_MAX) ? laterOf(reached, now) : reached;
}
