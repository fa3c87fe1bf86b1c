/**
 * One log on a DiskStore: the layout, its checksums, and what is known about its two ends.
 *
 * | key after "<log> 00" | value                                                              |
 * |----------------------|--------------------------------------------------------------------|
 * | 'b'                  | u53 index, u53 epoch, u53 timestamp of the last trimmed entry, crc |
 * | 'c'                  | u53 committed index, crc                                           |
 * | 'e' u64 index        | u32 crc of what follows, u53 epoch, u53 timestamp, payload         |
 * | 'p'                  | u53 highest epoch promised, crc                                    |
 *
 * A crc at the end is a u32 of what is before it; a value without it was written by an earlier
 * version.
 *
 * It only builds the writes; who commits them, and when the state here changes, is the caller's.
 */
import { crc32 } from "node:zlib";
import type {
  DiskStore,
  DiskWrite,
  Key,
  LogEntry,
  LogId,
  ReadResult,
  Timestamp,
} from "@firstlight/common";
import {
  ByteReader,
  ByteWriter,
  KEY_MAX,
  ServiceError,
  TIMESTAMP_ZERO,
  keyFromLatin1,
  logId,
  prefixEnd,
  takeRoom,
  timestamp,
  uint32Text,
} from "@firstlight/common";
import { DamagedLog } from "./journal-errors.ts";

const CRC_BYTES = 4;
const ENTRY_HEADER_BYTES = 20;
const NUMBER_BYTES = 8;
const BASE_BYTES = 24;

/** A place in a log; index 0 is before the first entry. */
export interface Position {
  readonly index: number;
  readonly epoch: number;
  readonly timestamp: Timestamp;
}

export const LOG_START: Position = { index: 0, epoch: 0, timestamp: TIMESTAMP_ZERO };

export function positionOf(entry: LogEntry): Position {
  return { index: entry.index, epoch: entry.epoch, timestamp: entry.timestamp };
}

export class StoredLog {
  readonly #store: DiskStore;
  readonly #prefix: string;
  readonly name: LogId;
  /** Entries at or below it are trimmed. */
  base: Position;
  /** The last entry accepted, durable or on its way to the disk. */
  last: Position;
  promisedEpoch: number;
  committed: number;
  /** Accepted and on its way to the disk, in order of index; the store may not show it yet. */
  readonly #pending = new Map<number, LogEntry>();

