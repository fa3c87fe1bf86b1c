/** A journal whose logs are arrays, with delivery on demand; for tests. */
import type {
  AppendEntry,
  Heartbeat,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  Mutation,
  ReadResult,
  Subscription,
  TailListener,
  Timestamp,
} from "@firstlight/common";
import { TIMESTAMP_ZERO, encodeLogRecord, transactionId } from "@firstlight/common";

interface Tail {
  readonly log: LogId;
  readonly listener: TailListener;
  next: number;
}

const NOBODY = transactionId("00".repeat(16));

export class MemoryJournal implements Journal {
  readonly #logs = new Map<LogId, LogEntry[]>();
  #tails: Tail[] = [];
  /** Whether entries reach the tails as they are appended; else `deliver` brings them. */
  deliversAtOnce = true;

  transaction(log: LogId, timestamp: Timestamp, mutations: readonly Mutation[]): void {
    const payload = encodeLogRecord({
      kind: "transaction",
      leaseEnd: timestamp,
      transaction: NOBODY,
      snapshot: TIMESTAMP_ZERO,
      participants: [log],
      mutations,
    });
    void this.append(log, 1, [{ timestamp, payload }]);
  }

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    const all = this.#entries(log);
    for (const entry of entries) all.push({ ...entry, epoch, index: all.length + 1 });
    if (this.deliversAtOnce) this.deliver(log);
    return Promise.resolve(all.length);
  }

  deliver(log: LogId, count: number = Infinity): void {
    for (const tail of this.#tails.slice()) if (tail.log === log) this.#deliverTo(tail, count);
  }

  endTails(error: Error): void {
    const tails = this.#tails;
    this.#tails = [];
    for (const { listener } of tails) listener.onEnd(error);
  }

  heartbeat(log: LogId, watermark: Timestamp): Heartbeat {
    return { log, epoch: 1, watermark, index: this.#entries(log).length };
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    const tail = { log, listener, next: from };
    this.#tails.push(tail);
    if (this.deliversAtOnce) this.#deliverTo(tail, Infinity);
    return {
      close: () => {
        this.#tails = this.#tails.filter((other) => other !== tail);
      },
    };
  }

  seal(log: LogId, epoch: number): Promise<LogEnd> {
    const last = this.#entries(log).at(-1);
    const timestamp = last?.timestamp ?? TIMESTAMP_ZERO;
    return Promise.resolve({ index: last?.index ?? 0, timestamp, previousEpoch: epoch - 1 });
  }

  epoch(): Promise<number> {
    return Promise.resolve(1);
  }

  read(log: LogId, from: number): Promise<ReadResult> {
    const entries = this.#entries(log).slice(from - 1);
    return Promise.resolve({ entries, next: from + entries.length });
  }

  trim(): Promise<void> {
    return Promise.resolve();
  }

  #deliverTo(tail: Tail, count: number): void {
    const entries = this.#entries(tail.log).slice(tail.next - 1, tail.next - 1 + count);
    tail.next += entries.length;
    if (entries.length > 0) tail.listener.onEntries(entries);
  }

  #entries(log: LogId): LogEntry[] {
    const known = this.#logs.get(log);
    if (known !== undefined) return known;
    const entries: LogEntry[] = [];
    this.#logs.set(log, entries);
    return entries;
  }
}
