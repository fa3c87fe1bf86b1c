/**
 * Moves the horizon and removes what no readable snapshot can see. Every flushed slice left a list
 * of the keys that it superseded, under the timestamp of its youngest version; when the horizon
 * passes that, each key keeps the version visible at the horizon and all later ones. So collection
 * costs what there is to collect, not what there is.
 */
import type {
  DiskEntry,
  DiskStore,
  DiskWrite,
  Key,
  NodeRuntime,
  Timer,
  Timestamp,
} from "@firstlight/common";
import { isAtOrBefore, laterOf, plusMicros } from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import { HORIZON_KEY, currentKey, garbageSpan, olderSpan } from "../layout/disk-keys.ts";
import {
  currentTimestamp,
  currentValue,
  decodeKeys,
  encodeNumber,
  olderValue,
} from "../layout/version-record.ts";
import type { StorageSettings } from "../settings.ts";
import { removeDropped } from "./dropped-tables.ts";

export interface CollectorParts {
  readonly runtime: NodeRuntime;
  readonly store: DiskStore;
  readonly settings: StorageSettings;
  readonly bugs: StorageBugs;
  readonly watermark: () => Timestamp;
  readonly onHorizon: (horizon: Timestamp) => void;
  readonly onFailure: (error: unknown) => void;
}

export class Collector {
  readonly #parts: CollectorParts;
  #horizon: Timestamp;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: CollectorParts, horizon: Timestamp) {
    this.#parts = parts;
    this.#horizon = horizon;
  }

  get horizon(): Timestamp {
    return this.#horizon;
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = this.#parts.runtime.clock.after(this.#parts.settings.collectMicros, () =>
      this.#run(),
    );
  }

  #run(): void {
    if (this.#stopped) return;
    try {
      this.#moveHorizon();
      const worked = this.#collectSlice() || removeDropped(this.#parts.store, this.#horizon);
      if (worked) this.#parts.runtime.clock.endOfTick(() => this.#run());
      else this.#arm();
    } catch (error) {
      this.#stopped = true;
      this.#parts.onFailure(error);
    }
  }

  /** Stored BEFORE anything behind it is removed, and never back. */
  #moveHorizon(): void {
    const { watermark, settings, store } = this.#parts;
    const horizon = laterOf(this.#horizon, plusMicros(watermark(), -settings.retentionMicros));
    if (horizon === this.#horizon) return;
    this.#horizon = horizon;
    store.write([{ key: HORIZON_KEY, value: encodeNumber(horizon) }]);
    this.#parts.onHorizon(horizon);
  }

  /** Works off one list; whether there was one. */
  #collectSlice(): boolean {
    const { store, bugs, watermark, runtime } = this.#parts;
    const upTo = bugs.has("collectTooEarly") ? watermark() : this.#horizon;
    const list = first(store, upTo);
    if (list === undefined) return false;
    const batch: DiskWrite[] = [{ key: list.key, value: undefined }];
    for (const key of decodeKeys(list.value)) collectKey(store, key, upTo, batch);
    store.write(batch);
    runtime.metrics.count("storage.versions_collected", batch.length - 1);
    return true;
  }
}

function first(store: DiskStore, upTo: Timestamp): DiskEntry | undefined {
  for (const entry of store.range({ span: garbageSpan(upTo), limit: 1 })) return entry;
  return undefined;
}

/** Older versions at or before the horizon: all but the newest of them are behind another. */
function collectKey(store: DiskStore, key: Key, horizon: Timestamp, batch: DiskWrite[]): void {
  const current = store.get(currentKey(key));
  if (current === undefined) return;
  let isSuperseded = isAtOrBefore(currentTimestamp(current), horizon);
  if (isSuperseded && currentValue(current) === undefined) {
    batch.push({ key: currentKey(key), value: undefined });
  }
  for (const entry of store.range({ span: olderSpan(key, horizon) })) {
    // A tombstone that is the newest at the horizon reads like the nothing that remains of it.
    if (isSuperseded || olderValue(entry.value) === undefined) {
      batch.push({ key: entry.key, value: undefined });
    }
    isSuperseded = true;
  }
}
