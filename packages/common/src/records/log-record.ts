/**
 * What an entry of a log says: the payload of an AppendEntry. Version byte first; unknown versions
 * and kinds are refused.
 *
 * | bytes    | transaction (kind 1)                         | lease (kind 2)        |
 * |----------|----------------------------------------------|-----------------------|
 * | u8 u8    | version 1, kind                              | version 1, kind       |
 * | u53      | leaseEnd                                     | leaseEnd              |
 * | 16 bytes | transaction id                               |                       |
 * | u53      | snapshot                                     |                       |
 * | varint n | participants: n texts                        |                       |
 * | varint n | mutations: n × (flags u8, key, value bytes?) |                       |
 *
 * A transaction that notifies is kind 3: notifications (notifications.ts) before the transaction id.
 * Kind 4, in the first log only, says which range map holds (range-maps.ts): leaseEnd, map.
 */
import { ByteReader, CorruptBytes } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { Mutation, MutationList, Notification } from "../contracts/adjudicator.ts";
import type { LogId, TransactionId } from "../contracts/ids.ts";
import { logId, transactionId } from "../contracts/ids.ts";
import type { RangeMap } from "../contracts/range-map.ts";
import type { Timestamp } from "../time/timestamp.ts";
import { timestamp } from "../time/timestamp.ts";
import { inFront, packedBytesMax, readMutation, writeMutation } from "./mutations.ts";
import { readNotifications, writeNotifications } from "./notifications.ts";
import { readRangeMap, writeRangeMap } from "./range-maps.ts";

/** `leaseEnd`: the epoch may commit and promise up to here; every entry carries it forward. */
export interface TransactionRecord {
  readonly kind: "transaction";
  readonly leaseEnd: Timestamp;
  readonly transaction: TransactionId;
  readonly snapshot: Timestamp;
  readonly participants: readonly LogId[];
  readonly mutations: MutationList;
  readonly notifications?: readonly Notification[];
  /** The same as a MutationPacker gives them, if they were packed before. */
  readonly packed?: Uint8Array | undefined;
}

export interface LeaseRecord {
  readonly kind: "lease";
  readonly leaseEnd: Timestamp;
}

/**
 * Repeats what the last change of ranges has made of them, so that a successor finds it near the end
 * of the log.
 */
export interface RangesRecord {
  readonly kind: "ranges";
  readonly leaseEnd: Timestamp;
  readonly map: RangeMap;
}

export type LogRecord = TransactionRecord | LeaseRecord | RangesRecord;

const VERSION = 1;
const TRANSACTION = 1;
const LEASE = 2;
const NOTIFYING = 3;
const RANGES = 4;

function kindOf(record: LogRecord): number {
  if (record.kind === "lease") return LEASE;
  if (record.kind === "ranges") return RANGES;
  return record.notifications === undefined ? TRANSACTION : NOTIFYING;
}

export function encodeLogRecord(record: LogRecord): Buffer {
  const writer = new ByteWriter(record.kind === "transaction" ? 128 + bytesOf(record) : 16);
  writer.uint8(VERSION).uint8(kindOf(record));
  writer.uint53(record.leaseEnd);
  if (record.kind === "ranges") writeRangeMap(writer, record.map);
  if (record.kind !== "transaction") return writer.finish();
  writeTransaction(writer, record);
  const header = writer.finish();
  return record.packed === undefined ? header : inFront(header, record.packed);
}

/** At most so many bytes, without what is packed: a large record does not grow and is not copied. */
function bytesOf({ mutations, packed }: TransactionRecord): number {
  return packed === undefined ? packedBytesMax(mutations) : 0;
}

function writeTransaction(writer: ByteWriter, record: TransactionRecord): void {
  if (record.notifications !== undefined) writeNotifications(writer, record.notifications);
  writer.raw(Buffer.from(record.transaction, "hex")).uint53(record.snapshot);
  writer.varint(record.participants.length);
  for (const participant of record.participants) writer.text(participant);
  writer.varint(record.mutations.length);
  if (record.packed !== undefined) return;
  for (const mutation of record.mutations) writeMutation(writer, mutation);
}

export function decodeLogRecord(payload: Uint8Array): LogRecord {
  const reader = new ByteReader(payload);
  const { kind, leaseEnd } = readHeader(reader);
  if (kind === LEASE) return { kind: "lease", leaseEnd };
  if (kind === RANGES) return { kind: "ranges", leaseEnd, map: readRangeMap(reader) };
  if (kind === TRANSACTION) return readTransaction(reader, leaseEnd);
  const notifications = readNotifications(reader);
  return { ...readTransaction(reader, leaseEnd), notifications };
}

const NONE: readonly Notification[] = [];

/** Whether it says which range map holds; nothing of it is decoded. */
export function isRangesRecord(payload: Uint8Array): boolean {
  return payload[1] === RANGES;
}

/** What a record notifies of; nothing else of it is read. */
export function notificationsOf(payload: Uint8Array): readonly Notification[] {
  if (payload[1] !== NOTIFYING) return NONE;
  const reader = new ByteReader(payload);
  readHeader(reader);
  return readNotifications(reader);
}

/**
 * The mutations of one record, decoded one at a time, so that a record of a million of them never
 * holds the event loop. Only transactions have any.
 */
export class MutationReader {
  readonly #reader: ByteReader;
  #left = 0;

  constructor(payload: Uint8Array) {
    const reader = new ByteReader(payload);
    this.#reader = reader;
    const { kind } = readHeader(reader);
    if (kind === LEASE || kind === RANGES) return;
    if (kind === NOTIFYING) readNotifications(reader);
    reader.raw(16);
    reader.uint53();
    for (let n = reader.varint(); n > 0; n--) reader.bytes();
    this.#left = reader.varint();
  }

  next(): Mutation | undefined {
    if (this.#left === 0) return undefined;
    this.#left--;
    return readMutation(this.#reader);
  }
}

function readHeader(reader: ByteReader): { kind: number; leaseEnd: Timestamp } {
  const version = reader.uint8();
  if (version !== VERSION) throw new CorruptBytes(`log record version ${version}`);
  const kind = reader.uint8();
  if (kind < TRANSACTION || kind > RANGES) throw new CorruptBytes(`log record kind ${kind}`);
  return { kind, leaseEnd: timestamp(reader.uint53()) };
}

function readTransaction(reader: ByteReader, leaseEnd: Timestamp): TransactionRecord {
  const transaction = transactionId(reader.raw(16).toString("hex"));
  const snapshot = timestamp(reader.uint53());
  const participants: LogId[] = [];
  for (let n = reader.varint(); n > 0; n--) participants.push(logId(reader.text()));
  const mutations: Mutation[] = [];
  for (let n = reader.varint(); n > 0; n--) mutations.push(readMutation(reader));
  return { kind: "transaction", leaseEnd, transaction, snapshot, participants, mutations };
}
