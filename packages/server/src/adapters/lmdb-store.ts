/**
 * One LMDB environment as a DiskStore. Batches go into an overlay, which makes them visible at
 * once, and from there into LMDB's write thread, one transaction with fsync at a time: whatever
 * arrives while one runs leaves with the next (group commit), and the event loop never waits for
 * the disk. Reads merge the overlays over LMDB's newest committed state.
 */
import type { DiskEntry, DiskRange, DiskStore, DiskWrite, Key, Span } from "@firstlight/common";
import { DISK_KEY_BYTES_MAX, ServiceError } from "@firstlight/common";
import type { Database, RangeOptions } from "lmdb";
import { WriteOverlay, isEmptySpan, overlaidWrites } from "./write-overlay.ts";

/** Batches that nobody waits for are written this late, so that they do not compete for fsyncs. */
const LAZY_WRITE_MILLIS = 50;
/** ... unless they have grown to this size. */
const LAZY_BYTES_MAX = 4 * 1024 * 1024;

/** LMDB has no empty key, so every stored key is at or above this one. */
const FIRST_KEY = "\x00";

export type LmdbDatabase = Database<Uint8Array, string>;

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

interface Flush {
  readonly overlay: WriteOverlay;
  readonly waiters: Waiter[];
}

function newFlush(): Flush {
  return { overlay: new WriteOverlay(), waiters: [] };
}

/** Up to here a loop is faster than making a view and copying it. */
const LOOP_COPY_BYTES = 48;

/**
 * LMDB hands out one buffer again and again, whose `length` is set to the value's while the array
 * itself stays as long as it is; what leaves here is a copy that stays unchanged.
 */
export function copyOf(bytes: Uint8Array): Buffer {
  const length = bytes.length;
  const copy = Buffer.allocUnsafe(length);
  if (length > LOOP_COPY_BYTES) copy.set(bytes.subarray(0, length));
  else for (let i = 0; i < length; i++) copy[i] = bytes[i] as number;
  return copy;
}

/** LMDB's own check comes too late: a read after close breaks in one of its timers. */
function storeClosed(): ServiceError {
  return new ServiceError("unavailable", "the store is closed");
}

export class LmdbStore implements DiskStore {
  readonly #database: LmdbDatabase;
  readonly #onClosed: () => void;
  readonly #room: () => number;
  #next: Flush = newFlush();
  #running: Flush | undefined;
  #startRequested = false;
  #lazyTimer: NodeJS.Timeout | undefined;
  #broken: Error | undefined;
  #closed = false;

  constructor(database: LmdbDatabase, onClosed: () => void, room: () => number = () => Infinity) {
    this.#database = database;
    this.#onClosed = onClosed;
    this.#room = room;
  }

  get roomBytes(): number {
    return this.#room();
  }