  constructor(store: DiskStore, name: LogId) {
    this.#store = store;
    this.#prefix = `${name}\x00`;
    this.name = name;
    this.base = this.#loadBase();
    this.promisedEpoch = this.#loadNumber("p");
    this.last = this.#loadLast();
    this.committed = Math.max(this.#loadNumber("c"), this.base.index);
  }

  /** Entries up to here are on the disk as they were last accepted. */
  get durableIndex(): number {
    for (const first of this.#pending.keys()) return first - 1;
    return this.last.index;
  }

  /** Makes `entry` the end of the log; `settle` must follow when the write returned is durable. */
  accept(entry: LogEntry): DiskWrite {
    this.#pending.set(entry.index, entry);
    this.last = positionOf(entry);
    return this.#entryWrite(entry);
  }

  settle(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (this.#pending.get(entry.index) === entry) this.#pending.delete(entry.index);
    }
  }

  /** Makes the entry before `from` the end of the log. */
  truncate(from: number): DiskWrite[] {
    const writes: DiskWrite[] = [];
    const before = this.entryAt(from - 1);
    for (let index = from; index <= this.last.index; index++) {
      this.#pending.delete(index);
      writes.push({ key: this.#entryKey(index), value: undefined });
    }
    this.last = before === undefined ? this.base : positionOf(before);
    return writes;
  }

  #entryWrite(entry: LogEntry): DiskWrite {
    const { payload } = entry;
    const shared = takeRoom(payload, ENTRY_HEADER_BYTES);
    const writer = new ByteWriter(ENTRY_HEADER_BYTES + (shared === undefined ? payload.length : 0));
    writer.uint32(0).uint53(entry.epoch).uint53(entry.timestamp);
    shared?.set(writer.finish());
    const value = shared ?? writer.raw(payload).finish();
    value.writeUInt32BE(crc32(value.subarray(CRC_BYTES)), 0);
    return { key: this.#entryKey(entry.index), value };
  }

  promiseWrite(epoch: number): DiskWrite {
    return { key: this.#key("p"), value: withChecksum(new ByteWriter(16).uint53(epoch)) };
  }

  committedWrite(index: number): DiskWrite {
    return { key: this.#key("c"), value: withChecksum(new ByteWriter(16).uint53(index)) };
  }

  /** Makes `base` the last trimmed entry. */
  baseWrite(base: Position): DiskWrite {
    this.base = base;
    if (this.last.index < base.index) this.last = base;
    const writer = new ByteWriter(BASE_BYTES + CRC_BYTES);
    writer.uint53(base.index).uint53(base.epoch).uint53(base.timestamp);
    return { key: this.#key("b"), value: withChecksum(writer) };
  }

  /** Removes up to `count` entries after the base, and moves the base to the last of them. */
  trimWrites(upTo: number, count: number): DiskWrite[] {
    const end = Math.min(upTo, this.base.index + count);
    const base = this.entryAt(end);
    if (base === undefined) return [];
    const writes: DiskWrite[] = [];
    for (let index = this.base.index + 1; index <= end; index++) {
      writes.push({ key: this.#entryKey(index), value: undefined });
    }
    writes.push(this.baseWrite(positionOf(base)));
    return writes;
  }

  entryAt(index: number): LogEntry | undefined {
    const pending = this.#pending.get(index);
    if (pending !== undefined) return pending;
    if (index <= this.base.index || index > this.last.index) return undefined;
    const value = this.#store.get(this.#entryKey(index));
    return value === undefined ? undefined : this.#decode(index, value);
  }

  /** The epoch of the entry at `index`; undefined if the log does not hold it, or no longer. */
  epochAt(index: number): number | undefined {
    if (index === this.last.index) return this.last.epoch;
    if (index === this.base.index) return this.base.epoch;
    return this.entryAt(index)?.epoch;
  }

  /** Entries `from` .. `upTo`, about `maxBytes` of payload but at least one if there is one. */
  read(from: number, maxBytes: number, upTo: number): ReadResult {
    if (from <= this.base.index) {
      throw new ServiceError("horizon", `log ${this.name} begins at ${this.base.index + 1}`);
    }
    const entries: LogEntry[] = [];
    let next = from;
    let bytes = 0;
    if (from <= upTo) {
      const span = { start: this.#entryKey(from), end: this.#entryKey(upTo + 1) };
      for (const { key, value } of this.#store.range({ span })) {
        if (entries.length > 0 && bytes + value.length > maxBytes) break;
        if (key !== this.#entryKey(next)) throw this.#corrupt(next, "is missing");
        entries.push(this.#decode(next, value));
        bytes += value.length;
        next++;
      }
      if (next === from) throw this.#corrupt(next, "is missing");
    }
    return { entries, next };
  }

  #key(kind: string): Key {
    return keyFromLatin1(this.#prefix + kind);
  }

  #entryKey(index: number): Key {
    const high = uint32Text(Math.floor(index / 0x1_0000_0000));
    return keyFromLatin1(`${this.#prefix}e${high}${uint32Text(index >>> 0)}`);
  }

  #decode(index: number, value: Uint8Array): LogEntry {
    const reader = new ByteReader(value);
    if (reader.remaining < ENTRY_HEADER_BYTES) throw this.#corrupt(index, "is too short");
    const crc = reader.uint32();
    if (crc32(value.subarray(CRC_BYTES)) !== crc) throw this.#corrupt(index, "fails its checksum");
    const epoch = reader.uint53();
    const time = timestamp(reader.uint53());
    return { index, epoch, timestamp: time, payload: reader.raw(reader.remaining) };
  }

  #corrupt(index: number, how: string): ServiceError {
    return new DamagedLog(`entry ${index} of log ${this.name} ${how}`);
  }

  #loadNumber(kind: string): number {
    const value = this.#store.get(this.#key(kind));
    return value === undefined ? 0 : this.#checked(value, NUMBER_BYTES).uint53();
  }

  #checked(value: Uint8Array, length: number): ByteReader {
    if (value.length === length) return new ByteReader(value);
    const content = value.subarray(0, length);
    const crc = value.length === length + CRC_BYTES ? crcAt(value, length) : undefined;
    if (crc !== crc32(content)) {
      throw new DamagedLog(`a record of log ${this.name} fails its checksum`);
    }
    return new ByteReader(content);
  }

  #loadBase(): Position {
    const value = this.#store.get(this.#key("b"));
    if (value === undefined) return LOG_START;
    const reader = this.#checked(value, BASE_BYTES);
    const [index, epoch] = [reader.uint53(), reader.uint53()];
    return { index, epoch, timestamp: timestamp(reader.uint53()) };
  }

  #loadLast(): Position {
    const span = { start: this.#entryKey(0), end: this.#key("f") };
    for (const { key, value } of this.#store.range({ span, reverse: true, limit: 1 })) {
      const at = key.length - 8;
      let index = 0;
      for (let i = at; i < key.length; i++) index = index * 256 + key.charCodeAt(i);
      return positionOf(this.#decode(index, value));
    }
    return this.base;
  }
}

function withChecksum(writer: ByteWriter): Buffer {
  const crc = crc32(writer.finish());
  return writer.uint32(crc).finish();
}

function crcAt(value: Uint8Array, at: number): number {
  return new ByteReader(value.subarray(at)).uint32();
}

/** Every log of a store; their names are not empty. */
export function storedLogs(store: DiskStore): LogId[] {
  const names: LogId[] = [];
  for (let start = keyFromLatin1("\x01"); ;) {
    let found: Key | undefined;
    for (const { key } of store.range({ span: { start, end: KEY_MAX }, limit: 1 })) found = key;
    if (found === undefined) return names;
    const name = found.slice(0, found.indexOf("\x00"));
    names.push(logId(name));
    start = prefixEnd(keyFromLatin1(`${name}\x00`));
  }
}
