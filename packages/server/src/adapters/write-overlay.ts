/**
 * Batches that are visible but not yet in the file: newest value per key, in key order on demand.
 */
import type { DiskWrite, Key, Span } from "@firstlight/common";

/** What a key costs beside its bytes, about. */
const KEY_OVERHEAD_BYTES = 64;

export class WriteOverlay {
  readonly values: Map<Key, Uint8Array | undefined> = new Map();
  bytes = 0;
  #sorted: Key[] = [];
  /** Not sorted yet. */
  #added: Key[] = [];

  get size(): number {
    return this.values.size;
  }

  add(batch: readonly DiskWrite[]): void {
    const { values } = this;
    for (const { key, value } of batch) {
      const before = values.size;
      values.set(key, value);
      if (values.size !== before) this.#added.push(key);
      this.bytes += key.length + (value?.length ?? 0) + KEY_OVERHEAD_BYTES;
    }
  }

  /** Keys inside `span`, ascending. */
  keysIn(span: Span): Key[] {
    const keys = this.#sortedKeys();
    return keys.slice(lowerBound(keys, span.start), lowerBound(keys, span.end));
  }

  /** In a load keys mostly come in their order: then there is nothing to sort. */
  #sortedKeys(): Key[] {
    const added = this.#added;
    if (added.length === 0) return this.#sorted;
    this.#added = [];
    added.sort((a, b) => (a < b ? -1 : 1));
    const last = this.#sorted.at(-1);
    if (last === undefined) this.#sorted = added;
    else if (last < (added[0] as Key)) for (const key of added) this.#sorted.push(key);
    else this.#sorted = mergedKeys(this.#sorted, added);
    return this.#sorted;
  }
}

function mergedKeys(first: readonly Key[], second: readonly Key[]): Key[] {
  const merged: Key[] = [];
  let at = 0;
  for (const key of first) {
    for (; at < second.length && (second[at] as Key) < key; at++) merged.push(second[at] as Key);
    merged.push(key);
  }
  for (; at < second.length; at++) merged.push(second[at] as Key);
  return merged;
}

export function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as Key) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
