/**
 * The adjudicator's end of its log: gives out timestamps, appends what was given one, and knows
 * what is durable.
 *
 * - Timestamps are given out in the order of the appends and never at or below `last`, which also
 *   covers every watermark promised (I1, I7).
 * - No two logs share a timestamp: each has a remainder of its own. Two transactions may add to one
 *   key at the same time (intent D), in the logs of different coordinators, and every commit is a
 *   version of its own.
 * - All entries of one tick leave in one append; appends are pipelined.
 * - Each record carries the lease forward, so a lease is never older than the commits it covers.
 * - The first log repeats the range map now and then, so that a successor finds it near the end.
 * - A refused append ends this epoch: what is in flight may or may not be durable.
 */
import type {
  AppendEntry,
  Clock,
  Journal,
  LogId,
  LogRecord,
  RangeMap,
  Timestamp,
} from "@firstlight/common";
import {
  ServiceError,
  encodeLogRecord,
  laterOf,
  nextTimestamp,
  plusMicros,
} from "@firstlight/common";

export interface LogWriterOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: LogId;
  readonly epoch: number;
  /** First timestamps are above it. */
  readonly last: Timestamp;
  readonly leaseEnd: Timestamp;
  readonly index: number;
  readonly leaseMicros: number;
  readonly appendBytesMax: number;
  /** Timestamps of this log leave this remainder when divided by the number of logs. */
  readonly remainder: number;
  readonly logs: number;
  /** In the first log: what it says of the ranges, and where; index 0 if it does not say so yet. */
  readonly ranges: { readonly map: RangeMap; readonly index: number } | undefined;
  /** Runs AFTER the durable callbacks of one append. */
  onDurable(): void;
  onFailed(error: unknown): void;
}

type Unleased<R> = R extends LogRecord ? Omit<R, "leaseEnd"> : never;

interface QueuedEntry extends AppendEntry {
  readonly leaseEnd: Timestamp;
  readonly isRanges: boolean;
  readonly durable: () => void;
}

interface LeaseWaiter {
  readonly until: Timestamp;
  resolve(): void;
  reject(error: Error): void;
}

interface Batch {
  readonly entries: readonly QueuedEntry[];
  /** When it was sent; monotonic. */
  readonly since: number;
}

/** What an append of 100 MB may take more than a small one: 100 s, on a machine with much else to do. */
const MICROS_PER_BYTE = 1;
/** So much may stand behind the last record of the ranges; a successor reads it. */
const RANGES_ENTRIES = 1_000;
const RANGES_BYTES = 4 * 1024 * 1024;

