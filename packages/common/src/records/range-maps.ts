/**
 * A range map as bytes: u53 version, varint n, and for each of n ranges its log as text and its first
 * key; then the end of the last one. It is a key's value, part of a log record and of messages.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { LogId } from "../contracts/ids.ts";
import { logId } from "../contracts/ids.ts";
import type { RangeMap } from "../contracts/range-map.ts";
import type { Key } from "../keys/key.ts";
import { KEY_MAX } from "../keys/key.ts";

export function writeRangeMap(writer: ByteWriter, { version, ranges }: RangeMap): void {
  writer.uint53(version).varint(ranges.length);
  for (const { log, span } of ranges) writer.text(log).key(span.start);
  writer.key(ranges.at(-1)?.span.end ?? KEY_MAX);
}

export function readRangeMap(reader: ByteReader): RangeMap {
  const version = reader.uint53();
  const starts: { readonly log: LogId; readonly start: Key }[] = [];
  for (let n = reader.varint(); n > 0; n--) {
    starts.push({ log: logId(reader.text()), start: reader.key() });
  }
  const last = reader.key();
  const ranges = starts.map(({ log, start }, i) => {
    return { log, span: { start, end: starts[i + 1]?.start ?? last } };
  });
  return { version, ranges };
}

export function encodeRangeMap(map: RangeMap): Buffer {
  const writer = new ByteWriter(128);
  writeRangeMap(writer, map);
  return writer.finish();
}

export function decodeRangeMap(bytes: Uint8Array): RangeMap {
  return readRangeMap(new ByteReader(bytes));
}
