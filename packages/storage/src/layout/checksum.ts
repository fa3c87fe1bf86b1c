/**
 * The checksum at the end of every record of a store: 32 bits over its key and the rest of it. It
 * finds bits that flipped, not forgeries. Each step is a bijection of its state, so whatever differs
 * within one word, or one character of the key, differs in the end. Words are in the machine's own
 * order of bytes, as LMDB's files are.
 */
import type { Key } from "@firstlight/common";
import { DamagedStoreError, parseDataKey } from "@firstlight/common";

/** Whoever encodes a record leaves so many bytes at its end. */
export const CHECKSUM_BYTES = 4;

const FACTOR = 0x85ebca6b;
const KEY_FACTOR = 0x01000193;
const END_FACTOR = 0xc2b2ae35;

/** Of the buffer that was looked at last: records share pools, and a view of each is dear. */
let buffer: ArrayBufferLike = new ArrayBuffer(0);
let words: Int32Array = new Int32Array(buffer);

export class DamagedRecordError extends DamagedStoreError {
  /** As it is on disk. */
  readonly key: Key;

  constructor(key: Key) {
    super(`${nameOf(key)} fails its checksum`);
    this.key = key;
  }
}

/** Writes the checksum into the end of the record. */
export function seal(key: Key, record: Uint8Array): void {
  const at = record.length - CHECKSUM_BYTES;
  const sum = checksum(key, record, at);
  record[at] = sum;
  record[at + 1] = sum >>> 8;
  record[at + 2] = sum >>> 16;
  record[at + 3] = sum >>> 24;
}

export function isSealed(key: Key, record: Uint8Array): boolean {
  const at = record.length - CHECKSUM_BYTES;
  return at >= 0 && checksum(key, record, at) === wordAt(record, at);
}

/** Words go into four states in turn, which processors work at side by side. */
function checksum(key: Key, bytes: Uint8Array, length: number): number {
  if ((bytes.byteOffset & 3) !== 0) return checksum(key, Uint8Array.from(bytes), length);
  if (bytes.buffer !== buffer) {
    buffer = bytes.buffer;
    words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  }
  let i = bytes.byteOffset >> 2;
  const end = i + (length >> 2);
  let a = 1;
  let b = length;
  let c = 3;
  let d = key.length;
  for (let at = 0; at < key.length; at++) c = Math.imul(c ^ key.charCodeAt(at), KEY_FACTOR);
  for (; i + 3 < end; i += 4) {
    a = mixed(a, words[i] as number);
    b = mixed(b, words[i + 1] as number);
    c = mixed(c, words[i + 2] as number);
    d = mixed(d, words[i + 3] as number);
  }
  for (; i < end; i++) a = mixed(a, words[i] as number);
  for (let at = length & ~3; at < length; at++) b = mixed(b, bytes[at] as number);
  const one = Math.imul(a ^ b, END_FACTOR);
  return Math.imul(one ^ Math.imul(c ^ d, FACTOR), END_FACTOR);
}

function mixed(state: number, word: number): number {
  const next = Math.imul(state ^ word, FACTOR);
  return next ^ (next >>> 15);
}

function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
}

/** The key is as it is on disk: a letter that says what it is, then the key of the row. */
function nameOf(key: Key): string {
  const table = key.startsWith("n") ? parseDataKey(key.slice(1) as Key) : undefined;
  const digits = Buffer.from(key, "latin1").toString("hex");
  if (table === undefined) return `the record under ${digits}`;
  return `the row or index entry under ${digits} (storage ${table.storageId}, index ${table.index})`;
}
