/**
 * Which keys have certainly not been met (a Bloom filter): most of those that are on disk need not be
 * looked for there. What it does not rule out may have been met or not.
 */
import type { PartitionKey } from "./spill-partitions.ts";
import { hashKey } from "./spill-partitions.ts";

const SEEDS = [0x51ed270b, 0x2f9be6cd] as const;
const WORD_BYTES = 4;

export class KeyFilter {
  readonly #words: Int32Array;
  readonly #mask: number;

  /** Of at most so many bytes. */
  constructor(bytesMax: number) {
    const words = 2 ** Math.floor(Math.log2(Math.max(1, bytesMax / WORD_BYTES)));
    this.#words = new Int32Array(words);
    this.#mask = words * 32 - 1;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** False: the key was not met before; it is from now on. */
  meets(key: PartitionKey): boolean {
    let isMet = true;
    for (const seed of SEEDS) {
      const bit = hashKey(key, seed) & this.#mask;
      const word = this.#words[bit >>> 5] ?? 0;
      const set = word | (1 << (bit & 31));
      if (set === word) continue;
      isMet = false;
      this.#words[bit >>> 5] = set;
    }
    return isMet;
  }
}
