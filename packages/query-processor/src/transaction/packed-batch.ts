/**
 * New writes of one index on their way to a write set, as the bytes of their mutations: made BEFORE it
 * is known that nobody has their keys. The buffers are used again for the next ones.
 */
import type { Key, Span } from "@firstlight/common";
import { keyAfter, keyFromLatin1 } from "@firstlight/common";
import { packVarint, varintBytes, varintIn } from "./packed-varint.ts";

const FIRST_BYTES = 256 * 1024;
/** A larger buffer is given back. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
/** Flags and two lengths. */
const OVERHEAD_MAX = 11;
/** Of a mutation with a value, and intent X. */
const FLAGS = 1;
const LOOP_MAX = 64;

export class PackedBatch {
  /** Another one whenever it has to grow. */
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  end = 0;
  #starts = new Int32Array(1_024);
  #length = 0;
  /** Where the highest key is. */
  #highestAt = 0;
  #highestEnd = 0;
  #lowestAt = 0;
  #lowestEnd = 0;
  #ascends = true;
  /** Of keys and values. */
  #contentBytes = 0;
  #longestKey = 0;
  #largest = 0;

  get length(): number {
    return this.#length;
  }

  get contentBytes(): number {
    return this.#contentBytes;
  }

  get longestKey(): number {
    return this.#longestKey;
  }

  /** Bytes of the largest mutation. */
  get largest(): number {
    return this.#largest;
  }

  /** Whether each key is greater than the one before. */
  get ascends(): boolean {
    return this.#ascends;
  }

  /** Of the one behind the last it is the end of the last. */
  startOf(number: number): number {
    return number < this.#length ? (this.#starts[number] as number) : this.end;
  }

  /** The first `keyLength` bytes of `key`, with value[from, to). */
  add(key: Uint8Array, keyLength: number, value: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.#reserve(keyLength + size + OVERHEAD_MAX);
    const { bytes } = this;
    this.#starts[this.#length++] = this.end;
    bytes[this.end] = FLAGS;
    const keyAt = packVarint(bytes, this.end + 1, keyLength);
    for (let i = 0; i < keyLength; i++) bytes[keyAt + i] = key[i] as number;
    const keyEnd = keyAt + keyLength;
    this.#place(keyAt, keyEnd);
    const valueAt = packVarint(bytes, keyEnd, size);
    if (size > LOOP_MAX) bytes.set(value.subarray(from, to), valueAt);
    else for (let i = 0; i < size; i++) bytes[valueAt + i] = value[from + i] as number;
    this.#largest = Math.max(this.#largest, valueAt + size - this.end);
    this.end = valueAt + size;
    this.#contentBytes += keyLength + size;
    if (keyLength > this.#longestKey) this.#longestKey = keyLength;
  }

  #place(keyAt: number, keyEnd: number): void {
    const isFirst = this.#length === 1;
    const isHighest =
      isFirst || this.#compare(keyAt, keyEnd, this.#highestAt, this.#highestEnd) > 0;
    if (isHighest) {
      this.#highestAt = keyAt;
      this.#highestEnd = keyEnd;
    } else this.#ascends = false;
    const isLowest =
      isFirst || (!isHighest && this.#compare(keyAt, keyEnd, this.#lowestAt, this.#lowestEnd) < 0);
    if (!isLowest) return;
    this.#lowestAt = keyAt;
    this.#lowestEnd = keyEnd;
  }

  #compare(aAt: number, aEnd: number, bAt: number, bEnd: number): number {
    const { bytes } = this;
    const length = Math.min(aEnd - aAt, bEnd - bAt);
    for (let at = 0; at < length; at++) {
      const difference = (bytes[aAt + at] as number) - (bytes[bAt + at] as number);
      if (difference !== 0) return difference;
    }
    return aEnd - aAt - (bEnd - bAt);
  }

  #reserve(more: number): void {
    if (this.#length === this.#starts.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    const needed = this.end + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  keyAt(number: number): Key {
    const lengthAt = this.startOf(number) + 1;
    const keyAt = lengthAt + varintBytes(this.bytes, lengthAt);
    const end = keyAt + varintIn(this.bytes, lengthAt);
    return keyFromLatin1(this.bytes.toString("latin1", keyAt, end));
  }

  /** Of at least one. */
  highest(): Key {
    return keyFromLatin1(this.bytes.toString("latin1", this.#highestAt, this.#highestEnd));
  }

  /** A copy. */
  valueAt(number: number): Uint8Array {
    const keyLengthAt = this.startOf(number) + 1;
    const lengthAt =
      keyLengthAt + varintBytes(this.bytes, keyLengthAt) + varintIn(this.bytes, keyLengthAt);
    const valueAt = lengthAt + varintBytes(this.bytes, lengthAt);
    return Uint8Array.prototype.slice.call(this.bytes, valueAt, this.startOf(number + 1));
  }

  /** From the lowest key to the highest. */
  span(): Span {
    const lowest = this.bytes.toString("latin1", this.#lowestAt, this.#lowestEnd);
    return { start: keyFromLatin1(lowest), end: keyAfter(this.highest()) };
  }

  clear(): void {
    this.end = 0;
    this.#length = 0;
    this.#ascends = true;
    this.#contentBytes = 0;
    this.#longestKey = 0;
    this.#largest = 0;
    if (this.bytes.length > KEPT_BYTES_MAX) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }
}
