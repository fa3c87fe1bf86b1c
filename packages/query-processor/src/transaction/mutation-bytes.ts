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
  /** What is to be copied next. */
  #chunk: Buffer | undefined;
  #runStart = 0;
  #runEnd = 0;

  constructor({ size, bytes }: WriteSet) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes + size * OVERHEAD);
  }

  add(mutation: Mutation): void {
    if (mutation instanceof PackedEntry) return mutation.addTo(this);
    this.#copyRun();
    const needed = packedBytesMax([mutation]);
    if (this.#end + needed > this.#bytes.length) this.#grow(this.#end + needed);
    this.#end = packMutation(this.#bytes, this.#end, mutation);
  }

  /** Those that follow each other in a chunk are copied together. */
  addPacked(chunk: Buffer, start: number, end: number): void {
    if (chunk !== this.#chunk || start !== this.#runEnd) {
      this.#copyRun();
      this.#chunk = chunk;
      this.#runStart = start;
    }
    this.#runEnd = end;
  }

  #copyRun(): void {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    const needed = this.#end + this.#runEnd - this.#runStart;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#end += chunk.copy(this.#bytes, this.#end, this.#runStart, this.#runEnd);
    this.#chunk = undefined;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 1.25));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  finish(): Buffer {
    this.#copyRun();
    return this.#bytes.subarray(0, this.#end);
  }
}
