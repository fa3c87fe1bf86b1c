/**
 * Writes of new keys as the bytes of their mutations, one behind the other: a load of a million rows
 * is a few buffers, and no object that the garbage collector would look at. They are read in the
 * order of their keys, which is found when it is first asked for; whatever is replaced is elsewhere.
 */
import type { Key, KeyList, Span } from "@firstlight/common";
import { keyFromLatin1, orderOfKeys, packMutation } from "@firstlight/common";
import type { MutationBytes } from "./mutation-bytes.ts";
import type { PackedBatch } from "./packed-batch.ts";
import { PackedIndex, hashOfBytes } from "./packed-index.ts";
import { NumberBlocks } from "./number-blocks.ts";
import { borrowMemory, returnMemory } from "./returned-memory.ts";
import { varintBytes, varintIn } from "./packed-varint.ts";
import type { WriteEntry } from "./write-set.ts";

const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;
/** What is larger is no load of many rows. */
export const PACKED_BYTES_MAX: number = 1 << 16;
/** Flags and two lengths. */
const OVERHEAD_MAX = 11;
const BATCH = 512;
/** Its place, and that in an order; in the index in addition. */
const KEY_BYTES = 8;
const INDEXED_KEY_BYTES = 24;
const COPIED_PER_STEP = 8_192;

/** There is no more to it than where its bytes are. */
export class PackedEntry implements WriteEntry {
  readonly key: Key;
  readonly #writes: PackedWrites;
  readonly #number: number;

  constructor(key: Key, writes: PackedWrites, number: number) {
    this.key = key;
    this.#writes = writes;
    this.#number = number;
  }

  get intent(): "X" {
    return "X";
  }

  /** A copy, made anew whenever it is asked for: it may outlive the writes. */
  get value(): Uint8Array {
    return this.#writes.valueAt(this.#number);
  }
}

export class PackedWrites implements KeyList {
  /** The last one is the one that is filled. */
  readonly #chunks: Buffer[] = [];
  #top = CHUNK_BYTES;
  /** Where each mutation starts, counted over all chunks. */
  readonly #starts = new NumberBlocks();
  /** Of each chunk the number of its first mutation, and where its last one ends. */
  readonly #firsts: number[] = [];
  readonly #ends: number[] = [];
  #highest = keyFromLatin1("");
  #ascends = true;
  /** Of all that are here, unless they ascend. */
  #order: Uint32Array | undefined;
  /** Of all that are here, once one was looked for that has no place in an order. */
  #index: PackedIndex | undefined;

  get length(): number {
    return this.#starts.length;
  }

