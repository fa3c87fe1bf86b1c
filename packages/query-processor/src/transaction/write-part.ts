/**
 * The writes of one transaction to one index. Keys that ascend, as in a load, are a sorted list and
 * nothing else; those out of order are in sorted chunks. Both grow in short steps, and are read
 * together in the order of their keys.
 */
import type { Key, Span } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH, isGlobalKey } from "@firstlight/common";
import { SortedEntries } from "./sorted-entries.ts";
import type { WriteEntry } from "./write-set.ts";

/** What the keys of one part begin with; those of two parts are never in between each other. */
export function partPrefix(key: Key): string {
  return key.slice(0, isGlobalKey(key) ? 1 : INDEX_PREFIX_LENGTH);
}

/** Index number 0. */
const ROWS_SUFFIX = "\0\0";

/** What may be moved to take one write out of the sorted list. */
const MOVED_MAX = 256;

/** Writes handed out together. */
const BATCH = 512;

export class WritePart {
  readonly prefix: string;
  /** Whether its keys are those of a table's rows: of index number 0. */
  readonly isOfRows: boolean;
  /** Ascending. */
  readonly #run: WriteEntry[] = [];
  /** Of other keys than the run's. */
  #others: SortedEntries | undefined;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.isOfRows = prefix.length === INDEX_PREFIX_LENGTH && prefix.endsWith(ROWS_SUFFIX);
  }

  /** Whether the key belongs here: partPrefix(key) without making a string. */
  has(key: Key): boolean {
    if (!key.startsWith(this.prefix)) return false;
    return this.prefix.length === INDEX_PREFIX_LENGTH || isGlobalKey(key);
  }

  get size(): number {
    return this.#run.length + (this.#others?.size ?? 0);
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get(key: Key): WriteEntry | undefined {
    const other = this.#others?.get(key);
    if (other !== undefined) return other;
    const found = this.#run[this.#place(key)];
    return found?.key === key ? found : undefined;
  }

  set(entry: WriteEntry): void {
    const { key } = entry;
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
    if (this.#others?.hasIn(span) === true) return true;
    const first = this.#run[this.#place(span.start)];
    return first !== undefined && first.key < span.end;
  }

  *keysWithin(span: Span): Generator<Key> {
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

  /** All of them by their keys, some hundred at a time; nothing may be written meanwhile. */
  *batches(): Generator<readonly WriteEntry[]> {
    const run = this.#run;
    let at = 0;
    for (const entries of this.#others?.batches() ?? []) {
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

  /** Where `key` is in the run, or would be. */
  #place(key: Key): number {
    const run = this.#run;
    let low = 0;
    let high = run.length;
    // A load asks for what comes after everything else.
    if (high === 0 || (run[high - 1] as WriteEntry).key < key) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((run[middle] as WriteEntry).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
