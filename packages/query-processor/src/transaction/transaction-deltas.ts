/** What a transaction has looked at and what it adds to without looking (intent D). */
import type { Key, Span } from "@firstlight/common";
import type { DeltaWrites } from "./transaction.ts";
import type { WriteSet } from "./write-set.ts";

/** I11: looks that are remembered one by one. Past it everything counts as seen. */
const LOOKS_MAX = 1_000;

export class TransactionDeltas implements DeltaWrites {
  readonly #writes: WriteSet;
  #looks: Key[] = [];
  #forgot = false;
  readonly #excused = new Map<string, number>();

  constructor(writes: WriteSet) {
    this.#writes = writes;
  }

  /** A read, or a page of a scan, that storage answers. The keys of one read are of one index. */
  looked(key: Key | undefined): void {
    if (key === undefined || this.#forgot) return;
    if (this.#looks.length < LOOKS_MAX) this.#looks.push(key);
    else {
      this.#forgot = true;
      this.#looks = [];
    }
  }

  #count(prefix: Key): number {
    return this.#looks.reduce((sum, key) => (key.startsWith(prefix) ? sum + 1 : sum), 0);
  }

  isUnseen(prefix: Key): boolean {
    return !this.#forgot && this.#count(prefix) === (this.#excused.get(prefix) ?? 0);
  }

  excuse(prefix: Key): void {
    this.#excused.set(prefix, this.#count(prefix));
  }

  put(key: Key, value: Uint8Array, delta: Uint8Array): void {
    this.#writes.setDelta(key, value, delta);
  }

  /** Own reads: what was to be added blindly has been seen now, and is an ordinary write. */
  readOwn(keys: readonly Key[]): void {
    if (this.#writes.deltas === 0) return;
    for (const key of keys) this.#writes.settle(key);
  }

  scanned(span: Span): void {
    this.looked(span.start);
    if (this.#writes.deltas === 0) return;
    for (const key of this.#writes.keysWithin(span)) this.#writes.settle(key);
  }
}
