/**
 * Text and binary forms of uuid. The Datum is the canonical text, whose order is the bytes' order.
 */
import { SqlError } from "@firstlight/common";

const CANONICAL_LENGTH = 36;
const DASH = 0x2d;
/** A dash is allowed after every second byte. */
const LOOSE = /^(\{?)((?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4})(\}?)$/;

/** A pattern would take several times as long. */
function isCanonical(text: string): boolean {
  if (text.length !== CANONICAL_LENGTH) return false;
  for (let at = 0; at < CANONICAL_LENGTH; at++) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== DASH) return false;
    } else if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) {
      return false;
    }
  }
  return true;
}

export function parseUuid(text: string): string {
  if (isCanonical(text)) return text;
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
