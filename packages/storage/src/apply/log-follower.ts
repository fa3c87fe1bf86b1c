/**
 * Tails one log and keeps what was delivered but not yet applied. Knows the log's own watermark:
 * the timestamp of the last entry delivered, or a heartbeat's as soon as everything that the
 * heartbeat stands for was delivered.
 */
import type {
  Heartbeat,
  Journal,
  LogEntry,
  LogId,
  NodeRuntime,
  Subscription,
  Timer,
  Timestamp,
} from "@firstlight/common";
import { InvariantError, isServiceError, laterOf } from "@firstlight/common";
import type { Position } from "../layout/version-record.ts";
import type { StorageSettings } from "../settings.ts";

export interface FollowerEvents {
  /** Something was delivered or promised: the watermark may have moved. */
  onProgress(): void;
  /** The log goes on where this replica cannot follow. */
  onFailure(error: unknown): void;
}

export interface FollowerParts {
  readonly runtime: NodeRuntime;
  readonly journal: Journal;
  readonly log: LogId;
  readonly settings: StorageSettings;
  readonly events: FollowerEvents;
}

/** One tail; `open` turns false before it is closed, so that late deliveries are ignored. */
interface Tail {
  open: boolean;
  subscription: Subscription | undefined;
}

export class LogFollower {
  readonly log: LogId;
  readonly #parts: FollowerParts;
  #delivered: Position;
  #heartbeat: Heartbeat | undefined;
  #pending: LogEntry[] = [];
  #head = 0;
  #pendingBytes = 0;
  #progress = 0;
  /** A large entry does, in pieces. */
  #arrives = false;
  #tail: Tail | undefined;
  #retry: Timer | undefined;
  #stopped = true;

  constructor(parts: FollowerParts, position: Position) {
    this.log = parts.log;
    this.#parts = parts;
    this.#delivered = position;
  }

  /** Nothing at or below this will be delivered any more (I7). */
  get watermark(): Timestamp {
    const heartbeat = this.#heartbeat;
    if (heartbeat === undefined || heartbeat.index > this.#delivered.index) {
      return this.#delivered.timestamp;
    }
    return laterOf(this.#delivered.timestamp, heartbeat.watermark);
  }

  /** Whether there are entries that were not taken, here or, a large one excepted, on their way. */
  get isBehind(): boolean {
    const told = this.#heartbeat?.index ?? 0;
    return this.next !== undefined || (told > this.#delivered.index && !this.#arrives);
  }

  /** The last entry delivered; before the first one, where the store stood. */
  get index(): number {
    return this.#delivered.index;
  }

  /** Grows while something arrives, also before it is delivered. */
  get progress(): number {
    return this.#progress;
  }

  /** What the watermark will be once the entries on their way have arrived. */
  get promised(): Timestamp {
    const { timestamp } = this.#delivered;
    return this.#heartbeat === undefined
      ? timestamp
      : laterOf(timestamp, this.#heartbeat.watermark);
  }

  /** The oldest entry that was delivered and not taken. */
  get next(): LogEntry | undefined {
    return this.#pending[this.#head];
  }

  start(): void {
    this.#stopped = false;
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#close();
  }

  promise(heartbeat: Heartbeat): void {
    const known = this.#heartbeat;
    if (known !== undefined && known.watermark >= heartbeat.watermark) return;
    this.#heartbeat = heartbeat;
    this.#parts.events.onProgress();
  }

  take(): void {
    const entry = this.#pending[this.#head];
    if (entry === undefined) return;
    this.#head++;
    this.#pendingBytes -= entry.payload.length;
    if (this.#head === this.#pending.length || this.#head >= 1024) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
    const resumeAt = this.#parts.settings.pendingBytesMax / 2;
    if (this.#tail === undefined && this.#pendingBytes <= resumeAt) this.#open();
  }

  #open(): void {
    if (this.#stopped || this.#tail !== undefined || this.#retry !== undefined) return;
    const tail: Tail = { open: true, subscription: undefined };
    this.#tail = tail;
    tail.subscription = this.#parts.journal.tail(this.log, this.#delivered.index + 1, {
      onEntries: (entries) => {
        if (tail.open) this.#deliver(entries);
      },
      onProgress: () => {
        this.#progress++;
        this.#arrives = true;
      },
      onEnd: (error) => {
        if (tail.open) this.#ended(error);
      },
    });
    // A tail may deliver, and so fill the bound, before it returns.
    if (!tail.open) tail.subscription.close();
  }

  #close(): void {
    const tail = this.#tail;
    if (tail === undefined) return;
    tail.open = false;
    this.#tail = undefined;
    tail.subscription?.close();
  }

  #deliver(entries: readonly LogEntry[]): void {
    this.#arrives = false;
    for (const entry of entries) {
      const { index, timestamp } = this.#delivered;
      if (entry.index !== index + 1 || entry.timestamp <= timestamp) {
        const found = `entry ${entry.index} at ${entry.timestamp}`;
        const message = `log ${this.log}: ${found} follows ${index} at ${timestamp}`;
        this.#parts.events.onFailure(new InvariantError(message));
        return;
      }
      this.#delivered = { index: entry.index, timestamp: entry.timestamp };
      this.#pending.push(entry);
      this.#pendingBytes += entry.payload.length;
    }
    // The journal keeps what is not delivered: pausing costs a new tail, not memory (I11).
    if (this.#pendingBytes > this.#parts.settings.pendingBytesMax) this.#close();
    this.#parts.events.onProgress();
  }

  #ended(error: Error): void {
    this.#close();
    if (isServiceError(error, "horizon")) {
      this.#parts.events.onFailure(error);
      return;
    }
    this.#parts.runtime.log.warn("tail ended", { log: this.log, error: error.message });
    this.#retry = this.#parts.runtime.clock.after(this.#parts.settings.retryMicros, () => {
      this.#retry = undefined;
      this.#open();
    });
  }
}
