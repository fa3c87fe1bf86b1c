/**
 * Writes by their keys. Keys that ascend are a sorted list and nothing else; those out of order are
 * in sorted chunks. Both grow in short steps, and are read together in the order of their keys. Keys
 * out of order that are known to be new are only gathered, and sorted all at once BEFORE anything is
 * read.
 */
import type { Key, KeyList, Span } from "@firstlight/common";
import { orderOfKeys } from "@firstlight/common";
import { SortedEntries } from "./sorted-entries.ts";
import type { WriteEntry } from "./write-set.ts";

/** What may be moved to take one write out of the sorted list. */
const MOVED_MAX = 256;

/** Writes handed out together. */
const BATCH = 512;
const SORTED_PER_STEP = 8_192;
const NONE: readonly WriteEntry[] = [];

export class PlainWrites {
  /** Ascending. */
  readonly #run: WriteEntry[] = [];
  /** Of other keys than the run's. */
  #others: SortedEntries | undefined;
  /** Of other keys than those; as they came. */
  #fresh: WriteEntry[] = [];
  #hasTombstones = false;
  readonly #onRepeated: (entry: WriteEntry) => void;

  /** `onRepeated`: a key that was said to be new was not, and this is what is left out for it. */
  constructor(onRepeated: (entry: WriteEntry) => void) {
    this.#onRepeated = onRepeated;
  }

  get size(): number {
    return this.#run.length + (this.#others?.size ?? 0) + this.#fresh.length;
  }

  /** Whether a key that storage does not have, nor a read of this transaction, is not here either. */
  get knowsNew(): boolean {
    return !this.#hasTombstones;
  }

  get(key: Key): WriteEntry | undefined {
    this.#sortFresh();
    const other = this.#others?.get(key);
    if (other !== undefined) return other;
    const found = this.#run[this.#place(key)];
    return found?.key === key ? found : undefined;
  }

  /** Of a key that is not here. */
  add(entry: WriteEntry): void {
    const last = this.#run.at(-1);
    if (last === undefined || last.key < entry.key) this.#run.push(entry);
    else this.#fresh.push(entry);
  }

