/**
 * A number by key: numeric keys in an open-addressing table of typed arrays, which costs no object
 * and no look at any by the garbage collector; all other keys in a Map.
 */
import type { MapKey } from "./hash-key.ts";

const SLOTS_LEAST = 256;
const NONE = -1;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashOf(key: number): number {
  // `+ 0`: both zeros are one key.
  double[0] = key + 0;
  let hash = (words[0] as number) ^ Math.imul(words[1] as number, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1);
  return hash ^ (hash >>> 14);
}

export class KeyIndex {
  #keys = new Float64Array(SLOTS_LEAST);
  /** NONE where the slot is free; what is kept is never negative. */
  #values = new Int32Array(SLOTS_LEAST).fill(NONE);
  #numbers = 0;
  readonly #others = new Map<MapKey, number>();

  get size(): number {
    return this.#numbers + this.#others.size;
  }

  /** -1 where there is none. */
  get(key: MapKey): number {
    if (typeof key !== "number" || Number.isNaN(key)) return this.#others.get(key) ?? NONE;
    return this.#values[this.#slotOf(key)] as number;
  }

  /** The value before; -1 where there was none. */
  set(key: MapKey, value: number): number {
    if (typeof key !== "number" || Number.isNaN(key)) {
      const before = this.#others.get(key) ?? NONE;
      this.#others.set(key, value);
      return before;
    }
    const slot = this.#slotOf(key);
    const before = this.#values[slot] as number;
    this.#values[slot] = value;
    if (before !== NONE) return before;
    this.#keys[slot] = key;
    this.#numbers++;
    if (this.#numbers * 2 > this.#values.length) this.#grow();
    return NONE;
  }

  clear(): void {
    this.#keys = new Float64Array(SLOTS_LEAST);
    this.#values = new Int32Array(SLOTS_LEAST).fill(NONE);
    this.#numbers = 0;
    this.#others.clear();
  }

  /** Where the key is, or where it would be. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    const values = this.#values;
    const mask = values.length - 1;
    let slot = hashOf(key) & mask;
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
      const slot = this.#slotOf(keys[from] as number);
      this.#keys[slot] = keys[from] as number;
      this.#values[slot] = value;
    }
  }
}
