/**
 * The random numbers of a session: the runtime's until setseed, then those of PostgreSQL's generator,
 * xoroshiro128** seeded by splitmix64 (common/pg_prng.c).
 */
import type { Random } from "@firstlight/common";

const MASK = 0xffffffffffffffffn;
const GOLDEN = 0x9e3779b97f4a7c15n;
const FRACTION_BITS = 52;

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

class Xoroshiro {
  #first: bigint;
  #second: bigint;

  /** `seed` is between -1 and 1. */
  constructor(seed: number) {
    let state = BigInt.asUintN(64, BigInt(Math.trunc((2 ** FRACTION_BITS - 1) * seed)));
    const split = (): bigint => {
      state = (state + GOLDEN) & MASK;
      let value = state;
      value = ((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
      value = ((value ^ (value >> 27n)) * 0x94d049bb133111ebn) & MASK;
      return value ^ (value >> 31n);
    };
    this.#first = split();
    this.#second = split();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const first = this.#first;
    const mixed = this.#second ^ first;
    const value = (rotated((first * 5n) & MASK, 7n) * 9n) & MASK;
    this.#first = rotated(first, 24n) ^ mixed ^ ((mixed << 16n) & MASK);
    this.#second = rotated(mixed, 37n);
    return Number(value >> BigInt(64 - FRACTION_BITS)) / 2 ** FRACTION_BITS;
  }
}

export class SessionRandom implements Random {
  readonly #runtime: Random;
  #seeded: Xoroshiro | undefined;

  constructor(runtime: Random) {
    this.#runtime = runtime;
  }

  seed(seed: number): void {
    this.#seeded = new Xoroshiro(seed);
  }

  next(): number {
    return this.#seeded?.next() ?? this.#runtime.next();
  }

  bytes(length: number): Uint8Array {
    return this.#runtime.bytes(length);
  }
}
