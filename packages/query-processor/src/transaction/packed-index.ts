/**
 * Finds packed writes by their keys while these have no order: tables of their numbers by a hash of
 * the key's bytes, many small ones, so that none takes long to grow.
 */
import type { Key, KeyList } from "@firstlight/common";

const PARTS = 64;
const PART_SHIFT = 26;
const SLOTS_LEAST = 64;
const FREE = -1;

/** Of FNV-1a; what it leaves unmixed is in the highest bits. */
const PRIME = 0x0100_0193;
const BASIS = 0x811c_9dc5 | 0;

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1);
  return once ^ (once >>> 14);
}

function hashOfKey(key: Key): number {
  let hash = BASIS;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), PRIME);
  return mixed(hash);
}

export function hashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = BASIS;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), PRIME);
  return mixed(hash);
}

/** A number and its hash in turn, found by linear probing. */
class Part {
  #slots = new Int32Array(2 * SLOTS_LEAST).fill(FREE);
  #size = 0;

  add(hash: number, number: number): void {
    if (this.#size * 4 >= this.#slots.length) this.#grow();
    this.#put(hash, number);
    this.#size++;
  }

  #put(hash: number, number: number): void {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let at = (hash << 1) & mask;
    while (slots[at] !== FREE) at = (at + 2) & mask;
    slots[at] = number;
    slots[at + 1] = hash;
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = new Int32Array(slots.length * 2).fill(FREE);
    for (let at = 0; at < slots.length; at += 2) {
      const number = slots[at] as number;
      if (number !== FREE) this.#put(slots[at + 1] as number, number);
    }
  }

  find(hash: number, key: Key, keys: Pick<KeyList, "keyAt">): number | undefined {
    const slots = this.#slots;
    const mask = slots.length - 2;
    for (let at = (hash << 1) & mask; slots[at] !== FREE; at = (at + 2) & mask) {
      const number = slots[at] as number;
      if (slots[at + 1] === hash && keys.keyAt(number) === key) return number;
    }
    return undefined;
  }
}

export class PackedIndex {
  readonly #parts = Array.from({ length: PARTS }, () => new Part());

  add(hash: number, number: number): void {
    (this.#parts[hash >>> PART_SHIFT] as Part).add(hash, number);
  }

  find(key: Key, keys: Pick<KeyList, "keyAt">): number | undefined {
    const hash = hashOfKey(key);
    return (this.#parts[hash >>> PART_SHIFT] as Part).find(hash, key, keys);
  }
}
