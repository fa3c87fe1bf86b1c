/** What a replica finds on its disk when it starts. Refuses a store in a format that it does not know. */
import type { DiskStore, LogId, Timestamp } from "@firstlight/common";
import {
  CATALOG_VERSION_KEY,
  KEY_MAX,
  KEY_MIN,
  TIMESTAMP_MAX,
  TIMESTAMP_ZERO,
  timestamp,
} from "@firstlight/common";
import {
  BOOTS_KEY,
  FILLING_KEY,
  FORMAT_KEY,
  HORIZON_KEY,
  currentKey,
  olderSpan,
  positionKey,
  timestampOfOlder,
} from "./layout/disk-keys.ts";
import type { CheckedStore } from "./layout/checked-store.ts";
import type { Position } from "./layout/version-record.ts";
import {
  currentTimestamp,
  currentValue,
  decodeNumber,
  decodePosition,
  encodeNumber,
  olderValue,
} from "./layout/version-record.ts";
import { CatalogHistory } from "./read/catalog-history.ts";

/** 2: every record ends in a checksum. */
export const FORMAT = 2;
const START: Position = { index: 0, timestamp: TIMESTAMP_ZERO };

export interface BootState {
  /** How often this store was opened, this time included. */
  readonly boot: number;
  readonly horizon: Timestamp;
  readonly positions: ReadonlyMap<LogId, Position>;
  readonly catalog: CatalogHistory;
}

/** A copy from another replica was begun and not completed. */
export function isHalfFilled(store: DiskStore): boolean {
  return store.get(FILLING_KEY) !== undefined;
}

/** Nothing was ever stored. */
export function isEmptyStore(store: DiskStore): boolean {
  for (const _ of store.range({ span: { start: KEY_MIN, end: KEY_MAX }, limit: 1 })) return false;
  return true;
}

/** BEFORE anything else is read: throws for a store in another format. */
export function checkFormat(store: CheckedStore): void {
  const bytes = store.unchecked(FORMAT_KEY);
  // A damaged one has a checksum that tells; earlier formats had none.
  if (bytes === undefined || bytes.length > 8) return;
  throw new Error(
    `the store has format ${decodeNumber(bytes)}, this program reads format ${FORMAT}: dump the data with the program that wrote it`,
  );
}

export function loadBootState(store: CheckedStore, logs: readonly LogId[]): BootState {
  checkFormat(store);
  const format = number(store, FORMAT_KEY) ?? FORMAT;
  if (format !== FORMAT) {
    throw new Error(`the store has format ${format}, this program reads format ${FORMAT}`);
  }
  const boot = (number(store, BOOTS_KEY) ?? 0) + 1;
  store.write([
    { key: FORMAT_KEY, value: encodeNumber(FORMAT) },
    { key: BOOTS_KEY, value: encodeNumber(boot) },
  ]);
  const horizon = timestamp(number(store, HORIZON_KEY) ?? 0);
  const positions = new Map(logs.map((log) => [log, positionOf(store, log)]));
  return { boot, horizon, positions, catalog: loadCatalogHistory(store) };
}

function number(store: DiskStore, key: typeof FORMAT_KEY): number | undefined {
  const bytes = store.get(key);
  return bytes === undefined ? undefined : decodeNumber(bytes);
}

function positionOf(store: DiskStore, log: LogId): Position {
  const bytes = store.get(positionKey(log));
  return bytes === undefined ? START : decodePosition(bytes);
}

function loadCatalogHistory(store: DiskStore): CatalogHistory {
  const history = new CatalogHistory();
  const span = olderSpan(CATALOG_VERSION_KEY, TIMESTAMP_MAX);
  for (const { key, value } of store.range({ span, reverse: true })) {
    history.add(timestamp(timestampOfOlder(key)), olderValue(value));
  }
  const newest = store.get(currentKey(CATALOG_VERSION_KEY));
  if (newest !== undefined) history.add(currentTimestamp(newest), currentValue(newest));
  return history;
}
