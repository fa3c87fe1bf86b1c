/** The Random port on the system's generator. */
import { randomFillSync } from "node:crypto";
import type { Random } from "@firstlight/common";

const POOL_BYTES = 4_096;

export class SystemRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  next(): number {
    return Math.random();
  }

  /** Taken from a pool: one call of the system's generator serves many transactions. */
  bytes(length: number): Uint8Array {
    if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length));
    if (this.#used + length > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += length;
    return Uint8Array.prototype.slice.call(this.#pool, from, from + length);
  }
}
