/**
 * The writes of one transaction, in this query processor's memory only. Each key has its last value
 * and the strongest intent it was written with; marks allow to take the end of the list back.
 */
import type { Key, Mutation, Span } from "@firstlight/common";
import { SortedKeys } from "@firstlight/common";
import { FrozenWrites } from "./frozen-writes.ts";

export interface WriteEntry {
  /** Undefined: a tombstone. */
  readonly value: Uint8Array | undefined;
  readonly intent: "X" | "U";
}

interface UndoStep {
  readonly key: Key;
  readonly before: WriteEntry | undefined;
}

/** Own writes as reads see them. */
export interface WriteView {
  readonly size: number;
  get(key: Key): WriteEntry | undefined;
  hasIn(span: Span): boolean;
  keysWithin(span: Span): Iterable<Key>;
}

/** What a transaction that only reads has written; never changed. */
const NOTHING = new Map<Key, WriteEntry>();

export class WriteSet implements WriteView {
  #entries: Map<Key, WriteEntry> = NOTHING;
  readonly #order = new SortedKeys();
  readonly #undo: UndoStep[] = [];
  readonly #frozen = new Set<FrozenWrites>();
  #marked = false;
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Bytes of keys and values held. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: Key): WriteEntry | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Uint8Array | undefined, intent: "X" | "U"): void {
    const before = this.#entries.get(key);
    if (this.#marked) this.#undo.push({ key, before });
    if (before === undefined) this.#order.add(key);
    this.#store(key, before, { value, intent: before?.intent === "X" ? "X" : intent });
  }

  /** The writes as they are now; it costs every write something until it is released. */
  frozen(): FrozenWrites {
    const view = new FrozenWrites(this, (done) => this.#frozen.delete(done));
    this.#frozen.add(view);
    return view;
  }

  #store(key: Key, before: WriteEntry | undefined, entry: WriteEntry): void {
    for (const view of this.#frozen) view.keep(key, before);
    this.#bytes += (entry.value?.length ?? 0) - (before?.value?.length ?? 0);
    if (before === undefined) this.#bytes += key.length;
    if (this.#entries === NOTHING) this.#entries = new Map();
    this.#entries.set(key, entry);
  }

  /** Forgets the key, not as a write. */
  remove(key: Key): void {
    const current = this.#entries.get(key);
    if (current === undefined) return;
    this.#bytes -= key.length + (current.value?.length ?? 0);
    this.#entries.delete(key);
    this.#order.delete(key);
  }

  /** In the order in which they were written first. */
  keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  hasIn(span: Span): boolean {
    return this.#entries.size > 0 && this.#order.hasIn(span);
  }

  keysWithin(span: Span): Generator<Key> {
    return this.#order.within(span);
  }

  mark(): number {
    this.#marked = true;
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) {
      const step = this.#undo.pop();
      if (step === undefined) return;
      const current = this.#entries.get(step.key);
      if (step.before !== undefined) this.#store(step.key, current, step.before);
      else {
        this.#bytes -= step.key.length + (current?.value?.length ?? 0);
        this.#entries.delete(step.key);
        this.#order.delete(step.key);
      }
    }
  }

  /** Sorted by key, as CommitRequest wants it. */
  mutations(): Mutation[] {
    const mutations: Mutation[] = [];
    for (const key of this.#order) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) mutations.push({ key, value: entry.value, intent: entry.intent });
    }
    return mutations;
  }
}
