/**
 * What a replica's store says about itself: which incarnations it knows, and whether it is a member
 * or still being filled. Under a key that is before those of all logs.
 *
 * | key          | value                                                                  |
 * |--------------|------------------------------------------------------------------------|
 * | 00 "members" | u32 crc of what follows, u8 standing, varint count, u53 per incarnation |
 */
import { crc32 } from "node:zlib";
import type { DiskStore, DiskWrite, Incarnations } from "@firstlight/common";
import { ByteReader, ByteWriter, KEY_MAX, KEY_MIN, keyFromLatin1 } from "@firstlight/common";
import { DamagedLog } from "./journal-errors.ts";

const RECORD_KEY = keyFromLatin1("\x00members");
const CRC_BYTES = 4;
const STANDINGS = ["member", "joining"] as const;

/** `joining`: what is in the store is incomplete, and nothing may be promised on it. */
export type Standing = (typeof STANDINGS)[number];

export interface ReplicaRecord {
  readonly standing: Standing;
  readonly members: Incarnations;
}

export function recordWrite({ standing, members }: ReplicaRecord): DiskWrite {
  const writer = new ByteWriter(32).uint32(0).uint8(STANDINGS.indexOf(standing));
  writer.varint(members.length);
  for (const incarnation of members) writer.uint53(incarnation);
  const value = writer.finish();
  value.writeUInt32BE(crc32(value.subarray(CRC_BYTES)), 0);
  return { key: RECORD_KEY, value };
}

/** Undefined if the store is empty. A store without a record was made before there were records. */
export function loadRecord(store: DiskStore): ReplicaRecord | undefined {
  const value = store.get(RECORD_KEY);
  if (value === undefined) {
    return isEmpty(store) ? undefined : { standing: "member", members: [] };
  }
  const reader = new ByteReader(value);
  const crc = reader.uint32();
  if (crc32(value.subarray(CRC_BYTES)) !== crc) {
    throw new DamagedLog("the record of the members fails its checksum");
  }
  const standing = STANDINGS[reader.uint8()] ?? "joining";
  const members = Array.from({ length: reader.varint() }, () => reader.uint53());
  return { standing, members };
}

function isEmpty(store: DiskStore): boolean {
  const span = { start: KEY_MIN, end: KEY_MAX };
  for (const _ of store.range({ span, limit: 1 })) return false;
  return true;
}
