/**
 * Rows spilled apart by the hash of their key, so that each part can be treated on its own. Each
 * level of recursion divides by other bits of the hash.
 */
import type { Row } from "@firstlight/sql";
import type { SpillFile } from "./spill-file.ts";
import { Tape } from "./tape.ts";

export type PartitionKey = string | number | bigint | boolean | null;

const PARTITIONS_LEAST = 4;
const PARTITIONS_MOST = 64;
/** Buffers of all partitions take at most this part of what the operator may hold. */
const BUFFERS_PART = 8;

/** As many parts as buffers may be held for. */
export function partitionCount(file: SpillFile, allowedBytes: number): number {
  const buffers = allowedBytes / BUFFERS_PART / file.chunkBytes;
  const count = 2 ** Math.floor(Math.log2(Math.max(1, buffers)));
  return Math.max(PARTITIONS_LEAST, Math.min(PARTITIONS_MOST, count));
}

function mix(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Of a longer text its length, its ends and characters between them tell enough. */
const HASHED_MAX = 4096;

function hashText(text: string, seed: number): number {
  const { length } = text;
  let hash = seed;
  const dense = length <= HASHED_MAX ? length : HASHED_MAX / 4;
  for (let i = 0; i < dense; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  if (dense === length) return hash;
  const stride = Math.ceil(length / HASHED_MAX);
  for (let i = dense; i < length - dense; i += stride) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  for (let i = length - dense; i < length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return Math.imul(hash ^ length, 0x01000193);
}

const doubles = new Float64Array(1);
const words = new Int32Array(doubles.buffer);

export function hashKey(key: PartitionKey, seed: number): number {
  if (typeof key === "string") return mix(hashText(key, seed));
  if (typeof key === "bigint") return mix(hashText(key.toString(36), seed));
  doubles[0] = Number(key);
  return mix(mix((words[0] as number) ^ seed) ^ (words[1] as number));
}

export class SpillPartitions {
  readonly count: number;
  readonly #file: SpillFile;
  readonly #seed: number;
  readonly #tapes: (Tape | undefined)[];

  constructor(file: SpillFile, count: number, level: number) {
    this.#file = file;
    this.count = count;
    this.#seed = mix(level + 0x2545f491);
    this.#tapes = Array.from({ length: count });
  }

  /** Where rows with this key belong, from 0. */
  partitionOf(key: PartitionKey): number {
    return hashKey(key, this.#seed) & (this.count - 1);
  }

  append(partition: number, row: Row): void {
    let tape = this.#tapes[partition];
    if (tape === undefined) {
      tape = new Tape(this.#file);
      this.#tapes[partition] = tape;
    }
    tape.append(row);
  }

  /** The tape of a partition; undefined when nothing came to it. */
  tape(partition: number): Tape | undefined {
    return this.#tapes[partition];
  }

  /** Nothing will be appended any more: gives up the buffers. */
  finish(): void {
    for (const tape of this.#tapes) tape?.finish();
  }

  free(): void {
    for (const tape of this.#tapes) tape?.free();
  }
}
