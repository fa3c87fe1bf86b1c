/**
 * PostgreSQL's hash_bytes and its kin: Bob Jenkins' lookup3 over little-endian words, in 32 bits and
 * with a seed in 64. Results must be PostgreSQL's bit for bit.
 */
import { flatten, piecesOf } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

const START = (0x9e3779b9 + 3923095) | 0;
const words = new Int32Array(3);

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(): void {
  let a = words[0] as number;
  let b = words[1] as number;
  let c = words[2] as number;
  a = (a - c) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 4);
  b = (b + a) | 0;
  words[0] = a;
  words[1] = b;
  words[2] = c;
}

function finish(): void {
  let a = words[0] as number;
  let b = words[1] as number;
  let c = words[2] as number;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  words[1] = b;
  words[2] = c;
}

function start(length: number, seed: bigint): void {
  words.fill((START + length) | 0);
  if (seed === 0n) return;
  words[0] = (words[0] as number) + Number(BigInt.asIntN(32, seed >> 32n));
  words[1] = (words[1] as number) + Number(BigInt.asIntN(32, seed));
  mix();
}

/** The last 11 bytes at most; the lowest byte of the third word belongs to the length. */
function addTail(bytes: Uint8Array, from: number): void {
  for (let i = from; i < bytes.length; i++) {
    const at = i - from < 8 ? i - from : i - from + 1;
    words[at >> 2] = (words[at >> 2] as number) + ((bytes[i] as number) << ((at & 3) * 8));
  }
}

/** All whole triples of words; where the rest begins. */
function mixTriples(bytes: Uint8Array): number {
  let at = 0;
  for (; bytes.length - at >= 12; at += 12) {
    for (let word = 0; word < 3; word++) {
      const from = at + word * 4;
      const value =
        (bytes[from] as number) |
        ((bytes[from + 1] as number) << 8) |
        ((bytes[from + 2] as number) << 16) |
        ((bytes[from + 3] as number) << 24);
      words[word] = (words[word] as number) + value;
    }
    mix();
  }
  return at;
}

function absorb(bytes: Uint8Array, seed: bigint): void {
  start(bytes.length, seed);
  addTail(bytes, mixTriples(bytes));
  finish();
}

const HASHED_STEP = 1 << 17;

/** hashBytesExtended of a long text; between two steps others may hash. */
export function* hashTextSteps(text: string, seed: bigint): Steps<bigint> {
  yield* flatten(text);
  start(Buffer.byteLength(text), seed);
  let state = words.slice();
  let rest: Uint8Array = new Uint8Array(0);
  for (const piece of piecesOf(text, HASHED_STEP)) {
    yield;
    const bytes = Buffer.concat([rest, Buffer.from(piece)]);
    words.set(state);
    rest = bytes.subarray(mixTriples(bytes));
    state = words.slice();
  }
  words.set(state);
  addTail(rest, 0);
  finish();
  return wide();
}

function wide(): bigint {
  const high = BigInt((words[1] as number) >>> 0);
  return (high << 32n) | BigInt((words[2] as number) >>> 0);
}

/** As a signed 32-bit integer. */
export function hashBytes(bytes: Uint8Array): number {
  absorb(bytes, 0n);
  return words[2] as number;
}

/** As an unsigned 64-bit integer; its low half is hashBytes where the seed is 0. */
export function hashBytesExtended(bytes: Uint8Array, seed: bigint): bigint {
  absorb(bytes, seed);
  return wide();
}

export function hashUint32(value: number): number {
  start(4, 0n);
  words[0] = (words[0] as number) + (value | 0);
  finish();
  return words[2] as number;
}

export function hashUint32Extended(value: number, seed: bigint): bigint {
  start(4, seed);
  words[0] = (words[0] as number) + (value | 0);
  finish();
  return wide();
}
