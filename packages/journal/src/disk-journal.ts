/**
 * The journal of one node, on a DiskStore (backend `lmdb`): group commit with fsync, epochs
 * persisted. Only what is durable can be read or tailed; an append is acknowledged AFTER its
 * entries were given to the tails, in order (I1).
 */
import type {
  AppendEntry,
  Clock,
  DiskStore,
  DiskWrite,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  ReadResult,
  ServiceError,
  Subscription,
  TailListener,
} from "@firstlight/common";
import { invariant } from "@firstlight/common";
import { CommitQueue } from "./commit-queue.ts";
import { fenced, queueFull } from "./journal-errors.ts";
import { LogTails } from "./log-tails.ts";
import { StoredLog } from "./stored-log.ts";

/** Entries removed per batch when a log is trimmed. */
const TRIM_COUNT = 1000;

export interface DiskJournalOptions {
  readonly clock: Clock;
  /** Payload that may wait for the disk, over all logs (I11). */
  readonly queuedBytesMax?: number;
}

interface OpenLog {
  readonly stored: StoredLog;
  readonly tails: LogTails;
}

export class DiskJournal implements Journal {
  readonly #store: DiskStore;
  readonly #clock: Clock;
  readonly #queue: CommitQueue;
  readonly #logs = new Map<LogId, OpenLog>();

  constructor(store: DiskStore, options: DiskJournalOptions) {
    this.#store = store;
    this.#clock = options.clock;
    const bytesMax = options.queuedBytesMax ?? 256 * 1024 * 1024;
    this.#queue = new CommitQueue(store, bytesMax, (error) => this.#broke(error));
  }

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    const { stored, tails } = this.#log(log);
    if (epoch !== stored.promisedEpoch) {
      return Promise.reject(fenced(log, epoch, stored.promisedEpoch));
    }
    if (this.#queue.full) return Promise.reject(queueFull(log));
    const added: LogEntry[] = [];
    const writes: DiskWrite[] = [];
    for (const { timestamp, payload } of entries) {
      invariant(timestamp > stored.last.timestamp, () => `${log}: ${timestamp} does not increase`);
      const entry = { index: stored.last.index + 1, epoch, timestamp, payload };
      added.push(entry);
      writes.push(stored.accept(entry));
    }
    const last = stored.last.index;
    return this.#commit(writes, () => {
      stored.settle(added);
      tails.deliver(added);
      return last;
    });
  }

  seal(log: LogId, epoch: number): Promise<LogEnd> {
    const { stored } = this.#log(log);
    const previousEpoch = stored.promisedEpoch;
    if (epoch <= previousEpoch) return Promise.reject(fenced(log, epoch, previousEpoch));
    // Appends of the old epoch that wait for the disk are before the seal and become durable with
    // or before it; later ones are refused from here on.
    stored.promisedEpoch = epoch;
    const { index, timestamp } = stored.last;
    return this.#commit([stored.promiseWrite(epoch)], () => ({ index, timestamp, previousEpoch }));
  }

  epoch(log: LogId): Promise<number> {
    return this.#settled(() => this.#log(log).stored.promisedEpoch);
  }

  read(log: LogId, from: number, maxBytes: number): Promise<ReadResult> {
    return this.#settled(() => {
      const { stored } = this.#log(log);
      return stored.read(Math.max(1, from), maxBytes, stored.durableIndex);
    });
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    const { broken } = this.#queue;
    if (broken === undefined) return this.#log(log).tails.tail(from, listener);
    queueMicrotask(() => listener.onEnd(broken));
    return { close: () => undefined };
  }

  async trim(log: LogId, upTo: number): Promise<void> {
    const { stored } = this.#log(log);
    // The last entry stays: a successor reads the lease in it.
    const end = Math.min(upTo, stored.durableIndex - 1);
    while (stored.base.index < end) {
      const writes = stored.trimWrites(end, TRIM_COUNT);
      if (writes.length === 0) return;
      this.#store.write(writes);
      await new Promise<void>((resolve) => this.#clock.endOfTick(resolve));
    }
  }

  roomBytes(): number {
    return this.#store.roomBytes ?? Infinity;
  }

  #commit<T>(writes: readonly DiskWrite[], done: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ writes, done: () => resolve(done()), failed: reject });
    });
  }

  // oxlint-disable-next-line typescript/require-await -- failures must be rejections
  async #settled<T>(value: () => T): Promise<T> {
    if (this.#queue.broken !== undefined) throw this.#queue.broken;
    return value();
  }

  #broke(error: ServiceError): void {
    for (const { tails } of this.#logs.values()) tails.end(error);
  }

  #log(name: LogId): OpenLog {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const stored = new StoredLog(this.#store, name);
    const tails = new LogTails({
      read: (from, maxBytes) => stored.read(from, maxBytes, stored.durableIndex),
      endOfTick: (callback) => this.#clock.endOfTick(callback),
    });
    const open = { stored, tails };
    this.#logs.set(name, open);
    return open;
  }
}
