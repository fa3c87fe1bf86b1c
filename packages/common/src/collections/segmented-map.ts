/**
 * A map that grows in short steps. A Map of a million keys moves all of them at once when it grows,
 * which takes tens of milliseconds; this one is divided into segments early, and each grows alone.
 * Its order is that of insertion only while it is small.
 */

/** Keys of the one segment that a small map has. */
const SMALL_MAX = 8_192;
const SEGMENTS = 64;

export type SegmentedKey = string | number | bigint | boolean | null;

function mixed(bits: number): number {
  const hash = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) & (SEGMENTS - 1);
}

/** Some of its characters from everywhere: what tells most keys apart, not all of them. */
function sampled(text: string): number {
  const { length } = text;
  let hash = length;
  for (let part = 1; part <= 6; part++) {
    hash = Math.imul(hash ^ text.charCodeAt(length - part), 0x0100_0193);
  }
  const middle = length >> 1;
  hash = Math.imul(hash ^ text.charCodeAt(middle), 0x0100_0193);
  hash = Math.imul(hash ^ text.charCodeAt(middle >> 1), 0x0100_0193);
  return hash;
}

function segmentOf(key: SegmentedKey): number {
  if (typeof key === "string") return mixed(sampled(key));
  if (typeof key === "number") return mixed((key | 0) ^ ((key / 0x1_0000_0000) | 0));
  return typeof key === "bigint" ? mixed(Number(BigInt.asIntN(32, key))) : 0;
}

export class SegmentedMap<K extends SegmentedKey, V> {
  /** The only one while it is small. */
  #first = new Map<K, V>();
  #segments: Map<K, V>[] | undefined;
  #size = 0;

  get size(): number {
    return this.#segments === undefined ? this.#first.size : this.#size;
  }

  #of(key: K): Map<K, V> {
    const segments = this.#segments;
    return segments === undefined ? this.#first : (segments[segmentOf(key)] as Map<K, V>);
  }

  get(key: K): V | undefined {
    return this.#of(key).get(key);
  }

  has(key: K): boolean {
    return this.#of(key).has(key);
  }

  set(key: K, value: V): void {
    const map = this.#of(key);
    if (this.#segments === undefined) {
      map.set(key, value);
      if (map.size > SMALL_MAX) this.#divide();
      return;
    }
    const before = map.size;
    map.set(key, value);
    this.#size += map.size - before;
  }

  delete(key: K): boolean {
    const gone = this.#of(key).delete(key);
    if (!gone || this.#segments === undefined) return gone;
    this.#size--;
    // An empty one is small again: its keys are found without a look at them.
    if (this.#size === 0) this.clear();
    return gone;
  }

  clear(): void {
    this.#first = new Map();
    this.#segments = undefined;
    this.#size = 0;
  }

  #divide(): void {
    const segments = Array.from({ length: SEGMENTS }, () => new Map<K, V>());
    for (const [key, value] of this.#first) segments[segmentOf(key)]?.set(key, value);
    this.#size = this.#first.size;
    this.#first = new Map();
    this.#segments = segments;
  }

  /** It must not change meanwhile, other than by deleting what was given out. */
  *keys(): Generator<K> {
    for (const map of this.#segments ?? [this.#first]) yield* map.keys();
  }

  *values(): Generator<V> {
    for (const map of this.#segments ?? [this.#first]) yield* map.values();
  }

  *[Symbol.iterator](): Generator<[K, V]> {
    for (const map of this.#segments ?? [this.#first]) yield* map;
  }
}

/** A set that grows in short steps. */
export class SegmentedSet<K extends SegmentedKey> {
  readonly #map = new SegmentedMap<K, true>();

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  add(key: K): void {
    this.#map.set(key, true);
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }

  [Symbol.iterator](): Generator<K> {
    return this.#map.keys();
  }
}
