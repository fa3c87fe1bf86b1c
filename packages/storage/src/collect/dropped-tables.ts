/**
 * Removes the rows and index entries of dropped storage ids. A mark says that nothing at or after its
 * timestamp reads them; when the horizon has passed it, nobody can, so they go without a trace.
 */
import type { DiskStore, DiskWrite, Key, Timestamp } from "@firstlight/common";
import { DROPPED_SPAN, TIMESTAMP_MAX, droppedSpan, isAtOrBefore } from "@firstlight/common";
import { currentSpan, keyOfCurrent, olderSpan } from "../layout/disk-keys.ts";
import { currentTimestamp, currentValue } from "../layout/version-record.ts";

const KEYS_PER_SLICE = 500;

/** The first mark behind the horizon, as a key of the store. */
function dueMark(store: DiskStore, horizon: Timestamp): Key | undefined {
  for (const { key, value } of store.range({ span: currentSpan(DROPPED_SPAN) })) {
    if (currentValue(value) !== undefined && isAtOrBefore(currentTimestamp(value), horizon)) {
      return key;
    }
  }
  return undefined;
}

/** Removes some keys of one dropped storage id, or its mark when none is left; whether it did. */
export function removeDropped(store: DiskStore, horizon: Timestamp): boolean {
  const mark = dueMark(store, horizon);
  if (mark === undefined) return false;
  const batch: DiskWrite[] = [];
  const span = currentSpan(droppedSpan(keyOfCurrent(mark)));
  for (const { key } of store.range({ span, limit: KEYS_PER_SLICE })) {
    batch.push({ key, value: undefined });
    for (const older of store.range({ span: olderSpan(keyOfCurrent(key), TIMESTAMP_MAX) })) {
      batch.push({ key: older.key, value: undefined });
    }
  }
  if (batch.length === 0) batch.push({ key: mark, value: undefined });
  store.write(batch);
  return true;
}
