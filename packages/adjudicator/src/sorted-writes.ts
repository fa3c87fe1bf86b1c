/**
 * The writes of one large commit in the order of their keys: found by binary search, they cost the
 * conflict index no hashing and no object each.
 */
import type { Key, Span, Timestamp } from "@firstlight/common";
import { spanContains } from "@firstlight/common";

interface Write {
  readonly key: Key;
  readonly intent: "X" | "U" | "K" | "R";
}

export class SortedWrites {
  readonly timestamp: Timestamp;
  readonly #keys: readonly Key[];
  readonly #updates: Uint8Array;

  private constructor(keys: readonly Key[], updates: Uint8Array, at: Timestamp) {
    this.#keys = keys;
    this.#updates = updates;
    this.timestamp = at;
  }

  /** Undefined if they do not ascend, or are no writes. */
  static of(writes: readonly Write[], at: Timestamp): SortedWrites | undefined {
    const keys: Key[] = [];
    const updates = new Uint8Array(writes.length);
    let last: Key | undefined;
    for (const { key, intent } of writes) {
      if (last !== undefined && key <= last) return undefined;
      if (intent !== "X" && intent !== "U") return undefined;
      if (intent === "U") updates[keys.length] = 1;
      keys.push(key);
      last = key;
    }
    return new SortedWrites(keys, updates, at);
  }

  get size(): number {
    return this.#keys.length;
  }

  intentOf(key: Key): "X" | "U" | undefined {
    const at = this.#ceiling(key);
    return this.#keys[at] === key ? this.#intentAt(at) : undefined;
  }

  firstIn(span: Span): { readonly key: Key; readonly intent: "X" | "U" } | undefined {
    const at = this.#ceiling(span.start);
    const key = this.#keys[at];
    if (key === undefined || !spanContains(span, key)) return undefined;
    return { key, intent: this.#intentAt(at) };
  }

  #intentAt(at: number): "X" | "U" {
    return this.#updates[at] === 1 ? "U" : "X";
  }

  #ceiling(key: Key): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] as Key) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
