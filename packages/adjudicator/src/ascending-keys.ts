/**
 * Very many ascending keys in few bytes: of each only what differs from the one before, and every
 * so often a whole one, which searches begin with. A million keys of a table take some megabytes.
 */
import type { Key } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";

const CHUNK_BYTES = 1 << 16;
/** Chunks of a short list need not be as large. */
const FIRST_BYTES = 1 << 12;
/** Among so many keys the first one is whole. */
const GROUP = 16;

interface Chunk {
  readonly bytes: Buffer;
  readonly first: Key;
  /** The place of its first key. */
  readonly from: number;
  /** Where its groups begin. */
  readonly groups: number[];
  size: number;
}

/** What was found last: keys that are looked for ascend, mostly. */
interface Finger {
  /** Nothing that is here lies between it and `key`. */
  readonly from: Key;
  readonly key: Key;
  /** Of the chunk, and of the key in it. */
  readonly chunk: number;
  readonly number: number;
  /** Stands behind the key. */
  readonly reader: KeyReader;
}

/** Two lengths: a byte, or this one and two more. */
const LONG = 0xff;
const HEADER_BYTES_MAX = 6;
const LENGTH_MAX = 0xffff;

export class AscendingKeys {
  readonly #chunks: Chunk[] = [];
  #top = 0;
  #size = 0;
  #bytes = 0;
  #last: Key | undefined;
  #finger: Finger | undefined;

  get size(): number {
    return this.#size;
  }

  /** That it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** False if it is not above the last one, or longer than keys are. */
  add(key: Key): boolean {
    const last = this.#last;
    if ((last !== undefined && key <= last) || key.length > LENGTH_MAX) return false;
    const chunk = this.#chunkFor(key);
    const isWhole = chunk.size % GROUP === 0;
    if (isWhole) chunk.groups.push(this.#top);
    const shared = isWhole || last === undefined ? 0 : commonLength(last, key);
    this.#write(chunk.bytes, key, shared);
    chunk.size++;
    this.#size++;
    this.#last = key;
    return true;
  }

  #chunkFor(key: Key): Chunk {
    const chunk = this.#chunks.at(-1);
    const needed = key.length + HEADER_BYTES_MAX;
    if (chunk !== undefined && this.#top + needed <= chunk.bytes.length) return chunk;
    const size = Math.max(chunk === undefined ? FIRST_BYTES : CHUNK_BYTES, needed);
    const bytes = Buffer.allocUnsafeSlow(size);
    const made = { bytes, first: key, from: this.#size, groups: [], size: 0 };
    this.#chunks.push(made);
    this.#bytes += size;
    this.#top = 0;
    return made;
  }

  #write(bytes: Buffer, key: Key, shared: number): void {
    const { length } = key;
    let at = writeLength(bytes, writeLength(bytes, this.#top, shared), length - shared);
    for (let i = shared; i < length; i++) bytes[at++] = key.charCodeAt(i);
    this.#top = at;
  }

  /** The first one that is not below `key`. */
  ceiling(key: Key): { readonly key: Key; readonly place: number } | undefined {
    if (this.#last === undefined || key > this.#last) return undefined;
    const found = this.#nextTo(key) ?? this.#searched(key);
    if (found === undefined) return undefined;
    this.#finger = found;
    return { key: found.key, place: (this.#chunks[found.chunk] as Chunk).from + found.number };
  }

  /** From what was found last a few steps on. */
  #nextTo(key: Key): Finger | undefined {
    const finger = this.#finger;
    if (finger === undefined || finger.from > key) return undefined;
    // Its reader moves.
    this.#finger = undefined;
    const { chunk, reader } = finger;
    const { size } = this.#chunks[chunk] as Chunk;
    let found = finger.key;
    let { number } = finger;
    for (const end = number + GROUP; found < key; number++) {
      if (number + 1 >= size || number >= end) return undefined;
      found = reader.next(found);
    }
    return { from: key, key: found, chunk, number, reader };
  }

  #searched(key: Key): Finger | undefined {
    const before = lastPlace(this.#chunks.length, (at) => (this.#chunks[at] as Chunk).first <= key);
    for (let at = Math.max(before, 0); at < this.#chunks.length; at++) {
      const found = ceilingIn(this.#chunks[at] as Chunk, key);
      if (found !== undefined) return { ...found, from: key, chunk: at };
    }
    return undefined;
  }
}

function ceilingIn(
  { bytes, groups, size }: Chunk,
  key: Key,
): Pick<Finger, "key" | "number" | "reader"> | undefined {
  const reader = new KeyReader(bytes);
  const isNotAbove = (group: number): boolean => reader.whole(groups[group] as number) <= key;
  const group = Math.max(0, lastPlace(groups.length, isNotAbove));
  let found = reader.whole(groups[group] as number);
  for (let number = group * GROUP; number < size; number++) {
    if (found >= key) return { key: found, number, reader };
    if (number + 1 < size) found = reader.next(found);
  }
  return undefined;
}

class KeyReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  whole(at: number): Key {
    this.#at = at;
    return this.next(keyFromLatin1(""));
  }

  next(before: Key): Key {
    const shared = this.#length();
    const length = this.#length();
    const start = this.#at;
    this.#at = start + length;
    const rest = this.#bytes.toString("latin1", start, this.#at);
    return keyFromLatin1(shared === 0 ? rest : before.slice(0, shared) + rest);
  }

  #length(): number {
    const bytes = this.#bytes;
    const short = bytes[this.#at++] as number;
    if (short < LONG) return short;
    this.#at += 2;
    return bytes.readUInt16LE(this.#at - 2);
  }
}

function writeLength(bytes: Buffer, at: number, length: number): number {
  if (length < LONG) {
    bytes[at] = length;
    return at + 1;
  }
  bytes[at] = LONG;
  return bytes.writeUInt16LE(length, at + 1);
}

function commonLength(one: Key, other: Key): number {
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

/** The last of the first ones for which it holds; -1: there is none. */
function lastPlace(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
