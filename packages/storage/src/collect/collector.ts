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
import { earlierOf, isAtOrBefore, laterOf, plusMicros } from "@firstlight/common";
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

/** Between two pages of a copy. */
const HOLD_MICROS = 30_000_000;
/** Versions must not pile up because of one copy. */
const HOLD_MICROS_MAX = 3_600_000_000;

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
  #held: { readonly snapshot: Timestamp; readonly until: number; readonly end: number } | undefined;

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

  /** The horizon does not pass `snapshot` for a while; a copy that takes too long is given up. */
  hold(snapshot: Timestamp): void {
    const now = this.#parts.runtime.clock.monotonicMicros();
    const held = this.#held;
    if (held !== undefined && held.until > now && held.snapshot <= snapshot) {
      if (held.snapshot < snapshot) return;
      this.#held = { ...held, until: Math.min(held.end, now + HOLD_MICROS) };
    } else this.#held = { snapshot, until: now + HOLD_MICROS, end: now + HOLD_MICROS_MAX };
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
    const reached = plusMicros(watermark(), -settings.retentionMicros);
    const horizon = laterOf(this.#horizon, earlierOf(reached, this.#heldSnapshot() ?? reached));
    if (horizon === this.#horizon) return;
    this.#horizon = horizon;
    store.write([{ key: HORIZON_KEY, value: encodeNumber(horizon) }]);
    this.#parts.onHorizon(horizon);
  }

  #heldSnapshot(): Timestamp | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    if (held.until > this.#parts.runtime.clock.monotonicMicros()) return held.snapshot;
    this.#held = undefined;
    return undefined;
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
