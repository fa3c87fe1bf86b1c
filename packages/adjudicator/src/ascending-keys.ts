/**
 * Very many ascending keys in few bytes: of each only what differs from the one before, and every
 * so often a whole one, which searches begin with. A million keys of a table take some megabytes.
 */
import type { Key } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";

const CHUNK_BYTES = 1 << 16;
/** Among so many keys the first one is whole. */
const GROUP = 16;

/** Keys of a chunk are searched in that one alone. */
interface Chunk {
  readonly bytes: Buffer;
  readonly first: Key;
  /** The place of its first key. */
  readonly from: number;
  /** Where its groups begin. */
  readonly groups: number[];
  size: number;
}

/** Two lengths of two bytes. */
const HEADER_BYTES = 4;
const LENGTH_MAX = 0xffff;

export class AscendingKeys {
  readonly #chunks: Chunk[] = [];
  #top = CHUNK_BYTES;
  #size = 0;
  #last: Key | undefined;

  get size(): number {
    return this.#size;
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
    const needed = key.length + HEADER_BYTES;
    if (chunk !== undefined && this.#top + needed <= chunk.bytes.length) return chunk;
    const bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, needed));
    const made = { bytes, first: key, from: this.#size, groups: [], size: 0 };
    this.#chunks.push(made);
    this.#top = 0;
    return made;
  }

  #write(bytes: Buffer, key: Key, shared: number): void {
    const { length } = key;
    bytes.writeUInt16LE(shared, this.#top);
    bytes.writeUInt16LE(length - shared, this.#top + 2);
    let at = this.#top + HEADER_BYTES;
    for (let i = shared; i < length; i++) bytes[at++] = key.charCodeAt(i);
    this.#top = at;
  }

  /** The first one that is not below `key`. */
  ceiling(key: Key): { readonly key: Key; readonly place: number } | undefined {
    if (this.#last === undefined || key > this.#last) return undefined;
    const before = lastPlace(this.#chunks.length, (at) => (this.#chunks[at] as Chunk).first <= key);
    for (let at = Math.max(before, 0); at < this.#chunks.length; at++) {
      const found = ceilingIn(this.#chunks[at] as Chunk, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function ceilingIn(chunk: Chunk, key: Key): { key: Key; place: number } | undefined {
  const { bytes, groups, size, from } = chunk;
  const group = Math.max(
    0,
    lastPlace(groups.length, (at) => keyAt(bytes, groups[at] as number, "") <= key),
  );
  let at = groups[group] as number;
  let current = "";
  for (let place = group * GROUP; place < size; place++) {
    const found = keyAt(bytes, at, current);
    if (found >= key) return { key: found, place: from + place };
    at += HEADER_BYTES + bytes.readUInt16LE(at + 2);
    current = found;
  }
  return undefined;
}

function keyAt(bytes: Buffer, at: number, before: string): Key {
  const shared = bytes.readUInt16LE(at);
  const start = at + HEADER_BYTES;
  const rest = bytes.toString("latin1", start, start + bytes.readUInt16LE(at + 2));
  return keyFromLatin1(before.slice(0, shared) + rest);
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