  /** Of what it holds, about. */
  get memoryBytes(): number {
    const perKey = KEY_BYTES + (this.#index === undefined ? 0 : INDEXED_KEY_BYTES);
    return this.#chunks.length * CHUNK_BYTES + this.length * perKey;
  }

  add(key: Key, value: Uint8Array): void {
    const mutation = { key, value, intent: "X" } as const;
    if (this.#top + key.length + value.length + OVERHEAD_MAX > CHUNK_BYTES) {
      this.#newChunk();
    }
    const last = this.#chunks.length - 1;
    this.#starts.push(last * CHUNK_BYTES + this.#top);
    this.#top = packMutation(this.#chunks[last] as Buffer, this.#top, mutation);
    this.#order = undefined;
    if (this.#highest < key) this.#highest = key;
    else this.#ascends = false;
    if (this.#index !== undefined) this.#addToIndex(this.#index, this.length - 1);
  }

  #newChunk(): void {
    const filled = this.#chunks.pop();
    if (filled !== undefined) {
      this.#ends.push(this.#top);
      this.#chunks.push(this.#ascends ? returnableCopy(filled, this.#top) : filled);
    }
    this.#chunks.push(filled !== undefined && this.#ascends ? filled : ordinaryMemory());
    this.#firsts.push(this.length);
    this.#top = 0;
  }

  #addToIndex(index: PackedIndex, from: number): void {
    for (let number = from; number < this.length; number++) {
      const position = this.#starts.at(number);
      const chunk = this.#chunks[position >>> CHUNK_BITS] as Buffer;
      const lengthAt = (position & (CHUNK_BYTES - 1)) + 1;
      const keyAt = lengthAt + varintBytes(chunk, lengthAt);
      index.add(hashOfBytes(chunk, keyAt, keyAt + varintIn(chunk, lengthAt)), number);
    }
  }

  /** Each of them is at most as long as PACKED_BYTES_MAX allows. */
  addBatch(batch: PackedBatch): void {
    const { length } = batch;
    const before = this.length;
    for (let number = 0; number < length;) number = this.#addSome(batch, number);
    if (this.#index !== undefined) this.#addToIndex(this.#index, before);
    this.#order = undefined;
    const isAbove = this.#highest < batch.keyAt(0);
    if (!batch.ascends || !isAbove) this.#ascends = false;
    const highest = batch.highest();
    if (this.#highest < highest) this.#highest = highest;
  }

  /** As many of those from `first` on as the last chunk has room for; returns the next one. */
  #addSome(batch: PackedBatch, first: number): number {
    const from = batch.startOf(first);
    if (this.#top + (batch.startOf(first + 1) - from) > CHUNK_BYTES) {
      this.#newChunk();
    }
    const last = this.#chunks.length - 1;
    const moved = last * CHUNK_BYTES + this.#top - from;
    const end = from + CHUNK_BYTES - this.#top;
    let number = first;
    for (; number < batch.length && batch.startOf(number + 1) <= end; number++) {
      this.#starts.push(moved + batch.startOf(number));
    }
    const to = batch.startOf(number);
    batch.bytes.copy(this.#chunks[last] as Buffer, this.#top, from, to);
    this.#top += to - from;
    return number;
  }

  lengthAt(number: number): number {
    const start = this.#starts.at(number);
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    return varintIn(chunk, (start & (CHUNK_BYTES - 1)) + 1);
  }

  bytesAt(number: number, at: number, target: Uint8Array): number {
    const start = this.#starts.at(number);
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    const lengthAt = (start & (CHUNK_BYTES - 1)) + 1;
    const from = lengthAt + varintBytes(chunk, lengthAt) + at;
    const length = Math.min(varintIn(chunk, lengthAt) - at, target.length);
    for (let i = 0; i < length; i++) target[i] = chunk[from + i] as number;
    return length;
  }

  keyAt(number: number): Key {
    const start = this.#starts.at(number);
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    const lengthAt = (start & (CHUNK_BYTES - 1)) + 1;
    const keyAt = lengthAt + varintBytes(chunk, lengthAt);
    return keyFromLatin1(chunk.toString("latin1", keyAt, keyAt + varintIn(chunk, lengthAt)));
  }

  valueAt(number: number): Uint8Array {
    const position = this.#starts.at(number);
    const chunk = this.#chunks[position >>> CHUNK_BITS] as Buffer;
    const lengthAt = keyEndIn(chunk, position & (CHUNK_BYTES - 1));
    const valueAt = lengthAt + varintBytes(chunk, lengthAt);
    const end = valueAt + varintIn(chunk, lengthAt);
    return new Uint8Array(chunk.subarray(valueAt, end));
  }

  /** Those that stand at these places of their order. */
  *copyTo(bytes: MutationBytes, from: number, to: number): Generator<undefined> {
    if (this.#ascends) return yield* this.#copyRuns(bytes, from, to);
    for (let place = from; place < to; place++) {
      this.#copyOne(this.#numberAt(place), bytes);
      if (place % COPIED_PER_STEP === 0) yield;
    }
  }

  /** What stands in one chunk is copied together, and the chunk is given back behind its last. */
  *#copyRuns(bytes: MutationBytes, from: number, to: number): Generator<undefined> {
    for (let number = from; number < to;) {
      const start = this.#starts.at(number);
      const at = start >>> CHUNK_BITS;
      const next = this.#firsts[at + 1] ?? this.length;
      const isLast = next <= to;
      const end = isLast ? this.#endOf(at) : this.#starts.at(to) & (CHUNK_BYTES - 1);
      const count = Math.min(next, to) - number;
      bytes.addRun(this.#chunks[at] as Buffer, start & (CHUNK_BYTES - 1), end, count);
      if (isLast) {
        bytes.endRun();
        returnMemory(this.#chunks[at] as Buffer);
      }
      number += count;
      yield;
    }
  }

  #endOf(chunk: number): number {
    return this.#ends[chunk] ?? this.#top;
  }

  #copyOne(number: number, bytes: MutationBytes): void {
    const position = this.#starts.at(number);
    const chunk = this.#chunks[position >>> CHUNK_BITS] as Buffer;
    const start = position & (CHUNK_BYTES - 1);
    const lengthAt = keyEndIn(chunk, start);
    const end = lengthAt + varintBytes(chunk, lengthAt) + varintIn(chunk, lengthAt);
    bytes.addRun(chunk, start, end, 1);
  }

  /** Only their number is left. */
  forget(): void {
    for (const chunk of this.#chunks) returnMemory(chunk);
    spare = this.#chunks.at(-1);
    this.#chunks.length = 0;
    this.#order = undefined;
    this.#index = undefined;
  }

  entryAt(number: number): PackedEntry {
    return new PackedEntry(this.keyAt(number), this, number);
  }

  /** Whether a read of the key would first have to sort. */
  isUnsortedFor(key: Key): boolean {
    return !this.#ascends && this.#order === undefined && key <= this.#highest;
  }

  /** In steps; BEFORE that they are read in it. */
  *sorting(): Generator<undefined> {
    if (this.#ascends || this.#order !== undefined) return;
    const { length } = this;
    const order = yield* orderOfKeys(this);
    if (length === this.length) this.#order = order;
  }

  /** In no order: a look by a hash, of which the first one makes it for all. */
  get(key: Key): PackedEntry | undefined {
    if (this.isUnsortedFor(key)) {
      if (this.#index === undefined) this.#addToIndex((this.#index = new PackedIndex()), 0);
      const found = this.#index.find(key, this);
      return found === undefined ? undefined : new PackedEntry(key, this, found);
    }
    const place = this.placeOf(key);
    if (place === this.length) return undefined;
    const number = this.#numberAt(place);
    return this.keyAt(number) === key ? this.entryAt(number) : undefined;
  }

  /** Ascending keys of a span. */
  *keysWithin(span: Span): Generator<Key> {
    for (let place = this.placeOf(span.start); place < this.length; place++) {
      const key = this.keyAt(this.#numberAt(place));
      if (key >= span.end) return;
      yield key;
    }
  }

  *batches(): Generator<readonly PackedEntry[]> {
    for (let from = 0; from < this.length; from += BATCH) {
      const batch: PackedEntry[] = [];
      const end = Math.min(from + BATCH, this.length);
      for (let place = from; place < end; place++) {
        batch.push(this.entryAt(this.#numberAt(place)));
      }
      yield batch;
    }
  }

  keyAtPlace(place: number): Key | undefined {
    return place < this.length ? this.keyAt(this.#numberAt(place)) : undefined;
  }

  #numberAt(place: number): number {
    return this.#ascends ? place : ((this.#order as Uint32Array)[place] as number);
  }

  /** Where the key is in their order, or would be: at `from` or behind. */
  placeOf(key: Key, from = 0): number {
    if (key > this.#highest) return this.length;
    for (const _ of this.sorting());
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keyAt(this.#numberAt(middle)) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Single bytes of it are read and written several times as fast as of memory that can be returned. */
function ordinaryMemory(): Buffer {
  const memory = spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  spare = undefined;
  return memory;
}

/** One that nobody fills any more: most transactions that pack need no other. */
let spare: Buffer | undefined;

function returnableCopy(chunk: Buffer, end: number): Buffer {
  const copy = borrowMemory(end);
  chunk.copy(copy, 0, 0, end);
  return copy;
}

/** Of the mutation that starts there. */
function keyEndIn(chunk: Buffer, start: number): number {
  return start + 1 + varintBytes(chunk, start + 1) + varintIn(chunk, start + 1);
}
