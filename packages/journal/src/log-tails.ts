/**
 * The tails of one log. A tail that is behind reads what is stored, a chunk per tick; one that has
 * caught up is given new entries synchronously as they become readable. No tail has a queue, so a
 * slow listener costs no memory.
 */
import type { LogEntry, ReadResult, Subscription, TailListener } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";

const CHUNK_BYTES = 1024 * 1024;
const TAILS_MAX = 1024;

interface Tail {
  readonly listener: TailListener;
  next: number;
  live: boolean;
  closed: boolean;
}

export interface TailOptions {
  /** Readable entries; throws ServiceError "horizon" if `from` was trimmed. */
  read(from: number, maxBytes: number): ReadResult;
  endOfTick(callback: () => void): void;
}

export class LogTails {
  readonly #options: TailOptions;
  readonly #tails = new Set<Tail>();

  constructor(options: TailOptions) {
    this.#options = options;
  }

  tail(from: number, listener: TailListener): Subscription {
    const tail: Tail = { listener, next: Math.max(1, from), live: false, closed: false };
    if (this.#tails.size >= TAILS_MAX) {
      queueMicrotask(() => listener.onEnd(new ServiceError("overloaded", "too many tails")));
      return { close: () => undefined };
    }
    this.#tails.add(tail);
    queueMicrotask(() => this.#catchUp(tail));
    return {
      close: () => {
        tail.closed = true;
        this.#tails.delete(tail);
      },
    };
  }

  /** `entries` follow, without a gap, what was readable before. */
  deliver(entries: readonly LogEntry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    for (const tail of this.#tails) {
      if (!tail.live) continue;
      if (tail.next === first.index) this.#give(tail, entries, first.index + entries.length);
      else if (tail.next < first.index + entries.length) this.#fallBehind(tail);
    }
  }

  end(error: Error): void {
    for (const tail of this.#tails) this.#end(tail, error);
  }

  #fallBehind(tail: Tail): void {
    tail.live = false;
    this.#options.endOfTick(() => this.#catchUp(tail));
  }

  #catchUp(tail: Tail): void {
    if (tail.closed) return;
    try {
      const { entries, next } = this.#options.read(tail.next, CHUNK_BYTES);
      if (entries.length === 0) tail.live = true;
      else {
        this.#give(tail, entries, next);
        this.#options.endOfTick(() => this.#catchUp(tail));
      }
    } catch (error) {
      this.#end(tail, error as Error);
    }
  }

  #give(tail: Tail, entries: readonly LogEntry[], next: number): void {
    tail.next = next;
    try {
      tail.listener.onEntries(entries);
    } catch (error) {
      this.#end(tail, error as Error);
    }
  }

  #end(tail: Tail, error: Error): void {
    if (tail.closed) return;
    tail.closed = true;
    this.#tails.delete(tail);
    tail.listener.onEnd(error);
  }
}
