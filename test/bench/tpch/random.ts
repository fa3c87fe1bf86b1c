/**
 * Random numbers of the TPC-H generator. Every row has a stream of its own, from the seed, the table
 * and the row's number, so any row can be made alone and the same seed always makes the same data.
 */

export class RandomStream {
  #state: number;

  constructor(seed: number, table: number, row: number) {
    this.#state = mixed(seed ^ Math.imul(table + 1, 0x9e37_79b1)) ^ mixed(row + 0x85eb_ca6b);
  }

  /** At least `min`, at most `max`, all equally likely. */
  between(min: number, max: number): number {
    return min + Math.floor(this.#fraction() * (max - min + 1));
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.between(0, values.length - 1)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  #fraction(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    return mixed(this.#state) / 4_294_967_296;
  }
}

/** The finalizer of MurmurHash3: every bit of the input changes half of the output's. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