export class LogWriter {
  readonly #options: LogWriterOptions;
  #queue: QueuedEntry[] = [];
  #flushRequested = false;
  /** Sent and not yet durable, in order. */
  #inFlight: Batch[] = [];
  #leaseWaiters: LeaseWaiter[] = [];
  #settleWaiters: LeaseWaiter[] = [];
  #closed: ServiceError | undefined;
  #leaseEndAppended: Timestamp;
  /** The highest timestamp given out or promised away. */
  last: Timestamp;
  leaseEnd: Timestamp;
  durableIndex: number;
  durableTimestamp: Timestamp;
  queuedBytes = 0;
  #ranges: RangeMap | undefined;
  #rangesIndex: number;
  /** Behind the last record of the ranges. */
  #entriesSince = Infinity;
  #bytesSince = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#ranges = options.ranges?.map;
    this.#rangesIndex = options.ranges?.index ?? 0;
    this.last = options.last;
    this.leaseEnd = options.leaseEnd;
    this.#leaseEndAppended = options.leaseEnd;
    this.durableIndex = options.index;
    this.durableTimestamp = options.last;
  }

  get firstUndurable(): Timestamp | undefined {
    return (this.#inFlight[0]?.entries[0] ?? this.#queue[0])?.timestamp;
  }

  /** How long the oldest append that is not durable has taken so far, beyond what its size takes. */
  get waitedMicros(): number {
    const oldest = this.#inFlight[0];
    if (oldest === undefined) return 0;
    let bytes = 0;
    for (const { payload } of oldest.entries) bytes += payload.length;
    const waited = this.#options.clock.monotonicMicros() - oldest.since;
    return Math.max(0, waited - bytes * MICROS_PER_BYTE);
  }

  /** How much more the journal has room for than what is promised already. */
  get roomBytes(): number {
    const { journal, log } = this.#options;
    return journal.roomBytes?.(log) ?? Infinity;
  }

  /** What the log says of the ranges from the next append on. */
  set ranges(map: RangeMap) {
    this.#ranges = map;
    this.#entriesSince = Infinity;
  }

  /** Entries from here on must be kept though storage has them. */
  get keepFrom(): number {
    if (this.#options.ranges === undefined) return Infinity;
    return this.#rangesIndex === 0 ? 1 : this.#rangesIndex;
  }

  /** The timestamp that `append` would use now, at the earliest. */
  next(above: Timestamp): Timestamp {
    return this.own(nextTimestamp(this.#options.clock.now().latest, laterOf(this.last, above)));
  }

  /** The first timestamp of this log that is not before `at`. */
  own(at: Timestamp): Timestamp {
    const { remainder, logs } = this.#options;
    return logs === 1 ? at : plusMicros(at, (remainder - (at % logs) + logs) % logs);
  }

  /** `at` comes from `next`, or from `own` of something later, and nothing was appended since. */
  append(at: Timestamp, record: Unleased<LogRecord>, durable: () => void): void {
    const leaseEnd = laterOf(this.#leaseEndAppended, plusMicros(at, this.#options.leaseMicros));
    const payload = encodeLogRecord({ ...record, leaseEnd } as LogRecord);
    this.#leaseEndAppended = leaseEnd;
    this.last = at;
    this.queuedBytes += payload.length;
    const isRanges = record.kind === "ranges";
    this.#queue.push({ timestamp: at, payload, leaseEnd, isRanges, durable });
    this.#entriesSince++;
    this.#bytesSince += payload.length;
    if (!this.#flushRequested) {
      this.#flushRequested = true;
      this.#options.clock.endOfTick(() => this.#flush());
    }
    if (!isRanges) this.#repeatRanges();
  }

  #repeatRanges(): void {
    const map = this.#ranges;
    const isSoon = this.#entriesSince < RANGES_ENTRIES && this.#bytesSince < RANGES_BYTES;
    if (map === undefined || isSoon) return;
    this.#entriesSince = 0;
    this.#bytesSince = 0;
    this.append(this.next(this.last), { kind: "ranges", map }, () => undefined);
  }

  /** Sees to it that the durable lease reaches `needed`, and then `until`; onDurable tells when. */
  extendLease(needed: Timestamp, until: Timestamp): void {
    if (this.#leaseEndAppended >= needed) return;
    // The record then carries this lease, or a later one if its own timestamp gives more.
    this.#leaseEndAppended = laterOf(needed, until);
    this.append(this.next(this.last), { kind: "lease" }, () => undefined);
  }

  /** Resolves when the durable lease reaches `until`: then this epoch was not sealed before. */
  leaseUntil(until: Timestamp): Promise<void> {
    if (this.leaseEnd >= until) return Promise.resolve();
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      this.#leaseWaiters.push({ until, resolve, reject });
      this.extendLease(until, plusMicros(until, this.#options.leaseMicros / 2));
    });
  }

  /** Resolves when nothing at or before `timestamp` is in flight any more. */
  settled(timestamp: Timestamp): Promise<void> {
    const first = this.firstUndurable;
    if (first === undefined || first > timestamp) return Promise.resolve();
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      this.#settleWaiters.push({ until: timestamp, resolve, reject });
    });
  }

  #resolveSettleWaiters(): void {
    if (this.#settleWaiters.length === 0) return;
    const first = this.firstUndurable ?? Infinity;
    const waiters = this.#settleWaiters;
    this.#settleWaiters = waiters.filter(({ until }) => first <= until);
    for (const waiter of waiters) if (first > waiter.until) waiter.resolve();
  }

  /** Appends nothing more. */
  close(error: ServiceError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    this.#queue = [];
    const waiters = [...this.#leaseWaiters, ...this.#settleWaiters];
    this.#leaseWaiters = [];
    this.#settleWaiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }

  #flush(): void {
    this.#flushRequested = false;
    if (this.#closed !== undefined) return;
    const queue = this.#queue;
    this.#queue = [];
    let from = 0;
    let bytes = 0;
    for (let at = 0; at < queue.length; at++) {
      bytes += (queue[at] as QueuedEntry).payload.length;
      if (at + 1 < queue.length && bytes < this.#options.appendBytesMax) continue;
      const since = this.#options.clock.monotonicMicros();
      this.#send({ entries: queue.slice(from, at + 1), since });
      from = at + 1;
      bytes = 0;
    }
  }

  #send(batch: Batch): void {
    const { journal, log, epoch } = this.#options;
    this.#inFlight.push(batch);
    try {
      journal.append(log, epoch, batch.entries).then(
        (index) => this.#durable(batch, index),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Durability is in order, so everything sent before `batch` is durable as well. */
  #durable(batch: Batch, index: number): void {
    if (this.#closed !== undefined) return;
    const count = this.#inFlight.indexOf(batch) + 1;
    const done = this.#inFlight.splice(0, count);
    this.durableIndex = Math.max(this.durableIndex, index);
    const settled = done.flatMap(({ entries }) => entries);
    for (const entry of settled) this.#settle(entry);
    const last = settled.findLastIndex(({ isRanges }) => isRanges);
    if (last >= 0) this.#rangesIndex = index - (settled.length - 1 - last);
    for (const entry of settled) entry.durable();
    if (count === 0) return;
    this.#resolveLeaseWaiters();
    this.#resolveSettleWaiters();
    this.#options.onDurable();
  }

  #settle(entry: QueuedEntry): void {
    this.queuedBytes -= entry.payload.length;
    this.durableTimestamp = entry.timestamp;
    this.leaseEnd = laterOf(this.leaseEnd, entry.leaseEnd);
  }

  #resolveLeaseWaiters(): void {
    if (this.#leaseWaiters.length === 0) return;
    const waiters = this.#leaseWaiters;
    this.#leaseWaiters = waiters.filter(({ until }) => until > this.leaseEnd);
    for (const waiter of waiters) if (waiter.until <= this.leaseEnd) waiter.resolve();
  }

  #fail(cause: unknown): void {
    if (this.#closed !== undefined) return;
    this.close(new ServiceError("unavailable", "an append was refused", cause));
    this.#options.onFailed(cause);
  }
}
