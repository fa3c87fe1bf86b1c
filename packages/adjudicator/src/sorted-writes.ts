/**
 * The writes of one large commit in the order of their keys: found by binary search, they cost the
 * conflict index no hashing and no object each.
 */
import type { Intent, Key, Span, Timestamp, WriteIntent } from "@firstlight/common";
import { TIMESTAMP_ZERO, spanContains } from "@firstlight/common";

interface Write {
  readonly key: Key;
  readonly intent: Intent;
}

const INTENTS: readonly WriteIntent[] = ["X", "U", "D"];

export class SortedWrites {
  /** None before they are committed. */
  readonly timestamp: Timestamp;
  readonly #keys: Key[];
  readonly #intents: Uint8Array;

  private constructor(keys: Key[], intents: Uint8Array, at: Timestamp) {
    this.#keys = keys;
    this.#intents = intents;
    this.timestamp = at;
  }

  /** Takes so many writes at most, by and by. */
  static ofUpTo(count: number): SortedWrites {
    return new SortedWrites([], new Uint8Array(count), TIMESTAMP_ZERO);
  }

  /** Undefined if they do not ascend, or are no writes. */
  static of(writes: readonly Write[], at: Timestamp): SortedWrites | undefined {
    const sorted = SortedWrites.ofUpTo(writes.length);
    return sorted.add(writes) ? sorted.committed(at) : undefined;
  }

  /** False if they do not ascend, or are no writes: then it is of no use any more. */
  add(writes: readonly Write[]): boolean {
    const keys = this.#keys;
    let last = keys.at(-1);
    for (const { key, intent } of writes) {
      if (last !== undefined && key <= last) return false;
      if (intent === "K" || intent === "R") return false;
      this.#intents[keys.length] = INTENTS.indexOf(intent);
      keys.push(key);
      last = key;
    }
    return true;
  }

  /** Nothing is added from then on. */
  committed(at: Timestamp): SortedWrites {
    return new SortedWrites(this.#keys, this.#intents, at);
  }

  get size(): number {
    return this.#keys.length;
  }

  intentOf(key: Key): WriteIntent | undefined {
    const at = this.#ceiling(key);
    return this.#keys[at] === key ? this.#intentAt(at) : undefined;
  }

  firstIn(span: Span): { readonly key: Key; readonly intent: WriteIntent } | undefined {
    const at = this.#ceiling(span.start);
    const key = this.#keys[at];
    if (key === undefined || !spanContains(span, key)) return undefined;
    return { key, intent: this.#intentAt(at) };
  }

  #intentAt(at: number): WriteIntent {
    return INTENTS[this.#intents[at] ?? 0] ?? "X";
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
