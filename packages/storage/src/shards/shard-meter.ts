/**
 * How large shards are: their rows on disk are counted, some thousand at a time, and counted again
 * only after they were written to. Remembers keys at even distances, for where the middle is.
 */
import type { Clock, DiskStore, Key, MappedShard, Span } from "@firstlight/common";
import { keyAfter } from "@firstlight/common";
import { currentSpan, keyOfCurrent } from "../layout/disk-keys.ts";

const KEYS_PER_SLICE = 2_000;
const PLACES_MAX = 256;
const FIRST_STEP_BYTES = 64;

export interface ShardSize {
  readonly bytes: number;
  readonly keys: number;
  /** Half of the bytes are below it; undefined for a shard of few rows. */
  readonly middle: Key | undefined;
}

interface Measured {
  readonly size: ShardSize;
  readonly span: Span;
  /** Of the writes that the replica has seen. */
  readonly writes: number;
  readonly micros: number;
}

/** One pass over a shard. */
class Pass {
  readonly shard: string;
  readonly span: Span;
  #at: Key;
  #bytes = 0;
  #keys = 0;
  #places: { readonly key: Key; readonly below: number }[] = [];
  #step = FIRST_STEP_BYTES;

  constructor({ shard, span }: MappedShard) {
    this.shard = shard;
    this.span = span;
    this.#at = span.start;
  }

  /** Whether that was the last slice. */
  slice(store: DiskStore): boolean {
    const span = currentSpan({ start: this.#at, end: this.span.end });
    let seen = 0;
    for (const { key, value } of store.range({ span, limit: KEYS_PER_SLICE })) {
      seen++;
      this.#add(keyOfCurrent(key), key.length + value.length);
    }
    return seen < KEYS_PER_SLICE;
  }

  #add(key: Key, bytes: number): void {
    if (this.#bytes >= (this.#places.at(-1)?.below ?? 0) + this.#step) {
      this.#places.push({ key, below: this.#bytes });
      if (this.#places.length > PLACES_MAX) {
        this.#places = this.#places.filter((_, i) => i % 2 === 1);
        this.#step *= 2;
      }
    }
    this.#bytes += bytes;
    this.#keys++;
    this.#at = keyAfter(key);
  }

  get size(): ShardSize {
    const middle = this.#places.find(({ below }) => below * 2 >= this.#bytes)?.key;
    return { bytes: this.#bytes, keys: this.#keys, middle };
  }
}

export class ShardMeter {
  readonly #againMicros: number;
  readonly #measured = new Map<string, Measured>();
  #pass: Pass | undefined;

  constructor(againMicros: number) {
    this.#againMicros = againMicros;
  }

  sizeOf({ shard, span }: MappedShard): ShardSize | undefined {
    const found = this.#measured.get(shard);
    return found !== undefined && isSame(found.span, span) ? found.size : undefined;
  }

  /** Counts on; `writes`: how many the replica has seen so far. */
  slice(store: DiskStore, shards: readonly MappedShard[], writes: number, micros: number): void {
    this.#pass ??= this.#next(shards, writes, micros);
    const pass = this.#pass;
    if (pass?.slice(store) !== true) return;
    this.#pass = undefined;
    const { span, size } = pass;
    this.#measured.set(pass.shard, { size, span, writes, micros });
  }

  /** Counts a shard at once, a slice in each turn of the event loop. */
  async measure(store: DiskStore, shard: MappedShard, clock: Clock): Promise<ShardSize> {
    const pass = new Pass(shard);
    while (!pass.slice(store)) await new Promise<void>((resolve) => clock.endOfTick(resolve));
    return pass.size;
  }

  #next(shards: readonly MappedShard[], writes: number, micros: number): Pass | undefined {
    for (const name of this.#measured.keys()) {
      if (!shards.some(({ shard }) => shard === name)) this.#measured.delete(name);
    }
    const due = shards.find((each) => {
      const known = this.#measured.get(each.shard);
      if (known === undefined || !isSame(known.span, each.span)) return true;
      return known.writes !== writes && micros - known.micros >= this.#againMicros;
    });
    return due === undefined ? undefined : new Pass(due);
  }
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
