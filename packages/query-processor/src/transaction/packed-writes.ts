/**
 * Writes of new keys as the bytes of their mutations, one behind the other: a load of a million rows
 * is a few buffers, and no object that the garbage collector would look at. They are read in the
 * order of their keys, which is found when it is first asked for; whatever is replaced is elsewhere.
 */
import type { Key, KeyList, Span } from "@firstlight/common";
import { keyFromLatin1, orderOfKeys, packMutation } from "@firstlight/common";
import type { WriteEntry } from "./write-set.ts";

const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;
/** What is larger is no load of many rows. */
export const PACKED_BYTES_MAX: number = 1 << 16;
/** Flags and two lengths. */
const OVERHEAD_MAX = 11;
const BATCH = 512;

/** Its value is a view, made anew whenever it is asked for. */
export class PackedEntry implements WriteEntry {
  readonly key: Key;
  readonly intent = "X";
  readonly #chunk: Buffer;
  readonly #start: number;
  readonly #valueAt: number;
  readonly #end: number;

  constructor(key: Key, chunk: Buffer, { start, valueAt, end }: Place) {
    this.key = key;
    this.#chunk = chunk;
    this.#start = start;
    this.#valueAt = valueAt;
    this.#end = end;
  }

  get value(): Uint8Array {
    const { buffer, byteOffset } = this.#chunk;
    return new Uint8Array(buffer, byteOffset + this.#valueAt, this.#end - this.#valueAt);
  }

  get packedBytes(): number {
    return this.#end - this.#start;
  }

  /** Returns the end of the mutation, of which `target` has a copy from `at` on. */
  packInto(target: Buffer, at: number): number {
    return at + this.#chunk.copy(target, at, this.#start, this.#end);
  }
}

interface Place {
  readonly start: number;
  readonly valueAt: number;
  readonly end: number;
}

export class PackedWrites implements KeyList {
  readonly #chunks: Buffer[] = [];
  #top = CHUNK_BYTES;
  /** Where each mutation starts, counted over all chunks. */
  readonly #starts: number[] = [];
  #highest = keyFromLatin1("");
  #ascends = true;
  /** Of all that are here, unless they ascend. */
  #order: Uint32Array | undefined;

  get length(): number {
    return this.#starts.length;
  }

  add(key: Key, value: Uint8Array): void {
    const mutation = { key, value, intent: "X" } as const;
    if (this.#top + key.length + value.length + OVERHEAD_MAX > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#top = 0;
    }
    const last = this.#chunks.length - 1;
    this.#starts.push(last * CHUNK_BYTES + this.#top);
    this.#top = packMutation(this.#chunks[last] as Buffer, this.#top, mutation);
    this.#order = undefined;
    if (this.#highest < key) this.#highest = key;
    else this.#ascends = false;
  }

  lengthAt(number: number): number {
    const start = this.#starts[number] as number;
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    return lengthIn(chunk, (start & (CHUNK_BYTES - 1)) + 1);
  }

  byteAt(number: number, at: number): number {
    const start = this.#starts[number] as number;
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    const lengthAt = (start & (CHUNK_BYTES - 1)) + 1;
    const keyAt = lengthAt + lengthBytes(chunk, lengthAt);
    return chunk[keyAt + at] as number;
  }

  keyAt(number: number): Key {
    const start = this.#starts[number] as number;
    const chunk = this.#chunks[start >>> CHUNK_BITS] as Buffer;
    const lengthAt = (start & (CHUNK_BYTES - 1)) + 1;
    const keyAt = lengthAt + lengthBytes(chunk, lengthAt);
    return keyFromLatin1(chunk.toString("latin1", keyAt, keyAt + lengthIn(chunk, lengthAt)));
  }

  entryAt(number: number): PackedEntry {
    const position = this.#starts[number] as number;
    const chunk = this.#chunks[position >>> CHUNK_BITS] as Buffer;
    const start = position & (CHUNK_BYTES - 1);
    const keyAt = start + 1 + lengthBytes(chunk, start + 1);
    const keyEnd = keyAt + lengthIn(chunk, start + 1);
    const valueAt = keyEnd + lengthBytes(chunk, keyEnd);
    const end = valueAt + lengthIn(chunk, keyEnd);
    const key = keyFromLatin1(chunk.toString("latin1", keyAt, keyEnd));
    return new PackedEntry(key, chunk, { start, valueAt, end });
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

  get(key: Key): PackedEntry | undefined {
    const place = this.#placeOf(key);
    if (place === this.length) return undefined;
    const number = this.#numberAt(place);
    return this.keyAt(number) === key ? this.entryAt(number) : undefined;
  }

  /** Ascending keys of a span. */
  *keysWithin(span: Span): Generator<Key> {
    for (let place = this.#placeOf(span.start); place < this.length; place++) {
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

  #numberAt(place: number): number {
    return this.#ascends ? place : ((this.#order as Uint32Array)[place] as number);
  }

  /** Where the key is in their order, or would be. */
  #placeOf(key: Key): number {
    if (key > this.#highest) return this.length;
    for (const _ of this.sorting());
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keyAt(this.#numberAt(middle)) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Of the varint there. */
function lengthBytes(chunk: Buffer, at: number): number {
  return (chunk[at] as number) < 0x80 ? 1 : (chunk[at + 1] as number) < 0x80 ? 2 : 3;
}

function lengthIn(chunk: Buffer, at: number): number {
  const low = chunk[at] as number;
  if (low < 0x80) return low;
  const middle = chunk[at + 1] as number;
  if (middle < 0x80) return (low & 0x7f) | (middle << 7);
  return (low & 0x7f) | ((middle & 0x7f) << 7) | ((chunk[at + 2] as number) << 14);
}
