/**
 * One way to hash for both widths: a Hasher has the primitives, and how a type is hashed is written
 * once over them. Values are unsigned and `bits` wide.
 */
import type { Datum } from "../../values/datum.ts";
import { hashBytes, hashBytesExtended, hashUint32, hashUint32Extended } from "./jenkins.ts";

export interface Hasher {
  readonly seed: bigint;
  readonly bits: 32 | 64;
  bytes(bytes: Uint8Array): bigint;
  uint32(value: number): bigint;
}

/** How values of one type are hashed. */
export type HashValue = (hasher: Hasher, value: Datum) => bigint;

function unsigned(value: number): bigint {
  return BigInt(value >>> 0);
}

export const PLAIN_HASHER: Hasher = {
  seed: 0n,
  bits: 32,
  bytes: (bytes) => unsigned(hashBytes(bytes)),
  uint32: (value) => unsigned(hashUint32(value)),
};

export function extendedHasher(seed: bigint): Hasher {
  return {
    seed: BigInt.asUintN(64, seed),
    bits: 64,
    bytes: (bytes) => hashBytesExtended(bytes, seed),
    uint32: (value) => hashUint32Extended(value, seed),
  };
}

/** Rotates by one; 64 bits as two halves of their own. */
export function rotateHash(hash: bigint, bits: 32 | 64): bigint {
  const half = (value: bigint): bigint =>
    ((value << 1n) & 0xffffffffn) | ((value & 0xffffffffn) >> 31n);
  return bits === 32 ? half(hash) : (half(hash >> 32n) << 32n) | half(hash);
}

/** hash * 31 + next, as collections add their elements. */
export function foldHash(hash: bigint, next: bigint, bits: 32 | 64): bigint {
  return BigInt.asUintN(bits, (hash << 5n) - hash + next);
}
