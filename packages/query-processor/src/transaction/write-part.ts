/**
 * The writes of one transaction to one index. As long as new keys ascend, as in a load, they are a
 * sorted list and nothing else: no hashing, no second structure. The first key out of order turns
 * them into a map, with an ordered set beside it once a span is asked for.
 */
import type { Key, Mutation, Span } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH, SortedKeys, isGlobalKey } from "@firstlight/common";

/** What the keys of one part begin with; those of two parts are never in between each other. */
export function partPrefix(key: Key): string {
  return key.slice(0, isGlobalKey(key) ? 1 : INDEX_PREFIX_LENGTH);
}

export class WritePart {
  readonly prefix: string;
  /** Ascending; empty once there is a map. */
  #run: Mutation[] = [];
  #map: Map<Key, Mutation> | undefined;
  #order: SortedKeys | undefined;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Whether the key belongs here: partPrefix(key) without making a string. */
  has(key: Key): boolean {
    if (!key.startsWith(this.prefix)) return false;
    return this.prefix.length === INDEX_PREFIX_LENGTH || isGlobalKey(key);
  }

  get(key: Key): Mutation | undefined {
    if (this.#map !== undefined) return this.#map.get(key);
    const found = this.#run[this.#place(key)];
    return found?.key === key ? found : undefined;
  }

  set(entry: Mutation): void {
    if (this.#map === undefined && this.#placed(entry)) return;
    const map = (this.#map ??= this.#spread());
    if (this.#order !== undefined && !map.has(entry.key)) this.#order.add(entry.key);
    map.set(entry.key, entry);
  }

  delete(key: Key): void {
    if (this.#map === undefined) {
      const at = this.#place(key);
      if (this.#run[at]?.key === key) this.#run.splice(at, 1);
      return;
    }
    this.#map.delete(key);
    this.#order?.delete(key);
  }

  /** In no order that means anything. */
  keys(): Iterable<Key> {
    return this.#map === undefined ? this.#run.map(({ key }) => key) : this.#map.keys();
  }

  sorted(): readonly Mutation[] {
    return this.#map === undefined ? [...this.#run] : [...this.#map.values()].toSorted(byKey);
  }

  hasIn(span: Span): boolean {
    if (this.#map !== undefined) return this.#ordered(this.#map).hasIn(span);
    const first = this.#run[this.#place(span.start)];
    return first !== undefined && first.key < span.end;
  }

  *keysWithin(span: Span): Generator<Key> {
    if (this.#map !== undefined) {
      yield* this.#ordered(this.#map).within(span);
      return;
    }
    for (let at = this.#place(span.start); at < this.#run.length; at++) {
      const { key } = this.#run[at] as Mutation;
      if (key >= span.end) return;
      yield key;
    }
  }

  /** False if that would break the order. */
  #placed(entry: Mutation): boolean {
    const at = this.#place(entry.key);
    if (at < this.#run.length && this.#run[at]?.key !== entry.key) return false;
    this.#run[at] = entry;
    return true;
  }

  /** Where `key` is in the run, or would be. */
  #place(key: Key): number {
    const run = this.#run;
    let low = 0;
    let high = run.length;
    // A load asks for what comes after everything else.
    if (high === 0 || (run[high - 1] as Mutation).key < key) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((run[middle] as Mutation).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #spread(): Map<Key, Mutation> {
    const map = new Map<Key, Mutation>();
    for (const entry of this.#run) map.set(entry.key, entry);
    this.#run = [];
    return map;
  }

  #ordered(map: ReadonlyMap<Key, Mutation>): SortedKeys {
    if (this.#order === undefined) {
      this.#order = new SortedKeys();
      for (const key of [...map.keys()].toSorted()) this.#order.add(key);
    }
    return this.#order;
  }
}

function byKey(a: Mutation, b: Mutation): number {
  return a.key < b.key ? -1 : 1;
}
