/**
 * Texts and bytes in keys: UTF-8 with zero bytes escaped and a terminator below every continuation.
 */
import type { KeyCursor } from "./key-cursor.ts";
import { ESCAPE, ESCAPED_ZERO, TERMINATOR } from "./key-cursor.ts";

/** Four bytes, the highest first. */
export function uint4(value: number): string {
  return String.fromCharCode(
    value >>> 24,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  );
}

export function escapeBytes(latin1: string): string {
  const escaped = latin1.includes(ESCAPE) ? latin1.replaceAll(ESCAPE, ESCAPED_ZERO) : latin1;
  return escaped + TERMINATOR;
}

const ASCII_LOOP_MAX = 64;

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= 0x80) return false;
  }
  return true;
}

export function encodeText(text: string): string {
  if (text.length <= ASCII_LOOP_MAX && isAscii(text)) return escapeBytes(text);
  return escapeBytes(Buffer.from(text, "utf8").toString("latin1"));
}

export function decodeText(cursor: KeyCursor): string {
  const latin1 = cursor.escaped();
  if (latin1.length <= ASCII_LOOP_MAX && isAscii(latin1)) return latin1;
  return Buffer.from(latin1, "latin1").toString("utf8");
}
