/**
 * Moves versions from the memory table to the disk, in the order in which they were applied, in
 * slices of bounded size between which the event loop gets its turn. A slice carries the positions
 * of the entries that it completes (one atomic write), so a crash replays from exactly there.
 */
import type { DiskStore, Key, LogId, NodeRuntime, Timer, Timestamp } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import { positionKey } from "../layout/disk-keys.ts";
import type { Position } from "../layout/version-record.ts";
import { encodePosition } from "../layout/version-record.ts";
import type { MemoryTable, MemoryVersion } from "../memory/memory-table.ts";
import type { StorageSettings } from "../settings.ts";
import { EntryEnd, FlushQueue } from "./flush-queue.ts";
import { LOOK_CREDIT, SliceWriter } from "./slice-writer.ts";

/** A full disk is looked at this often. */
const ROOM_MICROS = 500_000;

const CLOSED = "the storage replica was stopped";

interface Waiting {
  readonly upTo: number;
  resolve(): void;
  reject(error: Error): void;
}

export interface FlusherEvents {
  /** The newest versions of these keys on disk are others now. */
  readonly onWritten: (keys: Iterable<Key>) => void;
  /** The memory table may have room again. */
  readonly onRoom: () => void;
  /** The store can no longer be trusted. */
  readonly onFailure: (error: unknown) => void;
}

export interface FlusherParts {
  readonly runtime: NodeRuntime;
  readonly store: DiskStore;
  readonly table: MemoryTable;
  readonly settings: StorageSettings;
  readonly bugs: StorageBugs;
  readonly boot: number;
  readonly horizon: () => Timestamp;
  readonly events: FlusherEvents;
}

export class Flusher {
  readonly #parts: FlusherParts;
  readonly #queue = new FlushQueue();
  readonly #stored = new Map<LogId, Position>();
  readonly #durable = new Map<LogId, Position>();
  #sequence = 0;
  /** Waits for the flush delay; undefined while slices follow each other or nothing is queued. */
  #delay: Timer | undefined;
  #slicing = false;
  #sync: Timer | undefined;
  #room: Timer | undefined;
  /** Bytes written since the last sync began. */
  #unsynced = 0;
  /** A sync is under way that versions which went straight to the disk began. */
  #settles = false;
  /** Of entries that go straight to the disk; see SliceWriter. */
  #lookCredit = LOOK_CREDIT;
  #closed = false;
  /** For what was pushed up to there; in order. */
  #waiting: Waiting[] = [];

  constructor(parts: FlusherParts, positions: ReadonlyMap<LogId, Position>) {
    this.#parts = parts;
    for (const [log, position] of positions) {
      this.#stored.set(log, position);
      this.#durable.set(log, position);
    }
  }

  /** Past its bound: nothing may be added until `onRoom`. */
  get isFull(): boolean {
    return this.#parts.table.bytes >= this.#parts.settings.memoryBytesMax;
  }

  /** Positions that survive a crash: the journal may forget what is at or below them. */
  get durablePositions(): ReadonlyMap<LogId, Position> {
    return this.#durable;
  }

  addVersion(version: MemoryVersion): void {
    this.#queue.pushVersion(version);
    this.#schedule();
  }

