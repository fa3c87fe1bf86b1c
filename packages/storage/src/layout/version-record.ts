/**
 * The values of a replica's store; the table of disk-keys.ts says which is where. Each ends in the
 * bytes of its checksum, which the store writes (checked-store.ts). Values of versions are views into
 * what the store returned: no byte of a row is copied on the way out.
 */
import type { Key, Timestamp } from "@firstlight/common";
import { ByteReader, ByteWriter, timestamp as asTimestamp } from "@firstlight/common";
import { CHECKSUM_BYTES } from "./checksum.ts";
import { copyBytes, recordBytes } from "./record-bytes.ts";

const VALUE_AT = 9;
const FLAGS_AT = 8;
const FLAG_TOMBSTONE = 1;

/** What a read found: `value` is undefined for a tombstone. */
export interface Version {
  readonly timestamp: Timestamp;
  readonly value: Uint8Array | undefined;
}

export function encodeCurrent(timestamp: Timestamp, value: Uint8Array | undefined): Uint8Array {
  const bytes = recordBytes(VALUE_AT + (value?.length ?? 0) + CHECKSUM_BYTES);
  writeUint32(bytes, 0, Math.floor(timestamp / 0x1_0000_0000));
  writeUint32(bytes, 4, timestamp >>> 0);
  bytes[FLAGS_AT] = value === undefined ? FLAG_TOMBSTONE : 0;
  if (value !== undefined) copyBytes(bytes, VALUE_AT, value, 0, value.length);
  return bytes;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function currentTimestamp(record: Uint8Array): Timestamp {
  return (uint32At(record, 0) * 0x1_0000_0000 + uint32At(record, 4)) as Timestamp;
}

export function currentValue(record: Uint8Array): Uint8Array | undefined {
  return record[FLAGS_AT] === FLAG_TOMBSTONE ? undefined : viewFrom(record, VALUE_AT);
}

/** What remains of a newest version when it becomes an older one; a copy, as its checksum differs. */
export function olderFromCurrent(record: Uint8Array): Uint8Array {
  const bytes = recordBytes(record.length - FLAGS_AT);
  copyBytes(bytes, 0, record, FLAGS_AT, record.length);
  return bytes;
}

export function olderValue(record: Uint8Array): Uint8Array | undefined {
  return record[0] === FLAG_TOMBSTONE ? undefined : viewFrom(record, 1);
}

export interface Position {
  readonly index: number;
  readonly timestamp: Timestamp;
}

export function encodePosition(position: Position): Uint8Array {
  return new ByteWriter(20).uint53(position.index).uint53(position.timestamp).uint32(0).finish();
}

export function decodePosition(bytes: Uint8Array): Position {
  const reader = new ByteReader(bytes);
  return { index: reader.uint53(), timestamp: asTimestamp(reader.uint53()) };
}

export function encodeKeys(keys: readonly Key[]): Uint8Array {
  const writer = new ByteWriter(1024).varint(keys.length);
  for (const key of keys) writer.key(key);
  return writer.uint32(0).finish();
}

export function decodeKeys(bytes: Uint8Array): Key[] {
  const reader = new ByteReader(bytes);
  const keys: Key[] = [];
  for (let n = reader.varint(); n > 0; n--) keys.push(reader.key());
  return keys;
}

export function encodeNumber(value: number): Uint8Array {
  return new ByteWriter(12).uint53(value).uint32(0).finish();
}

export function decodeNumber(bytes: Uint8Array): number {
  return new ByteReader(bytes).uint53();
}

function uint32At(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

/** Up to the checksum. A plain view: `subarray` of a Buffer makes a Buffer, at several times the cost. */
function viewFrom(bytes: Uint8Array, at: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, bytes.length - at - CHECKSUM_BYTES);
}