  /** Of a key that may be here: with the strongest intent, so nothing of what it stands for matters. */
  gather(entry: WriteEntry): void {
    if (entry.value === undefined) this.#hasTombstones = true;
    const last = this.#run.at(-1);
    const isBehind = last === undefined || last.key < entry.key;
    // What comes after everything in the run may still be among the others, but is never fresh.
    if (isBehind && this.#others === undefined) this.#run.push(entry);
    else this.#fresh.push(entry);
  }

  set(entry: WriteEntry): void {
    const { key } = entry;
    this.#sortFresh();
    if (entry.value === undefined) this.#hasTombstones = true;
    const run = this.#run;
    const at = this.#place(key);
    const isInRun = at < run.length && run[at]?.key === key;
    const others = this.#others;
    // What comes after everything in the run may still be among the others.
    if (isInRun || (at === run.length && others?.has(key) !== true)) {
      run[at] = entry;
      return;
    }
    (this.#others ??= new SortedEntries()).set(entry);
  }

  delete(key: Key): void {
    this.#sortFresh();
    const at = this.#place(key);
    const run = this.#run;
    if (run[at]?.key !== key) {
      this.#others?.delete(key);
    } else if (run.length - at <= MOVED_MAX) {
      run.splice(at, 1);
    } else {
      // Taking many out of a long list one by one would move the rest of it for each.
      this.#others = SortedEntries.of(this.batches());
      run.length = 0;
      this.#others.delete(key);
    }
  }

  hasIn(span: Span): boolean {
    this.#sortFresh();
    if (this.#others?.hasIn(span) === true) return true;
    const first = this.#run[this.#place(span.start)];
    return first !== undefined && first.key < span.end;
  }

  *keysWithin(span: Span): Generator<Key> {
    this.#sortFresh();
    const others = this.#others?.within(span);
    let other = others?.next().value as Key | undefined;
    for (let at = this.#place(span.start); at < this.#run.length; at++) {
      const { key } = this.#run[at] as WriteEntry;
      if (key >= span.end) break;
      for (; other !== undefined && other < key; other = others?.next().value as Key | undefined) {
        yield other;
      }
      yield key;
    }
    for (; other !== undefined; other = others?.next().value as Key | undefined) yield other;
  }

  /** Any of its keys. */
  get someKey(): Key | undefined {
    return (this.#run[0] ?? this.#fresh[0] ?? this.#others?.first)?.key;
  }

  /**
   * All of them by their keys, some hundred at a time; none at all where the event loop may have
   * its turn. Nothing may be written meanwhile.
   */
  *batches(): Generator<readonly WriteEntry[]> {
    for (const _ of this.#sortingFresh()) yield NONE;
    const run = this.#run;
    let at = 0;
    for (const entries of this.#others?.batches() ?? []) {
      const last = entries.at(-1);
      if (at >= run.length || (last !== undefined && (run[at] as WriteEntry).key > last.key)) {
        yield entries;
        continue;
      }
      const batch: WriteEntry[] = [];
      for (const entry of entries) {
        for (; at < run.length && (run[at] as WriteEntry).key < entry.key; at++) {
          batch.push(run[at] as WriteEntry);
          if (batch.length >= BATCH) yield batch.splice(0);
        }
        batch.push(entry);
      }
      if (batch.length > 0) yield batch;
    }
    for (; at < run.length; at += BATCH) yield run.slice(at, at + BATCH);
  }

  settle(): void {
    this.#sortFresh();
  }

  /** The same in steps, of what is here at the first one. */
  *settling(): Generator<undefined> {
    yield* this.#sortingFresh();
  }

  get unsettled(): number {
    return this.#fresh.length;
  }

  #sortFresh(): void {
    if (this.#fresh.length === 0) return;
    for (const _ of this.#sortingFresh());
  }

  /**
   * Reads may come in between: they sort by themselves, and then the rest of this is of no use. A
   * key that comes again stands for what was there before.
   */
  *#sortingFresh(): Generator<undefined> {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    const order = yield* orderOfKeys(keysOf(fresh));
    const sorted: WriteEntry[] = [];
    const repeated: WriteEntry[] = [];
    for (const at of order) {
      const entry = fresh[at] as WriteEntry;
      if (sorted.at(-1)?.key === entry.key) repeated.push(sorted.pop() as WriteEntry);
      if (sorted.push(entry) % SORTED_PER_STEP === 0) yield;
    }
    const others = yield* (this.#others ?? new SortedEntries()).merged(sorted, repeated);
    if (this.#fresh !== fresh) return;
    this.#fresh = fresh.slice(order.length);
    this.#others = others;
    this.#dropFromRun(sorted, repeated);
    for (const entry of repeated) this.#onRepeated(entry);
  }

  /** Where keys come in no order the run has few. */
  #dropFromRun(sorted: readonly WriteEntry[], repeated: WriteEntry[]): void {
    const run = this.#run;
    const shorter = run.length < sorted.length ? run : sorted;
    const places: number[] = [];
    for (const { key } of shorter) {
      const at = placeIn(run, key);
      if (run[at]?.key === key && sorted[placeIn(sorted, key)]?.key === key) places.push(at);
    }
    for (const at of places) repeated.push(run[at] as WriteEntry);
    removePlaces(run, places);
  }

  /** Where `key` is in the run, or would be. */
  #place(key: Key): number {
    return placeIn(this.#run, key);
  }
}

/** Of ascending places; what is behind the first one moves once. */
function removePlaces(entries: WriteEntry[], places: readonly number[]): void {
  let to = places[0] ?? entries.length;
  for (let at = to, next = 0; at < entries.length; at++) {
    if (at === places[next]) next++;
    else entries[to++] = entries[at] as WriteEntry;
  }
  entries.length = to;
}

function keysOf(entries: readonly WriteEntry[]): KeyList {
  const keyAt = (number: number): Key => (entries[number] as WriteEntry).key;
  return {
    length: entries.length,
    keyAt,
    lengthAt: (number) => keyAt(number).length,
    bytesAt: (number, at, target) => copyBytes(keyAt(number), at, target),
  };
}

function copyBytes(key: Key, at: number, target: Uint8Array): number {
  const length = Math.min(key.length - at, target.length);
  for (let i = 0; i < length; i++) target[i] = key.charCodeAt(at + i);
  return length;
}

function placeIn(entries: readonly WriteEntry[], key: Key): number {
  let low = 0;
  let high = entries.length;
  // A load asks for what comes after everything else.
  if (high === 0 || (entries[high - 1] as WriteEntry).key < key) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as WriteEntry).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
