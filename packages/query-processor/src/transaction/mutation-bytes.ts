/** The mutations of a large commit as bytes, in one buffer that is large enough from the start. */
import type { MutationList } from "@firstlight/common";
import {
  PackedMutations,
  allocateWithRoom,
  packMutation,
  packedBytesMax,
} from "@firstlight/common";
import type { WriteEntry, WriteSet } from "./write-set.ts";

/** Flags and two lengths, about; what is written by way of exception may be longer. */
const OVERHEAD = 8;
/** For the headers of the log record and of the journal's entry. */
const ROOM_BYTES = 1_024;
/** Up to here a loop is faster than a call. */
const LOOP_MAX = 64;

export class MutationBytes {
  #bytes: Buffer;
  #end = 0;
  #count = 0;
  /** What is to be copied next. */
  #chunk: Buffer | undefined;
  #runStart = 0;
  #runEnd = 0;

  constructor({ size, bytes }: WriteSet) {
    this.#bytes = allocateWithRoom(bytes + size * OVERHEAD, ROOM_BYTES);
  }

  /** Of a row that is only added to, what is added. */
  add({ key, value, delta, intent }: WriteEntry): void {
    this.endRun();
    const mutation = { key, value: delta ?? value, intent };
    this.#reserve(packedBytesMax([mutation]));
    this.#end = packMutation(this.#bytes, this.#end, mutation);
    this.#count++;
  }

  /** Mutations that are packed. Those that follow each other in a chunk are copied together. */
  addRun(chunk: Buffer, start: number, end: number, count: number): void {
    this.#count += count;
    if (chunk !== this.#chunk || start !== this.#runEnd) {
      this.endRun();
      this.#chunk = chunk;
      this.#runStart = start;
    }
    this.#runEnd = end;
  }

  /** BEFORE the chunk is given back. */
  endRun(): void {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    this.#reserve(this.#runEnd - this.#runStart);
    this.#copy(chunk, this.#runStart, this.#runEnd);
    this.#chunk = undefined;
  }

  #copy(chunk: Buffer, from: number, to: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    if (to - from > LOOP_MAX) chunk.copy(bytes, end, from, to);
    else for (let at = from; at < to; at++) bytes[end + at - from] = chunk[at] as number;
    this.#end += to - from;
  }

  #reserve(more: number): void {
    const needed = this.#end + more;
    if (needed <= this.#bytes.length) return;
    const larger = allocateWithRoom(
      Math.max(needed, Math.ceil(this.#bytes.length * 1.25)),
      ROOM_BYTES,
    );
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  finish(): { readonly packed: Buffer; readonly mutations: MutationList } {
    this.endRun();
    const packed = this.#bytes.subarray(0, this.#end);
    return { packed, mutations: new PackedMutations(packed, this.#count) };
  }
}
