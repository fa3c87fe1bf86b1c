/**
 * An ordered set of keys in memory, kept as a list of sorted chunks: insertion costs a search and a
 * move of at most one chunk (and, on a split, of the list of chunks: some kilobytes even with a
 * million keys), adding in order costs almost nothing, ranges are contiguous.
 */
import type { Key, Span } from "./key.ts";
import { KeyCursor } from "./key-cursor.ts";

const CHUNK_MAX = 256;

export class SortedKeys {
  readonly #chunks: Key[][] = [];
  #size = 0;
  /** Added last: whether keys come in order. */
  #last: Key | undefined;

  get size(): number {
    return this.#size;
  }

  /** Index of the chunk that holds or would hold `key`. */
  #chunkOf(key: Key): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.[0] ?? "") <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  static #lowerBound(chunk: readonly Key[], key: Key): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((chunk[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** False if it was there. */
  add(key: Key): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      this.#size = 1;
      return true;
    }
    const index = SortedKeys.#lowerBound(chunk, key);
    if (chunk[index] === key) return false;
    if (index === chunk.length) chunk.push(key);
    else chunk.splice(index, 0, key);
    this.#size++;
    if (chunk.length > CHUNK_MAX) this.#split(at, chunk, index);
    this.#last = key;
    return true;
  }

  /**
   * A key behind all of a full chunk leaves it full: it begins the next one, or a new one between
   * the two if that is full as well. A key among others splits theirs in halves, or right behind
   * itself if it came right behind the one before. So keys that come in order fill their chunks
   * wherever they are.
   */
  #split(at: number, chunk: Key[], inserted: number): void {
    const isBehind = inserted === CHUNK_MAX;
    const ascends = chunk[inserted - 1] === this.#last;
    const moved = chunk.splice(isBehind ? CHUNK_MAX : ascends ? inserted + 1 : CHUNK_MAX >> 1);
    const next = this.#chunks[at + 1];
    if (isBehind && next !== undefined && next.length < CHUNK_MAX) next.unshift(...moved);
    else this.#chunks.splice(at + 1, 0, moved);
  }

  delete(key: Key): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const index = SortedKeys.#lowerBound(chunk, key);
    if (chunk[index] !== key) return false;
    this.#size--;
    if (chunk.length === 1) this.#chunks.splice(at, 1);
    else if (index === 0) chunk.shift();
    else chunk.splice(index, 1);
    return true;
  }

  /** Stands on the first key at or above `key`. Valid until the set changes. */
  seekAtOrAbove(key: Key): KeyCursor {
    const at = this.#chunkOf(key);
    return new KeyCursor(this.#chunks, at, SortedKeys.#lowerBound(this.#chunks[at] ?? [], key));
  }

  /** Stands on the last key below `key`. Valid until the set changes. */
  seekBelow(key: Key): KeyCursor {
    const at = this.#chunkOf(key);
    return new KeyCursor(this.#chunks, at, SortedKeys.#lowerBound(this.#chunks[at] ?? [], key) - 1);
  }

  /** The first key at or after `key`. */
  ceiling(key: Key): Key | undefined {
    for (let at = this.#chunkOf(key); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      const found = chunk[SortedKeys.#lowerBound(chunk, key)];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  hasIn(span: Span): boolean {
    const first = this.ceiling(span.start);
    return first !== undefined && first < span.end;
  }

  /** Ascending keys of a span; the set must not change meanwhile. */
  *within(span: Span): Generator<Key> {
    for (let at = this.#chunkOf(span.start); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      for (let i = SortedKeys.#lowerBound(chunk, span.start); i < chunk.length; i++) {
        const key = chunk[i];
        if (key === undefined || key >= span.end) return;
        yield key;
      }
    }
  }

  /** All of them, some hundred at a time; the set must not change meanwhile. */
  batches(): Iterable<readonly Key[]> {
    return this.#chunks;
  }

  *[Symbol.iterator](): Generator<Key> {
    for (const chunk of this.#chunks) yield* chunk;
  }
}
