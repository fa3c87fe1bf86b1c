/**
 * A number by key: numeric keys in open-addressing tables of typed arrays, which cost no object and
 * no look at any by the garbage collector; all other keys in a map. Both grow in short steps.
 */
import { SegmentedMap } from "@firstlight/common";
import type { MapKey } from "./hash-key.ts";
import { keyBytes } from "./hash-key.ts";

/** Most indexes are of few keys: arrays as short as these cost no memory of their own. */
const SLOTS_FIRST = 8;
const SLOTS_OF_PART = 512;
/** Numbers in the first table before it is divided, so that none takes long to grow. */
const FIRST_MAX = 8_192;
const PARTS = 64;
const PART_SHIFT = 26;
const NONE = -1;

/** A number and its value, in tables that are full by a quarter to a half. */
const NUMBER_BYTES = 36;

/** What a key costs in an index. */
export function indexBytes(key: MapKey): number {
  return typeof key === "number" ? NUMBER_BYTES : keyBytes(key);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashOf(key: number): number {
  // `+ 0`: both zeros are one key.
  double[0] = key + 0;
  let hash = (words[0] as number) ^ Math.imul(words[1] as number, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1);
  return hash ^ (hash >>> 14);
}

/** One part of the numbers: short enough to grow at once. */
class NumberTable {
  #keys: Float64Array;
  /** NONE where the slot is free; what is kept is never negative. */
  #values: Int32Array;
  size = 0;

  constructor(slots: number) {
    this.#keys = new Float64Array(slots);
    this.#values = new Int32Array(slots).fill(NONE);
  }

  get(key: number, hash: number): number {
    return this.#values[this.#slotOf(key, hash)] as number;
  }

  set(key: number, hash: number, value: number): number {
    const slot = this.#slotOf(key, hash);
    const before = this.#values[slot] as number;
    this.#values[slot] = value;
    if (before !== NONE) return before;
    this.#keys[slot] = key;
    this.size++;
    if (this.size * 2 > this.#values.length) this.#grow();
    return NONE;
  }

  /** Where the key is, or where it would be. */
  #slotOf(key: number, hash: number): number {
    const keys = this.#keys;
    const values = this.#values;
    const mask = values.length - 1;
    let slot = hash & mask;
    while (values[slot] !== NONE && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Int32Array(keys.length * 2).fill(NONE);
    for (let from = 0; from < keys.length; from++) {
      const value = values[from] as number;
      if (value === NONE) continue;
      const key = keys[from] as number;
      const slot = this.#slotOf(key, hashOf(key));
      this.#keys[slot] = key;
      this.#values[slot] = value;
    }
  }

  moveTo(tables: readonly NumberTable[]): void {
    for (let from = 0; from < this.#values.length; from++) {
      const value = this.#values[from] as number;
      if (value === NONE) continue;
      const key = this.#keys[from] as number;
      const hash = hashOf(key);
      tables[hash >>> PART_SHIFT]?.set(key, hash, value);
    }
  }
}

export class KeyIndex {
  #first = new NumberTable(SLOTS_FIRST);
  /** Instead of the first, by the highest bits of the hash, once that has grown. */
  #parts: NumberTable[] | undefined;
  readonly #others = new SegmentedMap<MapKey, number>();

  get size(): number {
    const numbers = (this.#parts ?? [this.#first]).reduce((sum, { size }) => sum + size, 0);
    return numbers + this.#others.size;
  }

  #of(hash: number): NumberTable {
    const parts = this.#parts;
    return parts === undefined ? this.#first : (parts[hash >>> PART_SHIFT] as NumberTable);
  }

  /** -1 where there is none. */
  get(key: MapKey): number {
    if (typeof key !== "number" || Number.isNaN(key)) return this.#others.get(key) ?? NONE;
    const hash = hashOf(key);
    return this.#of(hash).get(key, hash);
  }

  /** The value before; -1 where there was none. */
  set(key: MapKey, value: number): number {
    if (typeof key !== "number" || Number.isNaN(key)) {
      const before = this.#others.get(key) ?? NONE;
      this.#others.set(key, value);
      return before;
    }
    const hash = hashOf(key);
    const before = this.#of(hash).set(key, hash, value);
    if (this.#parts === undefined && this.#first.size > FIRST_MAX) this.#divide();
    return before;
  }

  #divide(): void {
    this.#parts = Array.from({ length: PARTS }, () => new NumberTable(SLOTS_OF_PART));
    this.#first.moveTo(this.#parts);
    this.#first = new NumberTable(SLOTS_FIRST);
  }

  clear(): void {
    this.#first = new NumberTable(SLOTS_FIRST);
    this.#parts = undefined;
    this.#others.clear();
  }
}
