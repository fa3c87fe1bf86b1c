/**
 * Batches that are visible but not yet in the file: newest value per key, in key order on demand.
 */
import type { DiskWrite, Key, Span } from "@firstlight/common";

/** What a key costs beside its bytes, about. */
const KEY_OVERHEAD_BYTES = 64;

export class WriteOverlay {
  readonly values: Map<Key, Uint8Array | undefined> = new Map();
  bytes = 0;
  /** By the first byte of their keys: what a store keeps side by side it writes in turns. */
  readonly #lanes: (KeyLane | undefined)[] = [];

  get size(): number {
    return this.values.size;
  }

  add(batch: readonly DiskWrite[]): void {
    const { values } = this;
    for (const { key, value } of batch) {
      const before = values.size;
      values.set(key, value);
      if (values.size !== before) (this.#lanes[key.charCodeAt(0)] ??= new KeyLane()).add(key);
      this.bytes += key.length + (value?.length ?? 0) + KEY_OVERHEAD_BYTES;
    }
  }

  /** Its writes inside `span`: nothing is copied, as a reader may want the first one alone. */
  within(span: Span): OverlaidSpan {
    const keys = this.#sortedKeys(span);
    const { values } = this;
    return { keys, values, from: lowerBound(keys, span.start), to: lowerBound(keys, span.end) };
  }

  /** Those of the span and others. Spans over several lanes are rare. */
  #sortedKeys({ start, end }: Span): readonly Key[] {
    const first = start.length === 0 ? 0 : start.charCodeAt(0);
    const last = end.length === 1 ? end.charCodeAt(0) - 1 : end.charCodeAt(0);
    let found: readonly Key[] = NONE;
    for (let at = first; at <= last && at < this.#lanes.length; at++) {
      const keys = this.#lanes[at]?.sorted() ?? NONE;
      found = found.length === 0 ? keys : [...found, ...keys];
    }
    return found;
  }
}

const NONE: readonly Key[] = [];

/** In a load keys mostly come in their order: then there is nothing to sort. */
class KeyLane {
  #sorted: Key[] = [];
  /** Not sorted yet. */
  #added: Key[] = [];

  add(key: Key): void {
    const sorted = this.#sorted;
    if (sorted.length === 0 || (sorted[sorted.length - 1] as Key) < key) sorted.push(key);
    else this.#added.push(key);
  }

  sorted(): readonly Key[] {
    const added = this.#added;
    if (added.length === 0) return this.#sorted;
    this.#added = [];
    added.sort((a, b) => (a < b ? -1 : 1));
    this.#sorted = mergedKeys(this.#sorted, added);
    return this.#sorted;
  }
}

/** Ascending keys from `from` to before `to`; what is added later is not among them. */
export interface OverlaidSpan {
  readonly keys: readonly Key[];
  readonly values: ReadonlyMap<Key, Uint8Array | undefined>;
  readonly from: number;
  readonly to: number;
}

export function isEmptySpan({ from, to }: OverlaidSpan): boolean {
  return from >= to;
}

/** The writes of both, in order; of a key that both have the newer one. */
export function* overlaidWrites(
  newer: OverlaidSpan,
  older: OverlaidSpan | undefined,
  reverse: boolean,
): Generator<DiskWrite> {
  const first = new SpanCursor(newer, reverse);
  const second = older === undefined ? undefined : new SpanCursor(older, reverse);
  for (;;) {
    const [one, other] = [first.key, second?.key];
    const isNewer = other === undefined || (one !== undefined && comesFirst(one, other, reverse));
    const cursor = isNewer ? first : second;
    const key = isNewer ? one : other;
    if (key === undefined || cursor === undefined) return;
    if (one === other) second?.advance();
    const value = cursor.value;
    cursor.advance();
    yield { key, value };
  }
}

/** Of equal ones, too. */
function comesFirst(one: Key, other: Key, reverse: boolean): boolean {
  return reverse ? one >= other : one <= other;
}

class SpanCursor {
  readonly #span: OverlaidSpan;
  readonly #step: 1 | -1;
  #at: number;

  constructor(span: OverlaidSpan, reverse: boolean) {
    this.#span = span;
    this.#step = reverse ? -1 : 1;
    this.#at = reverse ? span.to - 1 : span.from;
  }

  get key(): Key | undefined {
    const { keys, from, to } = this.#span;
    return this.#at >= from && this.#at < to ? keys[this.#at] : undefined;
  }

  get value(): Uint8Array | undefined {
    const { key } = this;
    return key === undefined ? undefined : this.#span.values.get(key);
  }

  advance(): void {
    this.#at += this.#step;
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
