/**
 * Reads the fields of one message. pg-protocol's reader trusts its input; this one holds it to the
 * bounds of the message and to valid text, so that no client can make it read past a frame.
 */
import { isUtf8 } from "node:buffer";
import { SqlError } from "@firstlight/common";
import { readText } from "@firstlight/sql";
import type { CharacterSet } from "@firstlight/sql";
import { BufferReader } from "pg-protocol/dist/buffer-reader.js";
import { protocolViolation } from "./protocol-violation.ts";

const EMPTY = Buffer.alloc(0);
/** Below this a loop in JavaScript beats a call into native code. */
const SHORT = 48;

function isAscii(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((buffer[at] ?? 0) >= 0x80) return false;
  return true;
}

/** PostgreSQL prints the bytes that the first byte of the bad character announces. */
function invalidUtf8(bytes: Buffer): SqlError {
  let at = 0;
  let length = announcedLength(bytes[0]);
  while (at < bytes.length && isUtf8(bytes.subarray(at, at + length))) {
    at += length;
    length = announcedLength(bytes[at]);
  }
  const shown = Array.from(
    bytes.subarray(at, at + length),
    (byte) => `0x${byte.toString(16).padStart(2, "0")}`,
  );
  return new SqlError("22021", `invalid byte sequence for encoding "UTF8": ${shown.join(" ")}`);
}

function announcedLength(byte = 0): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
}

/**
 * Decodes text from a client; 22021 when it is not in its encoding or holds a zero byte. Without
 * `characters` that is UTF-8.
 */
export function decodeText(
  buffer: Buffer,
  start: number,
  end: number,
  characters?: CharacterSet,
): string {
  if (end - start <= SHORT && isAscii(buffer, start, end)) {
    const text = buffer.toString("latin1", start, end);
    if (text.includes("\0")) {
      const encoding = characters?.encoding ?? "UTF8";
      throw new SqlError("22021", `invalid byte sequence for encoding "${encoding}": 0x00`);
    }
    return text;
  }
  if (characters !== undefined) return characters.decode(buffer, start, end);
  const bytes = buffer.subarray(start, end);
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  if (bytes.includes(0)) {
    throw new SqlError("22021", 'invalid byte sequence for encoding "UTF8": 0x00');
  }
  return readText(buffer, start, end);
}

export class MessageReader {
  /** The client's, where it is not UTF-8. */
  characters: CharacterSet | undefined;
  readonly #reader: BufferReader = new BufferReader();
  #buffer: Buffer = EMPTY;
  #at = 0;
  #end = 0;

  /** The message's body is `buffer[start, end)`; it is read before the next call. */
  reset(buffer: Buffer, start: number, end: number): void {
    this.#reader.setBuffer(start, buffer);
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  #take(length: number): void {
    if (length < 0 || length > this.#end - this.#at) {
      throw protocolViolation("insufficient data left in message");
    }
    this.#at += length;
  }

  byte(): number {
    this.#take(1);
    return this.#reader.byte();
  }

  int16(): number {
    this.#take(2);
    return this.#reader.int16();
  }

  /** For counts, which PostgreSQL reads as signed: a negative one is a violation. */
  count(): number {
    const value = this.int16();
    return value < 0 ? value + 65536 : value;
  }

  int32(): number {
    this.#take(4);
    return this.#reader.int32();
  }

  uint32(): number {
    this.#take(4);
    return this.#reader.uint32();
  }

  /** A view, valid as long as the message. */
  bytes(length: number): Buffer {
    this.#take(length);
    return this.#reader.bytes(length);
  }

  text(length: number): string {
    const start = this.#at;
    this.#take(length);
    const text = decodeText(this.#buffer, start, start + length, this.characters);
    this.#reader.setBuffer(this.#at, this.#buffer);
    return text;
  }

  cstring(): string {
    const nul = this.#buffer.indexOf(0, this.#at);
    if (nul < 0 || nul >= this.#end) throw protocolViolation("invalid string in message");
    const start = this.#at;
    this.#at = nul + 1;
    this.#reader.setBuffer(this.#at, this.#buffer);
    return decodeText(this.#buffer, start, nul, this.characters);
  }

  /** Everything must have been read. */
  finish(): void {
    if (this.#at !== this.#end) throw protocolViolation("invalid message format");
  }
}
