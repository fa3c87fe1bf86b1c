/**
 * Text and binary forms of uuid. The Datum is the canonical text, whose order is the bytes' order.
 */
import { SqlError } from "@firstlight/common";

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A dash is allowed after every second byte. */
const LOOSE = /^(\{?)((?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4})(\}?)$/;

export function parseUuid(text: string): string {
  if (CANONICAL.test(text)) return text;
  const match = LOOSE.exec(text);
  if (match === null || (match[1] === "{") !== (match[3] === "}")) {
    throw new SqlError("22P02", `invalid input syntax for type uuid: "${text}"`);
  }
  return dashed((match[2] as string).replaceAll("-", "").toLowerCase());
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The canonical text of the 16 bytes at `offset`. */
export function uuidFromBytes(bytes: Uint8Array, offset: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + offset, 16).toString("hex");
  return dashed(hex);
}

export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}
