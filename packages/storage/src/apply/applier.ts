/**
 * Applies the entries of all logs in timestamp order and publishes the watermark.
 *
 * An entry is applied only when every log's own watermark has reached its timestamp, and the
 * node's watermark reaches an entry's timestamp only AFTER the last mutation of that entry and of
 * all entries before it: a snapshot at or below the watermark sees all of a transaction or nothing
 * (I4), and what it sees never changes (I5, I7). Large entries are applied over several turns of
 * the event loop.
 */
import type { Clock, LogEntry, Metrics, Mutation, Timestamp } from "@firstlight/common";
import { MutationReader, TIMESTAMP_MAX, plusMicros } from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import type { Flusher } from "../flush/flusher.ts";
import type { SliceWriter } from "../flush/slice-writer.ts";
import type { StorageSettings } from "../settings.ts";
import type { LogFollower } from "./log-follower.ts";

export interface ApplierParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly followers: readonly LogFollower[];
  readonly flusher: Flusher;
  readonly settings: StorageSettings;
  readonly bugs: StorageBugs;
  readonly applyMutation: (mutation: Mutation, timestamp: Timestamp) => void;
  /** The same, but for what it makes, which goes to the slice: the bytes of it. */
  readonly applyStraight: (mutation: Mutation, timestamp: Timestamp, slice: SliceWriter) => number;
  readonly onWatermark: (watermark: Timestamp) => void;
  readonly onFailure: (error: unknown) => void;
}

interface Underway {
  readonly follower: LogFollower;
  readonly entry: LogEntry;
  readonly mutations: MutationReader;
}

export class Applier {
  readonly #parts: ApplierParts;
  #underway: Underway | undefined;
  readonly #applied: Record<string, number> = {};
  /** The rest of what can be applied follows in a later turn. */
  #scheduled = false;
  #running = false;
  #stopped = false;

  constructor(parts: ApplierParts) {
    this.#parts = parts;
    for (const { log, index } of parts.followers) this.#applied[log] = index;
  }

  /** The last entry of each log that is applied whole: those at or below what was published. */
  get applied(): Readonly<Record<string, number>> {
    return { ...this.#applied };
  }

  /** No entry is applied in part. */
  get isBetweenEntries(): boolean {
    return this.#underway === undefined;
  }

  /** Of the entry that is applied in part, or waits for room. */
  get underwayBytes(): number {
    return this.#underway?.entry.payload.length ?? 0;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Applies what can be applied, up to a slice; goes on by itself in later turns. */
  run(): void {
    // Taking an entry may reopen a tail, which may deliver at once and call here again.
    if (this.#scheduled || this.#running || this.#stopped) return;
    this.#running = true;
    try {
      this.#slice();
    } catch (error) {
      this.#stopped = true;
      this.#parts.onFailure(error);
    } finally {
      this.#running = false;
    }
  }

  #slice(): void {
    let budget = this.#parts.settings.applySliceMutations;
    for (;;) {
      const underway = (this.#underway ??= this.#open());
      if (underway === undefined) break;
      const { flusher } = this.#parts;
      const slice = this.#isLarge(underway) ? flusher.straightSlice() : undefined;
      if (flusher.isFull || (slice === undefined && this.#isLarge(underway))) {
        // The flusher calls `run` when it has made room.
        this.#parts.onWatermark(plusMicros(underway.entry.timestamp, -1));
        return;
      }
      if (budget <= 0) {
        this.#parts.onWatermark(plusMicros(underway.entry.timestamp, -1));
        this.#goOnLater();
        return;
      }
      budget -=
        slice === undefined
          ? this.#applySome(underway, budget)
          : this.#applyStraight(underway, slice);
    }
    this.#parts.onWatermark(this.target);
  }

  #goOnLater(): void {
    this.#scheduled = true;
    this.#parts.clock.endOfTick(() => {
      this.#scheduled = false;
      this.run();
    });
  }

  /** The timestamp up to which every log has delivered everything. */
  get target(): Timestamp {
    const outOfOrder = this.#parts.bugs.has("applyOutOfOrder");
    let target = outOfOrder ? (0 as Timestamp) : TIMESTAMP_MAX;
    for (const { watermark } of this.#parts.followers) {
      if (outOfOrder ? watermark > target : watermark < target) target = watermark;
    }
    return target;
  }

  /** The entry with the smallest timestamp among those at or below the target. */
  #open(): Underway | undefined {
    const target = this.target;
    let first: LogFollower | undefined;
    let earliest = target;
    for (const follower of this.#parts.followers) {
      const entry = follower.next;
      if (entry === undefined || entry.timestamp > target) continue;
      if (first !== undefined && entry.timestamp >= earliest) continue;
      first = follower;
      earliest = entry.timestamp;
    }
    const entry = first?.next;
    if (first === undefined || entry === undefined) return undefined;
    return { follower: first, entry, mutations: new MutationReader(entry.payload) };
  }

  #isLarge({ entry }: Underway): boolean {
    return entry.payload.length >= this.#parts.settings.straightBytesMin;
  }

  /** As #applySome, one slice. */
  #applyStraight(underway: Underway, slice: SliceWriter): number {
    const { entry, mutations } = underway;
    const { flusher, settings, applyStraight, metrics } = this.#parts;
    const { flushSliceMutations, flushSliceBytes } = settings;
    let bytes = 0;
    let applied = 0;
    let isWhole = false;
    while (!isWhole && applied < flushSliceMutations && bytes < flushSliceBytes) {
      const mutation = mutations.next();
      isWhole = mutation === undefined;
      if (mutation === undefined) break;
      bytes += applyStraight(mutation, entry.timestamp, slice);
      applied++;
    }
    flusher.writeStraight(slice, bytes);
    metrics.count("storage.mutations_applied", applied);
    if (isWhole) this.#end(underway);
    return applied + 1;
  }

  /** All of it is applied. */
  #end({ entry, follower }: Underway): void {
    const { flusher, metrics } = this.#parts;
    this.#underway = undefined;
    flusher.endEntry(follower.log, { index: entry.index, timestamp: entry.timestamp });
    this.#applied[follower.log] = entry.index;
    follower.take();
    metrics.count("storage.entries_applied");
  }

  /** Returns what it cost. */
  #applySome(underway: Underway, budget: number): number {
    const { entry, mutations } = underway;
    const { applyMutation, metrics } = this.#parts;
    for (let applied = 0; applied < budget; applied++) {
      const mutation = mutations.next();
      if (mutation === undefined) {
        this.#end(underway);
        metrics.count("storage.mutations_applied", applied);
        return applied + 1;
      }
      applyMutation(mutation, entry.timestamp);
    }
    return budget;
  }
}
