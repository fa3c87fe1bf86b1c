/**
 * The Disk port in memory. A store keeps what is durable and the batches written since in order; a
 * crash keeps a prefix of those (DiskStore's contract), chosen at random. Syncing takes time.
 */
import type { Disk, DiskEntry, DiskRange, DiskStore, DiskWrite, Key } from "@firstlight/common";
import { DamagedStoreError, ServiceError, SortedKeys } from "@firstlight/common";
import type { SeededRandom } from "./seeded-random.ts";

/** Changed while a run goes on. */
export interface DiskFaults {
  syncMicrosMax: number;
}

export const CALM_SYNC_MICROS_MAX = 2_000;

/** Runs after a simulated delay unless the node has crashed by then. */
export type Delay = (micros: number, run: () => void) => void;

class StoredMap {
  readonly values: Map<Key, Uint8Array> = new Map();
  readonly order: SortedKeys = new SortedKeys();

  apply(batch: readonly DiskWrite[]): void {
    for (const { key, value } of batch) {
      if (value === undefined) {
        if (this.values.delete(key)) this.order.delete(key);
      } else {
        if (!this.values.has(key)) this.order.add(key);
        this.values.set(key, value);
      }
    }
  }
}

/** What is on the medium: survives crashes. */
class Medium {
  readonly durable = new StoredMap();
  /** Written, in order, and not confirmed. */
  pending: (readonly DiskWrite[])[] = [];
  open: SimStore | undefined;
  /** The file is shorter than it was. */
  truncated = false;

  crash(random: SeededRandom): void {
    // Often everything that was not synced is gone, else any prefix of it is left.
    const kept = random.chance(0.5) ? 0 : random.between(0, this.pending.length);
    for (const batch of this.pending.slice(0, kept)) this.durable.apply(batch);
    this.pending = [];
    this.open = undefined;
  }

  /** Changes a bit of some of what is durable, of `most` at most; whether there was anything. */
  corrupt(random: SeededRandom, most: number): boolean {
    const keys = [...this.durable.order];
    if (keys.length === 0) return false;
    for (let n = random.between(1, most); n > 0; n--) {
      const key = random.pick(keys);
      const value = Uint8Array.from(this.durable.values.get(key) ?? []);
      const at = random.between(0, Math.max(0, value.length - 1));
      value[at] = (value[at] ?? 0) ^ (1 << random.between(0, 7));
      this.durable.apply([{ key, value }]);
    }
    return true;
  }

  /** Everything pending up to `count` batches is durable now. */
  harden(count: number): void {
    for (const batch of this.pending.splice(0, count)) this.durable.apply(batch);
  }
}

interface SimDiskParts {
  readonly random: SeededRandom;
  readonly faults: DiskFaults;
  readonly isFull: () => boolean;
  /** What a sync takes on this disk beside what it takes on all. */
  readonly slowMicros: () => number;
}

class SimStore implements DiskStore {
  readonly #medium: Medium;
  readonly #delay: Delay;
  readonly #random: SeededRandom;
  readonly #faults: DiskFaults;
  readonly #isFull: () => boolean;
  readonly #slowMicros: () => number;
  readonly #view = new StoredMap();
  #hardened = 0;
  #written = 0;
  #closed = false;

  constructor(medium: Medium, delay: Delay, disk: SimDiskParts) {
    const { random, faults, isFull, slowMicros } = disk;
    this.#isFull = isFull;
    this.#slowMicros = slowMicros;
    this.#medium = medium;
    this.#faults = faults;
    this.#delay = delay;
    this.#random = random;
    for (const key of medium.durable.order) {
      const value = medium.durable.values.get(key);
      if (value !== undefined) this.#view.apply([{ key, value }]);
    }
  }

  get roomBytes(): number {
    return this.#isFull() ? -Infinity : Infinity;
  }

  #check(): void {
    if (this.#closed) throw new ServiceError("unavailable", "the store is closed");
  }

  get(key: Key): Uint8Array | undefined {
    this.#check();
    return this.#view.values.get(key);
  }

  range({ span, reverse = false, limit = Infinity }: DiskRange): Iterable<DiskEntry> {
    this.#check();
    return this.#keys(span, reverse, limit).map((key) => {
      const value = this.#view.values.get(key);
      if (value === undefined) throw new Error("a key without a value");
      return { key, value };
    });
  }

  #keys(span: DiskRange["span"], reverse: boolean, limit: number): readonly Key[] {
    if (reverse) return [...this.#view.order.within(span)].reverse().slice(0, limit);
    const keys: Key[] = [];
    for (const key of this.#view.order.within(span)) {
      if (keys.length >= limit) break;
      keys.push(key);
    }
    return keys;
  }

  write(batch: readonly DiskWrite[]): void {
    this.#check();
    const copied = batch.map((each) =>
      each.value === undefined ? each : { key: each.key, value: Uint8Array.from(each.value) },
    );
    this.#view.apply(copied);
    this.#medium.pending.push(copied);
    this.#written++;
  }

  commit(batch: readonly DiskWrite[]): Promise<void> {
    this.write(batch);
    return this.sync();
  }

  sync(): Promise<void> {
    this.#check();
    const upTo = this.#written;
    return new Promise((resolve) => {
      const micros = this.#random.between(50, this.#faults.syncMicrosMax) + this.#slowMicros();
      this.#delay(micros, () => {
        if (upTo > this.#hardened) {
          this.#medium.harden(upTo - this.#hardened);
          this.#hardened = upTo;
        }
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#medium.harden(this.#medium.pending.length);
    this.#medium.open = undefined;
    return Promise.resolve();
  }
}

/** One machine's disk: outlives the processes that use it. */
export class SimDisk {
  readonly #media = new Map<string, Medium>();
  /** What was promised may still be written. */
  isFull = false;
  /** What syncing takes beside what it takes on all disks. */
  slowMicros = 0;
  readonly #random: SeededRandom;
  readonly #faults: DiskFaults;

  constructor(random: SeededRandom, faults: DiskFaults) {
    this.#random = random;
    this.#faults = faults;
  }

  crash(): void {
    for (const medium of this.#media.values()) medium.crash(this.#random);
  }

  /** Loses everything: the machine comes back empty. */
  wipe(): void {
    this.#media.clear();
  }

  /** Damages a store that is not open; whether there was anything to damage. */
  corrupt(name: string, most = 3): boolean {
    return this.#media.get(name)?.corrupt(this.#random, most) ?? false;
  }

  truncate(name: string): void {
    const medium = this.#media.get(name);
    if (medium !== undefined) medium.truncated = true;
  }

  /** The Disk port of one process. */
  port(delay: Delay): Disk {
    return {
      setAside: (name) => {
        this.#media.delete(name);
        return Promise.resolve();
      },
      open: (name) => {
        const medium = this.#media.get(name) ?? new Medium();
        this.#media.set(name, medium);
        if (medium.open !== undefined) {
          return Promise.reject(new ServiceError("unavailable", `${name} is open already`));
        }
        if (medium.truncated) return Promise.reject(new DamagedStoreError(`${name} is truncated`));
        const store = new SimStore(medium, delay, {
          random: this.#random,
          faults: this.#faults,
          isFull: () => this.isFull,
          slowMicros: () => this.slowMicros,
        });
        medium.open = store;
        return Promise.resolve(store);
      },
    };
  }
}