  get(key: Key): Uint8Array | undefined {
    if (this.#closed) throw storeClosed();
    const newer = this.#next.overlay.find(key);
    if (newer !== undefined) return newer ?? undefined;
    const older = this.#running?.overlay.find(key);
    if (older !== undefined) return older ?? undefined;
    if (key.length === 0 || key.length > DISK_KEY_BYTES_MAX) return undefined;
    const bytes = this.#database.getBinaryFast(key);
    return bytes === undefined ? undefined : copyOf(bytes);
  }

  range(range: DiskRange): Iterable<DiskEntry> {
    if (this.#closed) throw storeClosed();
    const { span, reverse = false, limit } = range;
    if (span.start >= span.end) return [];
    const overlaid = this.#overlaid(span, reverse);
    if (overlaid === undefined) return this.#stored(span, reverse, limit);
    return mergedRange(overlaid, this.#stored(span, reverse, undefined), reverse, limit);
  }

  write(batch: readonly DiskWrite[]): void {
    this.#accept(batch);
    if (this.#next.overlay.bytes >= LAZY_BYTES_MAX) this.#requestStart();
    else this.#lazyTimer ??= setTimeout(() => this.#start(), LAZY_WRITE_MILLIS).unref();
  }

  commit(batch: readonly DiskWrite[]): Promise<void> {
    try {
      this.#accept(batch);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.sync();
  }

  sync(): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const flush = this.#next.overlay.size > 0 ? this.#next : this.#running;
    if (flush === undefined) return Promise.resolve();
    const durable = new Promise<void>((resolve, reject) => flush.waiters.push({ resolve, reject }));
    if (flush === this.#next) this.#requestStart();
    return durable;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      while (this.#broken === undefined && (this.#next.overlay.size > 0 || this.#running)) {
        await this.sync();
      }
    } finally {
      clearTimeout(this.#lazyTimer);
      await this.#database.close();
      this.#onClosed();
    }
  }

  #accept(batch: readonly DiskWrite[]): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#closed) throw storeClosed();
    for (const { key } of batch) {
      if (key.length === 0 || key.length > DISK_KEY_BYTES_MAX) {
        throw new RangeError(`key of ${key.length} bytes; 1 to ${DISK_KEY_BYTES_MAX} are possible`);
      }
    }
    this.#next.overlay.add(batch);
  }

  #requestStart(): void {
    if (this.#running !== undefined || this.#startRequested) return;
    this.#startRequested = true;
    queueMicrotask(() => this.#start());
  }

  #start(): void {
    this.#startRequested = false;
    clearTimeout(this.#lazyTimer);
    this.#lazyTimer = undefined;
    if (this.#running !== undefined || this.#next.overlay.size === 0) return;
    const flush = this.#next;
    this.#running = flush;
    this.#next = newFlush();
    this.#commitToFile(flush.overlay).then(
      () => this.#finished(flush),
      (error: unknown) => this.#failed(flush, error),
    );
  }

  /** One LMDB transaction; resolves AFTER its fsync because overlappingSync is off. */
  #commitToFile(overlay: WriteOverlay): Promise<boolean> {
    const database = this.#database;
    return database.batch(() => {
      overlay.forEach((key, value) => {
        void (value === null ? database.remove(key) : database.put(key, value));
      });
    });
  }

  #finished(flush: Flush): void {
    this.#running = undefined;
    const next = this.#next;
    if (next.waiters.length > 0 || next.overlay.bytes >= LAZY_BYTES_MAX) this.#start();
    for (const waiter of flush.waiters) waiter.resolve();
  }

  /** After a failed commit nobody knows what the file holds: the store answers no more. */
  #failed(flush: Flush, error: unknown): void {
    const detail = (error as { commitError?: Promise<unknown> }).commitError;
    detail?.catch(() => undefined);
    const broken = new ServiceError("unavailable", "the disk refused a commit", error);
    this.#broken = broken;
    for (const waiter of flush.waiters) waiter.reject(broken);
    for (const waiter of this.#next.waiters) waiter.reject(broken);
    this.#next.waiters.length = 0;
  }

  /** Newest overlaid writes of the span, in the order of iteration; undefined: there are none. */
  #overlaid(span: Span, reverse: boolean): Iterator<DiskWrite> | undefined {
    const newer = this.#next.overlay.within(span);
    const older = this.#running?.overlay.within(span);
    if (isEmptySpan(newer) && (older === undefined || isEmptySpan(older))) return undefined;
    return overlaidWrites(newer, older, reverse);
  }

  #stored(span: Span, reverse: boolean, limit: number | undefined): Iterable<DiskEntry> {
    const start = span.start.length === 0 ? FIRST_KEY : span.start;
    const options: RangeOptions = reverse
      ? { start: span.end, exclusiveStart: true, end: start, inclusiveEnd: true, reverse: true }
      : { start, end: span.end };
    if (limit !== undefined) options.limit = limit;
    // Keys leave LMDB through the key encoder, which yields nothing but latin1 strings.
    return this.#database.getRange(options) as unknown as Iterable<DiskEntry>;
  }
}

/** Overlaid writes hide stored entries of the same key; tombstones are left out. */
function* mergedRange(
  overlaid: Iterator<DiskWrite>,
  stored: Iterable<DiskEntry>,
  reverse: boolean,
  limit = Infinity,
): Generator<DiskEntry> {
  let left = limit;
  if (left <= 0) return;
  let next = overlaid.next();
  for (const entry of stored) {
    let hidden = false;
    while (next.done !== true && !hidden) {
      const { key, value } = next.value;
      if (reverse ? key < entry.key : key > entry.key) break;
      hidden = key === entry.key;
      next = overlaid.next();
      if (value === undefined) continue;
      yield { key, value };
      if (--left === 0) return;
    }
    if (hidden) continue;
    yield entry;
    if (--left === 0) return;
  }
  for (; next.done !== true; next = overlaid.next()) {
    const { key, value } = next.value;
    if (value === undefined) continue;
    yield { key, value };
    if (--left === 0) return;
  }
}
