/**
 * Reads everything that is on disk again and again, slowly, so that what is damaged is found while
 * another replica still has it, and not when it is needed.
 */
import type { DiskStore, Key, NodeRuntime, Timer } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, keyAfter } from "@firstlight/common";
import { DamagedRecordError } from "./layout/checksum.ts";
import type { StorageSettings } from "./settings.ts";

export interface ScrubberParts {
  readonly runtime: NodeRuntime;
  readonly store: DiskStore;
  readonly settings: StorageSettings;
  /** Of each record that is damaged, once a round. */
  readonly onDamage: (error: unknown) => void;
}

export class Scrubber {
  readonly #parts: ScrubberParts;
  #at: Key = KEY_MIN;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: ScrubberParts) {
    this.#parts = parts;
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
    const { runtime, settings } = this.#parts;
    this.#timer = runtime.clock.after(settings.scrubMicros, () => {
      this.#slice();
      this.#arm();
    });
  }

  #slice(): void {
    const { store, settings, runtime } = this.#parts;
    const span = { start: this.#at, end: KEY_MAX };
    let seen = 0;
    try {
      for (const { key } of store.range({ span, limit: settings.scrubRecords })) {
        seen++;
        this.#at = keyAfter(key);
      }
    } catch (error) {
      if (error instanceof DamagedRecordError) this.#at = keyAfter(error.key);
      this.#parts.onDamage(error);
      return;
    }
    runtime.metrics.count("storage.records_scrubbed", seen);
    if (seen < settings.scrubRecords) this.#at = KEY_MIN;
  }
}
