/**
 * Writes in the order of their keys: a list of sorted chunks, as SortedKeys is one, with the entries
 * beside the keys. A search compares some twenty keys; nothing is hashed, which for keys that are
 * written once and read once would cost more than all searches.
 */
import type { Key, Span } from "@firstlight/common";
import type { WriteEntry } from "./write-set.ts";

const CHUNK_MAX = 256;
/** Fewer new entries than this part of those that are there are put in one by one. */
const FEW = 1 / 16;
const MERGED_PER_STEP = 8_192;

interface Chunk {
  /** Ascending, those of `entries`. */
  readonly keys: Key[];
  readonly entries: WriteEntry[];
}

export class SortedEntries {
  readonly #chunks: Chunk[];
  #size: number;
  /** Where the key that was searched last is, or would be: it is mostly written next. */
  #sought: Key | undefined;
  #chunk = 0;
  #index = 0;

  constructor(chunks: Chunk[] = [], size = 0) {
    this.#chunks = chunks;
    this.#size = size;
  }

  /** Of batches that ascend by their keys. */
  static of(batches: Iterable<readonly WriteEntry[]>): SortedEntries {
    const sorted = new EntryChunks();
    for (const batch of batches) for (const entry of batch) sorted.push(entry);
    return new SortedEntries(sorted.chunks, sorted.size);
  }

  get first(): WriteEntry | undefined {
    return this.#chunks[0]?.entries[0];
  }

  get size(): number {
    return this.#size;
  }

  /** True when `key` is there; its place or the one that it would have is in #chunk and #index. */
  #seek(key: Key): boolean {
    if (this.#sought !== key) {
      const chunks = this.#chunks;
      let low = 0;
      let high = chunks.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (((chunks[middle] as Chunk).keys[0] as Key) <= key) low = middle;
        else high = middle - 1;
      }
      this.#chunk = low;
      this.#index = lowerBound(chunks[low]?.keys ?? [], key);
      this.#sought = key;
    }
    return this.#chunks[this.#chunk]?.keys[this.#index] === key;
  }

  get(key: Key): WriteEntry | undefined {
    return this.#seek(key) ? this.#chunks[this.#chunk]?.entries[this.#index] : undefined;
  }

  has(key: Key): boolean {
    return this.#seek(key);
  }

  set(entry: WriteEntry): void {
    const { key } = entry;
    const isThere = this.#seek(key);
    const chunk = this.#chunks[this.#chunk];
    if (chunk === undefined) this.#chunks.push({ keys: [key], entries: [entry] });
    else if (isThere) chunk.entries[this.#index] = entry;
    else insert(chunk, this.#index, entry);
    if (isThere) return;
    this.#size++;
    if (chunk !== undefined && chunk.keys.length > CHUNK_MAX) this.#split(chunk);
  }

  /** Appending leaves full chunks behind; inserting elsewhere splits in halves. */
  #split(chunk: Chunk): void {
    const isLast = this.#chunk === this.#chunks.length - 1;
    const appended = isLast && this.#index === chunk.keys.length - 1;
    const at = appended ? CHUNK_MAX : CHUNK_MAX >> 1;
    const upper = { keys: chunk.keys.splice(at), entries: chunk.entries.splice(at) };
    this.#chunks.splice(this.#chunk + 1, 0, upper);
    this.#sought = undefined;
  }

  delete(key: Key): boolean {
    if (!this.#seek(key)) return false;
    const found = this.#chunks[this.#chunk];
    this.#sought = undefined;
    this.#size--;
    if (found?.keys.length === 1) this.#chunks.splice(this.#chunk, 1);
    else {
      found?.keys.splice(this.#index, 1);
      found?.entries.splice(this.#index, 1);
    }
    return true;
  }

  /**
   * Those that are here and `sorted`, which ascend; in steps if they are many, and then not here.
   * What one of `sorted` stands for is put into `repeated`.
   */
  *merged(
    sorted: readonly WriteEntry[],
    repeated: WriteEntry[],
  ): Generator<undefined, SortedEntries> {
    if (sorted.length < this.#size * FEW) {
      for (const entry of sorted) {
        const known = this.get(entry.key);
        if (known !== undefined) repeated.push(known);
        this.set(entry);
      }
      return this;
    }
    const merged = new EntryChunks();
    let at = 0;
    for (const entries of this.batches()) {
      for (const entry of entries) {
        for (; at < sorted.length && (sorted[at] as WriteEntry).key < entry.key; at++) {
          merged.push(sorted[at] as WriteEntry);
          if (merged.size % MERGED_PER_STEP === 0) yield;
        }
        if (sorted[at]?.key === entry.key) repeated.push(entry);
        else merged.push(entry);
      }
      yield;
    }
    for (; at < sorted.length; at++) {
      merged.push(sorted[at] as WriteEntry);
      if (merged.size % MERGED_PER_STEP === 0) yield;
    }
    return new SortedEntries(merged.chunks, merged.size);
  }

  hasIn(span: Span): boolean {
    const [first] = this.within(span);
    return first !== undefined;
  }

  /** Ascending keys of a span; nothing may be written meanwhile. */
  *within(span: Span): Generator<Key> {
    this.#seek(span.start);
    let index = this.#index;
    for (let at = this.#chunk; at < this.#chunks.length; at++) {
      const keys = this.#chunks[at]?.keys ?? [];
      for (; index < keys.length; index++) {
        const key = keys[index] as Key;
        if (key >= span.end) return;
        yield key;
      }
      index = 0;
    }
  }

  /** All of them, some hundred at a time; nothing may be written meanwhile. */
  *batches(): Generator<readonly WriteEntry[]> {
    for (const { entries } of this.#chunks) yield entries;
  }
}

/** Entries that come in their order. */
class EntryChunks {
  readonly chunks: Chunk[] = [];
  size = 0;

  push(entry: WriteEntry): void {
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.keys.length >= CHUNK_MAX) {
      this.chunks.push((chunk = { keys: [], entries: [] }));
    }
    chunk.keys.push(entry.key);
    chunk.entries.push(entry);
    this.size++;
  }
}

function insert({ keys, entries }: Chunk, at: number, entry: WriteEntry): void {
  if (at === keys.length) {
    keys.push(entry.key);
    entries.push(entry);
    return;
  }
  keys.splice(at, 0, entry.key);
  entries.splice(at, 0, entry);
}

function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as Key) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
