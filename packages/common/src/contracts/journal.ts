/**
 * The journal: ordered, durable logs. One writer per log and epoch (single-writer multi-Paxos).
 *
 *   adjudicator ── append(epoch, entries) ──▶ journal ── tail ──▶ storage
 *   successor   ── seal(epoch + 1) ─────────▶ journal   (the predecessor is fenced from then on)
 *
 * Every backend passes conformance in packages/journal/src/testing/conformance.ts. Invariants I1, I2, I8.
 */
import type { Timestamp } from "../time/timestamp.ts";
import type { LogId } from "./ids.ts";

/** What an adjudicator appends; `payload` is a LogRecord (records/log-record.ts), opaque here. */
export interface AppendEntry {
  readonly timestamp: Timestamp;
  readonly payload: Uint8Array;
}

/** `index` counts from 1 without gaps. */
export interface LogEntry extends AppendEntry {
  readonly index: number;
  readonly epoch: number;
}

/** The end of a log as a seal found it; index 0, timestamp 0, epoch 0 for an empty log. */
export interface LogEnd {
  readonly index: number;
  readonly timestamp: Timestamp;
  /** The epoch that is now sealed, i.e. the highest one granted before. */
  readonly previousEpoch: number;
}

export interface ReadResult {
  readonly entries: readonly LogEntry[];
  /** Where to go on; beyond the durable end if nothing is left. */
  readonly next: number;
}

export interface TailListener {
  /** Durable entries, in order, without gaps or repetition from the index asked for. */
  onEntries(entries: readonly LogEntry[]): void;
  /** Nothing new yet, but large entries are on their way. */
  onProgress(): void;
  /** The tail ended and will deliver nothing more; the listener may tail again. */
  onEnd(error: Error): void;
}

export interface Subscription {
  close(): void;
}

export interface Journal {
  /**
   * Appends in the order of the calls (calls are pipelined: do not wait for one before the next)
   * and resolves with the last index when all of these entries are durable. Timestamps strictly
   * increase within a log. Tail listeners of the same process are called BEFORE the promise
   * resolves. Rejects with ServiceError "fenced" once a newer epoch has sealed the log, and with
   * "unavailable" when the outcome is unknown: then this epoch must stop and the end be found by
   * sealing with the next one.
   */
  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number>;
  /**
   * After it resolves no entry of an epoch below `epoch` will ever become durable, everything up to
   * the returned end is durable, and `epoch` may append. Rejects with "fenced" if `epoch` is not
   * above every epoch granted so far.
   */
  seal(log: LogId, epoch: number): Promise<LogEnd>;
  /** The highest epoch granted so far, 0 for none: a successor seals with one more. */
  epoch(log: LogId): Promise<number>;
  /** Durable entries from `from` (inclusive), about `maxBytes` of payload but at least one if there is one. */
  read(log: LogId, from: number, maxBytes: number): Promise<ReadResult>;
  /** Rejects through onEnd with ServiceError "horizon" if `from` was trimmed. */
  tail(log: LogId, from: number, listener: TailListener): Subscription;
  /** Entries at or below `upTo` may be forgotten. */
  trim(log: LogId, upTo: number): Promise<void>;
  /**
   * How much may still be written, beyond a reserve for what was promised before; new work needs more
   * than 0. Undefined: there is no bound.
   */
  roomBytes?(log: LogId): number;
}
