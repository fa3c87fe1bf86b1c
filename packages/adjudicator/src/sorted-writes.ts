/**
 * The writes of one large commit in the order of their keys: found by binary search, they cost the
 * conflict index no hashing and no object each.
 */
import type { Intent, Key, Span, Timestamp, WriteIntent } from "@firstlight/common";
import { TIMESTAMP_ZERO, spanContains } from "@firstlight/common";
import { AscendingKeys } from "./ascending-keys.ts";

interface Write {
  readonly key: Key;
  readonly intent: Intent;
}

const INTENTS: readonly WriteIntent[] = ["X", "U", "D"];

/** What a key takes in the conflict index where it stands by itself, about. */
const SINGLE_KEY_BYTES = 128;
/** So that a key is not looked for in very many lists. */
const WEIGHT_MIN = 1_024;

export class SortedWrites {
  /** None before they are committed. */
  readonly timestamp: Timestamp;
  readonly #keys: AscendingKeys;
  readonly #intents: Uint8Array;

  private constructor(keys: AscendingKeys, intents: Uint8Array, at: Timestamp) {
    this.#keys = keys;
    this.#intents = intents;
    this.timestamp = at;
  }

  /** Takes so many writes at most, by and by. */
  static ofUpTo(count: number): SortedWrites {
    return new SortedWrites(new AscendingKeys(), new Uint8Array(count), TIMESTAMP_ZERO);
  }

  /** Undefined if they do not ascend, or are no writes. */
  static of(
    writes: Iterable<Write> & { readonly length: number },
    at: Timestamp,
  ): SortedWrites | undefined {
    const sorted = SortedWrites.ofUpTo(writes.length);
    return sorted.add(writes) ? sorted.committed(at) : undefined;
  }

  /** False if they do not ascend, or are no writes: then it is of no use any more. */
  add(writes: Iterable<Write>): boolean {
    const keys = this.#keys;
    for (const { key, intent } of writes) {
      if (intent === "K" || intent === "R") return false;
      this.#intents[keys.size] = INTENTS.indexOf(intent);
      if (!keys.add(key)) return false;
    }
    return true;
  }

  /** Nothing is added from then on. */
  committed(at: Timestamp): SortedWrites {
    return new SortedWrites(this.#keys, this.#intents, at);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** As many keys as take as much memory one by one. */
  get weight(): number {
    const bytes = this.#keys.bytes + this.#intents.length;
    return Math.min(this.size, Math.max(WEIGHT_MIN, Math.ceil(bytes / SINGLE_KEY_BYTES)));
  }

  intentOf(key: Key): WriteIntent | undefined {
    const found = this.#keys.ceiling(key);
    return found?.key === key ? this.#intentAt(found.place) : undefined;
  }

  firstIn(span: Span): { readonly key: Key; readonly intent: WriteIntent } | undefined {
    const found = this.#keys.ceiling(span.start);
    if (found === undefined || !spanContains(span, found.key)) return undefined;
    return { key: found.key, intent: this.#intentAt(found.place) };
  }

  #intentAt(at: number): WriteIntent {
    return INTENTS[this.#intents[at] ?? 0] ?? "X";
  }
}
