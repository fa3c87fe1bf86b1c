/** Finds a key's version at a snapshot: in memory, else the newest on disk, else an older one there. */
import type { DiskStore, Key, Timestamp } from "@firstlight/common";
import { TIMESTAMP_MAX } from "@firstlight/common";
import { currentKey, olderSpan } from "../layout/disk-keys.ts";
import { currentTimestamp, currentValue, olderValue } from "../layout/version-record.ts";
import type { MemoryTable } from "../memory/memory-table.ts";

export function valueAt(
  table: MemoryTable,
  store: DiskStore,
  key: Key,
  snapshot: Timestamp,
): Uint8Array | undefined {
  const version = table.find(key, snapshot);
  if (version !== undefined) return version.value;
  const record = store.get(currentKey(key));
  return record === undefined ? undefined : valueFromRecord(store, key, record, snapshot);
}

/** `record` is the key's newest version on disk. */
export function valueFromRecord(
  store: DiskStore,
  key: Key,
  record: Uint8Array,
  snapshot: Timestamp,
): Uint8Array | undefined {
  if (currentTimestamp(record) <= snapshot) return currentValue(record);
  for (const { value } of store.range({ span: olderSpan(key, snapshot), limit: 1 })) {
    return olderValue(value);
  }
  return undefined;
}

/**
 * The newest value of a key, if it is earlier than `timestamp`. Undefined for none, for a tombstone,
 * and where the disk holds that time already.
 */
export function newestBefore(
  table: MemoryTable,
  store: DiskStore,
  key: Key,
  timestamp: Timestamp,
): Uint8Array | undefined {
  const newest = table.find(key, TIMESTAMP_MAX);
  if (newest !== undefined) return newest.timestamp < timestamp ? newest.value : undefined;
  const record = store.get(currentKey(key));
  if (record === undefined || currentTimestamp(record) >= timestamp) return undefined;
  return currentValue(record);
}
