/**
 * The journal in memory, for simulation and tests: what was appended is durable at once and lives
 * as long as the object. The last entry is never trimmed: a successor reads the lease in it.
 */
import type {
  AppendEntry,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  ReadResult,
  Subscription,
  TailListener,
} from "@firstlight/common";
import { ServiceError, invariant } from "@firstlight/common";
import { fenced } from "./journal-errors.ts";
import { LogTails } from "./log-tails.ts";
import type { Position } from "./stored-log.ts";
import { LOG_START, positionOf } from "./stored-log.ts";

interface MemoryLog {
  readonly name: LogId;
  readonly entries: LogEntry[];
  readonly tails: LogTails;
  /** The index of entries[0] is this plus one. */
  trimmed: number;
  last: Position;
  epoch: number;
}

export class MemoryJournal implements Journal {
  readonly #logs = new Map<LogId, MemoryLog>();

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    const state = this.#log(log);
    if (epoch !== state.epoch) return Promise.reject(fenced(log, epoch, state.epoch));
    const added: LogEntry[] = [];
    for (const { timestamp, payload } of entries) {
      invariant(timestamp > state.last.timestamp, () => `${log}: ${timestamp} does not increase`);
      const entry = { index: state.last.index + 1, epoch, timestamp, payload };
      added.push(entry);
      state.last = positionOf(entry);
    }
    state.entries.push(...added);
    state.tails.deliver(added);
    return Promise.resolve(state.last.index);
  }

  seal(log: LogId, epoch: number): Promise<LogEnd> {
    const state = this.#log(log);
    if (epoch <= state.epoch) return Promise.reject(fenced(log, epoch, state.epoch));
    const previousEpoch = state.epoch;
    state.epoch = epoch;
    const { index, timestamp } = state.last;
    return Promise.resolve({ index, timestamp, previousEpoch });
  }

  epoch(log: LogId): Promise<number> {
    return Promise.resolve(this.#log(log).epoch);
  }

  // oxlint-disable-next-line typescript/require-await -- failures must be rejections
  async read(log: LogId, from: number, maxBytes: number): Promise<ReadResult> {
    return readEntries(this.#log(log), Math.max(1, from), maxBytes);
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    return this.#log(log).tails.tail(from, listener);
  }

  trim(log: LogId, upTo: number): Promise<void> {
    const state = this.#log(log);
    const count = Math.min(upTo, state.last.index - 1) - state.trimmed;
    if (count > 0) {
      state.entries.splice(0, count);
      state.trimmed += count;
    }
    return Promise.resolve();
  }

  #log(name: LogId): MemoryLog {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const tails = new LogTails({
      read: (from, maxBytes) => readEntries(this.#log(name), from, maxBytes),
      endOfTick: queueMicrotask,
    });
    const log = { name, entries: [], tails, trimmed: 0, last: LOG_START, epoch: 0 };
    this.#logs.set(name, log);
    return log;
  }
}

function readEntries(log: MemoryLog, from: number, maxBytes: number): ReadResult {
  if (from <= log.trimmed) {
    throw new ServiceError("horizon", `log ${log.name} begins at ${log.trimmed + 1}`);
  }
  const entries: LogEntry[] = [];
  let bytes = 0;
  for (let at = from - log.trimmed - 1; at < log.entries.length; at++) {
    const entry = log.entries[at] as LogEntry;
    bytes += entry.payload.length;
    if (entries.length > 0 && bytes > maxBytes) break;
    entries.push(entry);
  }
  return { entries, next: from + entries.length };
}
