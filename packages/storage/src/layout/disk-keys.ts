/**
 * The keys of a replica's store. `n` holds one entry for every key that has any version on disk,
 * so a scan looks at `n` alone and seeks in `o` only for what changed after its snapshot. Every value ends in
 * a checksum (checksum.ts), beside what the table says.
 *
 * | key                                   | value                    | what                      |
 * |---------------------------------------|--------------------------|---------------------------|
 * | n key                                 | τ u53, flags u8, bytes   | the newest version        |
 * | o orderedKey(key) (MAX - τ) u53       | flags u8, bytes          | an older version          |
 * | g τ u53, boot u32, sequence u32       | keys                     | superseded at or before τ |
 * | p log                                 | index u53, τ u53         | applied up to here        |
 * | m name                                | u53                      | format, horizon, boots; filling: the store is incomplete |
 * | m held                                | n × (key, key, τ u53)    | the spans that are held, and since when |
 */
import type { Key, LogId, Span, Timestamp } from "@firstlight/common";
import {
  DISK_KEY_BYTES_MAX,
  keyFromLatin1,
  prefixEnd,
  prefixSpan,
  uint32Text,
} from "@firstlight/common";
import { orderedKey } from "./ordered-key.ts";

/**
 * The longest key that fits the store's bound in every table above, ordered form and all: the query
 * processor refuses longer ones BEFORE they reach a log.
 */
export const STORED_KEY_BYTES_MAX: number = Math.floor((DISK_KEY_BYTES_MAX - 11) / 1.5);

export const FORMAT_KEY: Key = keyFromLatin1("mformat");
export const HORIZON_KEY: Key = keyFromLatin1("mhorizon");
export const FILLING_KEY: Key = keyFromLatin1("mfilling");
export const HELD_KEY: Key = keyFromLatin1("mheld");
export const BOOTS_KEY: Key = keyFromLatin1("mboots");
export const POSITIONS_SPAN: Span = prefixSpan(keyFromLatin1("p"));
/** Behind all newest versions. */
export const CURRENT_END: Key = prefixEnd(keyFromLatin1("n"));
const GARBAGE_START = keyFromLatin1("g");

export function currentKey(key: Key): Key {
  return keyFromLatin1(`n${key}`);
}

export function keyOfCurrent(diskKey: Key): Key {
  return keyFromLatin1(diskKey.slice(1));
}

export function currentSpan(span: Span): Span {
  return { start: currentKey(span.start), end: currentKey(span.end) };
}

export function olderKey(key: Key, timestamp: Timestamp): Key {
  return keyFromLatin1(`o${orderedKey(key)}${descending(timestamp)}`);
}

/** Versions of `key` in `o` at or before `timestamp`, newest first. */
export function olderSpan(key: Key, timestamp: Timestamp): Span {
  const prefix = `o${orderedKey(key)}`;
  const start = keyFromLatin1(prefix + descending(timestamp));
  return { start, end: prefixEnd(keyFromLatin1(prefix)) };
}

export function timestampOfOlder(diskKey: Key): number {
  const at = diskKey.length - 8;
  return (
    Number.MAX_SAFE_INTEGER -
    (textUint32(diskKey, at) * 0x1_0000_0000 + textUint32(diskKey, at + 4))
  );
}

export function garbageKey(timestamp: Timestamp, boot: number, sequence: number): Key {
  return keyFromLatin1(`g${uint53Text(timestamp)}${uint32Text(boot)}${uint32Text(sequence)}`);
}

/** Garbage whose youngest successor is at or before `timestamp`. */
export function garbageSpan(timestamp: Timestamp): Span {
  return { start: GARBAGE_START, end: keyFromLatin1(`g${uint53Text(timestamp + 1)}`) };
}

export function positionKey(log: LogId): Key {
  return keyFromLatin1(`p${Buffer.from(log, "utf8").toString("latin1")}`);
}

function descending(timestamp: Timestamp): string {
  return uint53Text(Number.MAX_SAFE_INTEGER - timestamp);
}

function uint53Text(value: number): string {
  return uint32Text(Math.floor(value / 0x1_0000_0000)) + uint32Text(value >>> 0);
}

function textUint32(text: string, at: number): number {
  const high = (text.charCodeAt(at) << 24) | (text.charCodeAt(at + 1) << 16);
  return (high | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3)) >>> 0;
}
