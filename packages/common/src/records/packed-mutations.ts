/**
 * Very many mutations as a MutationPacker has made them, instead of as many objects: those that are
 * asked for are made anew each time. Where one starts is known of a few of them.
 */
import { CorruptBytes } from "../bytes/byte-reader.ts";
import type { Mutation, MutationList, WriteIntent } from "../contracts/adjudicator.ts";
import type { Key } from "../keys/key.ts";
import { keyFromLatin1 } from "../keys/key.ts";
import { flagsHaveValue, intentOfFlags } from "./mutations.ts";

/** Of so many the start of one is remembered. */
const MARK = 256;
const STEP = 1_024;

class PackedMutation implements Mutation {
  readonly key: Key;
  readonly intent: WriteIntent;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

  /** Without a value it starts behind its end. */
  constructor(key: Key, intent: WriteIntent, bytes: Buffer, start: number, end: number) {
    this.key = key;
    this.intent = intent;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get value(): Uint8Array | undefined {
    return this.#start > this.#end ? undefined : this.#bytes.subarray(this.#start, this.#end);
  }
}

export class PackedMutations implements MutationList {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #marks: number[] = [0];
  /** Where the reader is, and what it has read last. */
  #number = 0;
  #at = 0;
  #flags = 0;
  #keyStart = 0;
  #keyEnd = 0;
  #valueStart = 0;

  constructor(packed: Uint8Array, length: number) {
    this.#bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    this.length = length;
  }

  /** Looks at about `bytes` more of them; false once all are known to be whole. */
  check(bytes: number): boolean {
    const end = this.#at + bytes;
    while (this.#number < this.length && this.#at < end) this.#next();
    if (this.#number < this.length) return true;
    if (this.#at !== this.#bytes.length) throw new CorruptBytes("bytes behind the last mutation");
    return false;
  }

  slice(from: number, to: number): readonly Mutation[] {
    const end = Math.min(to, this.length);
    this.#goTo(from);
    const mutations: Mutation[] = [];
    while (this.#number < end) mutations.push(this.#read());
    return mutations;
  }

  *[Symbol.iterator](): Generator<Mutation> {
    for (let at = 0; at < this.length; at += STEP) yield* this.slice(at, at + STEP);
  }

  #goTo(number: number): void {
    const isNear = this.#number <= number && number - this.#number < MARK;
    const mark = Math.min(Math.floor(number / MARK), this.#marks.length - 1);
    if (!isNear && !(this.#number <= number && this.#number >= mark * MARK)) {
      this.#number = mark * MARK;
      this.#at = this.#marks[mark] as number;
    }
    while (this.#number < number && this.#number < this.length) this.#next();
  }

  #read(): Mutation {
    this.#next();
    const bytes = this.#bytes;
    const key = keyFromLatin1(bytes.toString("latin1", this.#keyStart, this.#keyEnd));
    const intent = intentOfFlags(this.#flags);
    return new PackedMutation(key, intent, bytes, this.#valueStart, this.#at);
  }

  #next(): void {
    const bytes = this.#bytes;
    this.#flags = bytes[this.#at] ?? 0;
    const keyLength = this.#varint(this.#at + 1);
    this.#keyStart = this.#at;
    this.#keyEnd = this.#keyStart + keyLength;
    this.#at = this.#keyEnd;
    this.#valueStart = this.#at + 1;
    if (flagsHaveValue(this.#flags)) {
      const length = this.#varint(this.#at);
      this.#valueStart = this.#at;
      this.#at += length;
    }
    if (this.#at > bytes.length) throw new CorruptBytes("a mutation that is cut off");
    this.#number++;
    const isMark = this.#number === this.#marks.length * MARK;
    if (isMark) this.#marks.push(this.#at);
  }

  /** Goes on behind it. */
  #varint(from: number): number {
    let value = 0;
    let at = from;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[at++];
      if (byte === undefined || scale > 2 ** 49) throw new CorruptBytes("a length that is cut off");
      value += (byte & 0x7f) * scale;
      if (byte >= 0x80) continue;
      this.#at = at;
      return value;
    }
  }
}
