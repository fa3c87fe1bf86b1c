/** What a transaction has looked at and what it adds to without looking (intent D). */
import type { Key, Span } from "@firstlight/common";
import type { DeltaWrites } from "./transaction.ts";
import type { WriteSet } from "./write-set.ts";

/** I11: looks that are remembered one by one. Past it everything counts as seen. */
const LOOKS_MAX = 1_000;

export class TransactionDeltas implements DeltaWrites {
  readonly #writes: WriteSet;
  readonly #written: () => void;
  /** Most transactions look once. */
  #first: Key | undefined;
  #looks: Key[] | undefined;
  #forgot = false;
  #excused: Map<string, number> | undefined;

  /** `written` is called after each write, and throws where there are too many. */
  constructor(writes: WriteSet, written: () => void = () => undefined) {
    this.#writes = writes;
    this.#written = written;
  }

  /** A read, or a page of a scan, that storage answers. The keys of one read are of one index. */
  looked(key: Key | undefined): void {
    if (key === undefined || this.#forgot) return;
    if (this.#first === undefined) this.#first = key;
    else {
      this.#looks ??= [];
      if (this.#looks.push(key) > LOOKS_MAX) this.#forgot = true;
    }
  }

  #count(prefix: Key): number {
    const first = this.#first?.startsWith(prefix) === true ? 1 : 0;
    const looks = this.#looks ?? [];
    return looks.reduce((sum, key) => (key.startsWith(prefix) ? sum + 1 : sum), first);
  }

  isUnseen(prefix: Key): boolean {
    return !this.#forgot && this.#count(prefix) === (this.#excused?.get(prefix) ?? 0);
  }

  excuse(prefix: Key): void {
    this.#excused ??= new Map();
    this.#excused.set(prefix, this.#count(prefix));
  }

  put(key: Key, value: Uint8Array, delta: Uint8Array): void {
    this.#writes.setDelta(key, value, delta);
    this.#written();
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
