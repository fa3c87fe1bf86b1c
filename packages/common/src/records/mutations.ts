/**
 * Mutations as bytes: in log records, and packed in messages, where a million of them must not be a
 * million protobuf objects. Each is flags u8, key, value bytes if it has one.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { takeRoom } from "../bytes/room-in-front.ts";
import type { Mutation, MutationList, WriteIntent } from "../contracts/adjudicator.ts";

const FLAG_VALUE = 1;
const FLAG_UPDATE = 2;
const FLAG_DELTA = 4;

export function writeMutation(writer: ByteWriter, { key, value, intent }: Mutation): void {
  writer.uint8((value === undefined ? 0 : FLAG_VALUE) | flagOf(intent));
  writer.key(key);
  if (value !== undefined) writer.bytes(value);
}

function flagOf(intent: WriteIntent): number {
  return intent === "X" ? 0 : intent === "U" ? FLAG_UPDATE : FLAG_DELTA;
}

export function intentOfFlags(flags: number): WriteIntent {
  return flags & FLAG_UPDATE ? "U" : flags & FLAG_DELTA ? "D" : "X";
}

export function flagsHaveValue(flags: number): boolean {
  return (flags & FLAG_VALUE) !== 0;
}

export function readMutation(reader: ByteReader): Mutation {
  const flags = reader.uint8();
  const key = reader.key();
  const value = flagsHaveValue(flags) ? reader.bytes() : undefined;
  return { key, value, intent: intentOfFlags(flags) };
}

/** Up to here a loop is faster than a call. */
const LOOP_MAX = 64;

/** Mutations one after the other, without their number: made by and by where they are many. */
export class MutationPacker {
  readonly #parts: Buffer[] = [];

  add(mutations: readonly Mutation[]): void {
    const target = Buffer.allocUnsafe(packedBytesMax(mutations));
    let at = 0;
    for (const mutation of mutations) at = packMutation(target, at, mutation);
    this.#parts.push(target.subarray(0, at));
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** The same bytes as writeMutation's, where there is room for them. Returns their end. */
export function packMutation(
  target: Buffer,
  start: number,
  { key, value, intent }: Mutation,
): number {
  target[start] = (value === undefined ? 0 : FLAG_VALUE) | flagOf(intent);
  const { length } = key;
  let at = packVarint(target, start + 1, length);
  if (length > LOOP_MAX) target.write(key, at, "latin1");
  else for (let i = 0; i < length; i++) target[at + i] = key.charCodeAt(i);
  at += length;
  if (value === undefined) return at;
  const size = value.length;
  at = packVarint(target, at, size);
  if (size > LOOP_MAX) target.set(value, at);
  else for (let i = 0; i < size; i++) target[at + i] = value[i] as number;
  return at + size;
}

function packVarint(target: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[at++] = (rest % 0x80) | 0x80;
  target[at++] = rest;
  return at;
}

/** Flags and two lengths: bytes that a mutation takes at most beside its key and its value. */
const MUTATION_OVERHEAD = 11;

/** So that what they are written to need not grow. */
export function packedBytesMax(mutations: Iterable<Mutation>): number {
  let bytes = 0;
  for (const { key, value } of mutations) {
    bytes += MUTATION_OVERHEAD + key.length + (value?.length ?? 0);
  }
  return bytes;
}

/** What `numbered` has put together. */
export function withoutNumber(bytes: Uint8Array): {
  readonly packed: Uint8Array;
  readonly count: number;
} {
  const reader = new ByteReader(bytes);
  const count = reader.varint();
  return { packed: bytes.subarray(bytes.length - reader.remaining), count };
}

/** With their number, in the same memory where there is room for it. */
export function numbered(packed: Uint8Array, count: number): Buffer {
  return inFront(new ByteWriter(10).varint(count).finish(), packed);
}

/** Both, in the memory of the second where there is room. */
export function inFront(header: Buffer, bytes: Uint8Array): Buffer {
  const all = takeRoom(bytes, header.length);
  if (all === undefined) return Buffer.concat([header, bytes]);
  all.set(header);
  return all;
}

export function packMutations(mutations: MutationList): Buffer {
  const writer = new ByteWriter(256);
  writer.varint(mutations.length);
  for (const mutation of mutations) writeMutation(writer, mutation);
  return writer.finish();
}

export function unpackMutations(bytes: Uint8Array): Mutation[] {
  const reader = new ByteReader(bytes);
  const mutations: Mutation[] = [];
  for (let left = reader.varint(); left > 0; left--) mutations.push(readMutation(reader));
  return mutations;
}