  /**
   * A slice of a large entry, which goes to the disk without waiting in memory: in order, so nothing
   * older may wait there. Undefined: not now; `onRoom` says when.
   */
  straightSlice(): SliceWriter | undefined {
    if (this.#closed) return undefined;
    if (!this.#queue.isEmpty && !this.#parts.bugs.has("straightPassesOlder")) {
      if (!this.#slicing) this.#startSlicing();
      return undefined;
    }
    const { unsyncedBytesMax } = this.#parts.settings;
    if (this.#settles && this.#unsynced >= unsyncedBytesMax) return undefined;
    if (!this.#hasRoom()) {
      this.#room?.cancel();
      this.#room = this.#parts.runtime.clock.after(ROOM_MICROS, () => this.#parts.events.onRoom());
      return undefined;
    }
    return new SliceWriter(this.#parts.store, this.#parts.horizon(), this.#lookCredit);
  }

  /** `bytes`: what it holds. */
  writeStraight(writer: SliceWriter, bytes: number): void {
    this.#write(writer);
    // A slice later there may be none in between: it is tried now and then.
    this.#lookCredit = Math.min(LOOK_CREDIT, writer.lookCredit + 1);
    this.#unsynced += bytes;
    if (this.#settles || this.#unsynced < this.#parts.settings.unsyncedBytesMax) return;
    this.#settles = true;
    this.#makeDurable().then(() => {
      this.#settles = false;
      if (!this.#closed) this.#parts.events.onRoom();
    }, this.#parts.events.onFailure);
  }

  endEntry(log: LogId, position: Position): void {
    this.#queue.pushEnd(new EntryEnd(log, position));
    if (this.#parts.bugs.has("positionsBeforeData")) {
      this.#parts.store.write([{ key: positionKey(log), value: encodePosition(position) }]);
    }
    this.#schedule();
  }

  /** Resolves when everything that was added before is on disk, visible and ordered before what follows. */
  flushed(): Promise<void> {
    if (this.#closed) return Promise.reject(new ServiceError("unavailable", CLOSED));
    if (this.#queue.isEmpty) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ upTo: this.#queue.pushed, resolve, reject });
      if (!this.#slicing) this.#startSlicing();
    });
  }

  /** Writes what is queued and makes it durable. */
  async drain(): Promise<void> {
    if (this.#closed) return;
    while (!this.#queue.isEmpty) this.#writeSlice();
    await this.#makeDurable();
  }

  close(): void {
    this.#closed = true;
    const closed = new ServiceError("unavailable", CLOSED);
    for (const waiting of this.#waiting) waiting.reject(closed);
    this.#waiting = [];
    this.#delay?.cancel();
    this.#sync?.cancel();
    this.#room?.cancel();
  }

  #schedule(): void {
    if (this.#slicing || this.#closed) return;
    const { clock } = this.#parts.runtime;
    if (this.#parts.table.bytes * 4 >= this.#parts.settings.memoryBytesMax) this.#startSlicing();
    else
      this.#delay ??= clock.after(this.#parts.settings.flushDelayMicros, () =>
        this.#startSlicing(),
      );
  }

  #startSlicing(): void {
    this.#delay?.cancel();
    this.#delay = undefined;
    this.#slicing = true;
    this.#parts.runtime.clock.endOfTick(() => this.#slice());
  }

  #slice(): void {
    if (this.#closed) return;
    if (!this.#hasRoom()) {
      this.#room = this.#parts.runtime.clock.after(ROOM_MICROS, () => this.#slice());
      return;
    }
    try {
      this.#writeSlice();
    } catch (error) {
      this.close();
      this.#parts.events.onFailure(error);
      return;
    }
    if (this.#unsynced < this.#parts.settings.unsyncedBytesMax) this.#goOn();
    else this.#makeDurable().then(() => this.#goOn(), this.#parts.events.onFailure);
  }

  /**
   * The journal refuses new commits first. What it took before goes to the disk while half of the
   * reserve is left; then it stays in memory, and past that bound in the logs.
   */
  #hasRoom(): boolean {
    const { roomBytes = Infinity } = this.#parts.store;
    return roomBytes > -this.#parts.settings.reserveUsedMax;
  }

  #goOn(): void {
    if (this.#closed) return;
    this.#slicing = !this.#queue.isEmpty;
    if (this.#slicing) this.#parts.runtime.clock.endOfTick(() => this.#slice());
    this.#parts.events.onRoom();
  }

  #writeSlice(): void {
    const { store, table } = this.#parts;
    const writer = new SliceWriter(store, this.#parts.horizon());
    const count = this.#fill(writer);
    if (count === 0) return;
    this.#write(writer);
    // Only AFTER the write is visible may its versions leave memory.
    for (let i = 0; i < count; i++) {
      const item = this.#queue.peek(i);
      if (item instanceof EntryEnd) this.#stored.set(item.log, item.position);
      else if (item !== undefined) {
        this.#unsynced += item.bytes;
        table.remove(item);
      }
    }
    this.#queue.drop(count);
    this.#tellFlushed();
  }

  #write(writer: SliceWriter): void {
    const { store, table, runtime } = this.#parts;
    this.#sequence++;
    store.write(writer.finish({ boot: this.#parts.boot, sequence: this.#sequence }));
    this.#parts.events.onWritten(writer.keys());
    runtime.metrics.count("storage.slices_flushed");
    runtime.metrics.gauge("storage.memory_bytes", table.bytes);
    this.#sync ??= runtime.clock.after(this.#parts.settings.syncMicros, () => {
      this.#makeDurable().catch(this.#parts.events.onFailure);
    });
  }

  #tellFlushed(): void {
    const { dropped } = this.#queue;
    while ((this.#waiting[0]?.upTo ?? Infinity) <= dropped) this.#waiting.shift()?.resolve();
  }

  #fill(writer: SliceWriter): number {
    const { flushSliceMutations, flushSliceBytes } = this.#parts.settings;
    let count = 0;
    let bytes = 0;
    while (count < flushSliceMutations && bytes < flushSliceBytes) {
      const item = this.#queue.peek(count);
      if (item === undefined) break;
      count++;
      if (item instanceof EntryEnd) writer.position(item.log, item.position);
      else {
        bytes += item.bytes;
        writer.version(item);
      }
    }
    return count;
  }

  async #makeDurable(): Promise<void> {
    this.#sync?.cancel();
    this.#sync = undefined;
    this.#unsynced = 0;
    const positions = new Map(this.#stored);
    await this.#parts.store.sync();
    for (const [log, position] of positions) {
      const known = this.#durable.get(log);
      if (known === undefined || known.index < position.index) this.#durable.set(log, position);
    }
  }
}
