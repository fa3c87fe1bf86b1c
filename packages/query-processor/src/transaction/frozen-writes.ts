/**
 * A transaction's writes as they were at one moment: those made since are hidden by what they
 * replaced. A statement reads through it while functions that it calls write.
 */
import type { Key, Span } from "@firstlight/common";
import type { WriteEntry, WriteView } from "./write-set.ts";

export class FrozenWrites implements WriteView {
  readonly #live: WriteView;
  readonly #release: (view: FrozenWrites) => void;
  /** Entries that were replaced since; undefined: there was none. */
  readonly #before = new Map<Key, WriteEntry | undefined>();
  readonly size: number;

  constructor(live: WriteView, release: (view: FrozenWrites) => void) {
    this.#live = live;
    this.#release = release;
    this.size = live.size;
  }

  keep(key: Key, before: WriteEntry | undefined): void {
    if (!this.#before.has(key)) this.#before.set(key, before);
  }

  /** Whether it was written since. */
  differsAt(key: Key): boolean {
    return this.#before.has(key);
  }

  release(): void {
    this.#release(this);
  }

  get(key: Key): WriteEntry | undefined {
    return this.#before.has(key) ? this.#before.get(key) : this.#live.get(key);
  }

  hasIn(span: Span): boolean {
    if (this.size === 0 || !this.#live.hasIn(span)) return false;
    for (const _ of this.keysWithin(span)) return true;
    return false;
  }

  *keysWithin(span: Span): Generator<Key> {
    for (const key of this.#live.keysWithin(span)) {
      if (this.get(key) !== undefined) yield key;
    }
  }
}
