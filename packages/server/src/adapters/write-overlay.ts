/**
 * Batches that are visible but not yet in the file: newest value per key, in key order on demand.
 */
import type { DiskWrite, Key, Span } from "@firstlight/common";

/** What a key costs beside its bytes, about. */
const KEY_OVERHEAD_BYTES = 64;

/** Null: it is removed. */
type Overlaid = Uint8Array | null;

export class WriteOverlay {
  size = 0;
  bytes = 0;
  /** By the first byte of their keys: what a store keeps side by side it writes in turns. */
  readonly #lanes: (OverlayLane | undefined)[] = [];

  add(batch: readonly DiskWrite[]): void {
    for (const { key, value } of batch) {
      const lane = (this.#lanes[key.charCodeAt(0)] ??= new OverlayLane());
      if (lane.set(key, value ?? null)) this.size++;
      this.bytes += key.length + (value?.length ?? 0) + KEY_OVERHEAD_BYTES;
    }
  }

  /** Undefined: nothing was written under the key. */
  find(key: Key): Overlaid | undefined {
    return this.size === 0 ? undefined : this.#lanes[key.charCodeAt(0)]?.find(key);
  }

  forEach(visit: (key: Key, value: Overlaid) => void): void {
    for (const lane of this.#lanes) lane?.forEach(visit);
  }

  /** Its writes inside `span`: nothing is copied, as a reader may want the first one alone. */
  within(span: Span): OverlaidSpan {
    const { keys, values } = this.#sorted(span);
    return { keys, values, from: lowerBound(keys, span.start), to: lowerBound(keys, span.end) };
  }

  /** Those of the span and others. Spans over several lanes are rare. */
  #sorted({ start, end }: Span): SortedWrites {
    const first = start.length === 0 ? 0 : start.charCodeAt(0);
    const last = end.length === 1 ? end.charCodeAt(0) - 1 : end.charCodeAt(0);
    let found = NONE;
    for (let at = first; at <= last && at < this.#lanes.length; at++) {
      const lane = this.#lanes[at]?.sorted();
      if (lane !== undefined) found = found === NONE ? lane : joined(found, lane);
    }
    return found;
  }
}

interface SortedWrites {
  readonly keys: readonly Key[];
  readonly values: readonly Overlaid[];
}

const NONE: SortedWrites = { keys: [], values: [] };

function joined(lower: SortedWrites, upper: SortedWrites): SortedWrites {
  return {
    keys: [...lower.keys, ...upper.keys],
    values: [...lower.values, ...upper.values],
  };
}

/** In a load keys come in their order: they are neither hashed nor sorted. */
class OverlayLane {
  #keys: Key[] = [];
  #values: Overlaid[] = [];
  /** Those that were not above all others, unless they are among these by now. */
  #others = new Map<Key, Overlaid>();

  /** Whether there was nothing under the key. */
  set(key: Key, value: Overlaid): boolean {
    const keys = this.#keys;
    const { length } = keys;
    if (length === 0 || (keys[length - 1] as Key) < key) {
      keys.push(key);
      this.#values.push(value);
      return true;
    }
    const at = lowerBound(keys, key);
    if (keys[at] === key) {
      this.#values[at] = value;
      return false;
    }
    const before = this.#others.size;
    this.#others.set(key, value);
    return this.#others.size > before;
  }

  find(key: Key): Overlaid | undefined {
    const keys = this.#keys;
    const { length } = keys;
    if (length === 0 || (keys[length - 1] as Key) < key) return undefined;
    const at = lowerBound(keys, key);
    return keys[at] === key ? this.#values[at] : this.#others.get(key);
  }

  forEach(visit: (key: Key, value: Overlaid) => void): void {
    for (const [at, key] of this.#keys.entries()) visit(key, this.#values[at] ?? null);
    for (const [key, value] of this.#others) visit(key, value);
  }

  sorted(): SortedWrites {
    if (this.#others.size > 0) this.#merge();
    return { keys: this.#keys, values: this.#values };
  }

  /** Whoever iterates has the arrays of before. */
  #merge(): void {
    const others = this.#others;
    const added = [...others.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    const keys: Key[] = [];
    const values: Overlaid[] = [];
    let next = 0;
    for (const [at, key] of this.#keys.entries()) {
      for (; next < added.length && (added[next] as Key) < key; next++) {
        keys.push(added[next] as Key);
        values.push(others.get(added[next] as Key) ?? null);
      }
      keys.push(key);
      values.push(this.#values[at] ?? null);
    }
    this.#keys = keys;
    this.#values = values;
    this.#others = new Map();
  }
}

/** Ascending keys from `from` to before `to`; what is added later is not among them. */
export interface OverlaidSpan extends SortedWrites {
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
    return this.#span.values[this.#at] ?? undefined;
  }

  advance(): void {
    this.#at += this.#step;
  }
}

function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as Key) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
