/**
 * Notifications as bytes: in log records and in messages. Each is pid u32, database varint, channel
 * and payload as texts.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { Notification } from "../contracts/adjudicator.ts";

export function writeNotifications(writer: ByteWriter, all: readonly Notification[]): void {
  writer.varint(all.length);
  for (const { pid, database, channel, payload } of all) {
    writer.uint32(pid).varint(database).text(channel).text(payload);
  }
}

export function readNotifications(reader: ByteReader): Notification[] {
  const all: Notification[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const pid = reader.uint32();
    const database = reader.varint();
    all.push({ pid, database, channel: reader.text(), payload: reader.text() });
  }
  return all;
}

export function packNotifications(all: readonly Notification[]): Buffer {
  const writer = new ByteWriter(64);
  writeNotifications(writer, all);
  return writer.finish();
}

export function unpackNotifications(bytes: Uint8Array): Notification[] {
  return readNotifications(new ByteReader(bytes));
}
