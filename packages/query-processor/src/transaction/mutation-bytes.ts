/** The mutations of a large commit as bytes, in one buffer that is large enough from the start. */
import type { Mutation } from "@firstlight/common";
import { packMutation, packedBytesMax } from "@firstlight/common";
import { PackedEntry } from "./packed-writes.ts";
import type { WriteSet } from "./write-set.ts";

/** Flags and two lengths, about; what is written by way of exception may be longer. */
const OVERHEAD = 8;

export class MutationBytes {
  #bytes: Buffer;
  #end = 0;

  constructor({ size, bytes }: WriteSet) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes + size * OVERHEAD);
  }

  add(mutation: Mutation): void {
    const isPacked = mutation instanceof PackedEntry;
    const needed = isPacked ? mutation.packedBytes : packedBytesMax([mutation]);
    if (this.#end + needed > this.#bytes.length) this.#grow(this.#end + needed);
    this.#end = isPacked
      ? mutation.packInto(this.#bytes, this.#end)
      : packMutation(this.#bytes, this.#end, mutation);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 1.25));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }
}
