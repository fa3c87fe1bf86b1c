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

  get size(): number {
    return this.values.size;
  }

  add(batch: readonly DiskWrite[]): void {
    for (const { key, value } of batch) {
      this.values.set(key, value);
      this.bytes += key.length + (value?.length ?? 0) + KEY_OVERHEAD_BYTES;
    }
  }

  /** Keys inside `span`, ascending. */
  keysIn(span: Span): Key[] {
    const keys = this.#sortedKeys();
    return keys.slice(lowerBound(keys, span.start), lowerBound(keys, span.end));
  }

  #sortedKeys(): Key[] {
    const missing = this.values.size - this.#sorted.length;
    if (missing === 0) return this.#sorted;
    // A Map keeps insertion order, so the keys not yet sorted are its last ones.
    const keys = [...this.values.keys()];
    this.#sorted = keys.toSorted((a, b) => (a < b ? -1 : 1));
    return this.#sorted;
  }
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
