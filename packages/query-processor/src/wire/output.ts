/**
 * The bytes on their way to one client. Messages gather in one buffer until they are released, so
 * that what one turn of the event loop produced leaves as one write. A held region can still be
 * taken back: what an autocommit statement answered must not leave before its commit.
 */
import type { CharacterSet } from "@firstlight/sql";
import { Writer } from "pg-protocol/dist/buffer-writer.js";

/** pg-protocol's writer leaves room for one header that is not used here. */
const HEADER_ROOM = 5;
const INITIAL_SIZE = 1024;
const MESSAGE_LENGTH_MAX = 0x3fffffff;

export class Output {
  /** The client's, where it is not UTF-8. */
  characters: CharacterSet | undefined;
  #writer: Writer = new Writer(INITIAL_SIZE);
  /** End of what may leave. */
  #released = HEADER_ROOM;
  /** Bytes that have left. */
  #taken = 0;
  /** Start of the message being written; 0: none is. */
  #messageStart = 0;

  get position(): number {
    return this.#writer.reserveUnsafe(0);
  }

  get size(): number {
    return this.position - HEADER_ROOM;
  }

  begin(type: number): void {
    const start = this.#writer.reserveUnsafe(5);
    this.#writer.buffer[start] = type;
    this.#messageStart = start;
  }

  end(): void {
    const start = this.#messageStart;
    const length = this.position - start - 1;
    if (length > MESSAGE_LENGTH_MAX) throw new RangeError("message too long");
    this.#writer.buffer.writeInt32BE(length, start + 1);
    this.#messageStart = 0;
  }

  /** Begins a message whose length is known: it may leave before it is complete, and has no end(). */
  header(type: number, bodyLength: number): void {
    if (bodyLength > MESSAGE_LENGTH_MAX - 4) throw new RangeError("message too long");
    this.byte(type);
    this.int32(bodyLength + 4);
  }

  /** Takes back a message that could not be finished. */
  abandon(): void {
    if (this.#messageStart === 0) return;
    this.truncate(this.#messageStart - HEADER_ROOM + this.#taken);
  }

  /** A message without fields. */
  empty(type: number): void {
    const at = this.#writer.reserveUnsafe(5);
    const { buffer } = this.#writer;
    buffer[at] = type;
    buffer[at + 1] = 0;
    buffer[at + 2] = 0;
    buffer[at + 3] = 0;
    buffer[at + 4] = 4;
  }

  byte(value: number): void {
    const at = this.#writer.reserveUnsafe(1);
    this.#writer.buffer[at] = value;
  }

  int16(value: number): void {
    this.#writer.addInt16(value);
  }

  int32(value: number): void {
    this.#writer.addInt32(value);
  }

  cstring(value: string): void {
    if (this.characters !== undefined) {
      this.bytes(this.characters.encode(value));
      this.byte(0);
      return;
    }
    this.#writer.addCString(value);
  }

  /** Text without length or terminator. */
  text(value: string): void {
    this.#writer.addString(value);
  }

  bytes(value: Uint8Array): void {
    const at = this.#writer.reserveUnsafe(value.length);
    this.#writer.buffer.set(value, at);
  }

  /** A field of DataRow: length and text. */
  textField(value: string): void {
    const { length } = value;
    if (length > 40) {
      this.#longField(value);
      return;
    }
    for (let index = 0; index < length; index++) {
      if (value.charCodeAt(index) >= 0x80) {
        this.#longField(value);
        return;
      }
    }
    let at = this.#writer.reserveUnsafe(length + 4);
    const { buffer } = this.#writer;
    buffer[at] = 0;
    buffer[at + 1] = 0;
    buffer[at + 2] = 0;
    buffer[at + 3] = length;
    at += 4;
    for (let index = 0; index < length; index++) buffer[at + index] = value.charCodeAt(index);
  }

  #longField(value: string): void {
    if (this.characters === undefined) this.#writer.addInt32PrefixedString(value);
    else this.bytesField(this.characters.encode(value));
  }

  bytesField(value: Uint8Array): void {
    this.#writer.addInt32(value.length);
    this.bytes(value);
  }

  /** Reserves `length` bytes and returns where; write through `buffer` before anything else. */
  reserve(length: number): number {
    return this.#writer.reserveUnsafe(length);
  }

  get buffer(): Buffer {
    return this.#writer.buffer;
  }

  /** Everything written so far may leave. */
  release(): void {
    this.#released = this.position;
  }

  /** Offset of the next byte in all that was ever written: stays valid when bytes are taken. */
  get offset(): number {
    return this.#taken + this.position - HEADER_ROOM;
  }

  /** Whether the bytes from `offset` on are all still here and unreleased. */
  isHeld(offset: number): boolean {
    return offset - this.#taken + HEADER_ROOM >= this.#released;
  }

  /** Held bytes between two offsets, copied. */
  copy(from: number, to: number): Buffer {
    const shift = HEADER_ROOM - this.#taken;
    return Buffer.from(this.#writer.buffer.subarray(from + shift, to + shift));
  }

  /** Takes back everything from `offset` on, which must be held. */
  truncate(offset: number): void {
    const position = offset - this.#taken + HEADER_ROOM;
    if (position < this.#released) throw new RangeError("released output cannot be taken back");
    const kept = Buffer.from(this.#writer.buffer.subarray(HEADER_ROOM, position));
    this.#writer.clear();
    this.#writer.add(kept);
    this.#messageStart = 0;
  }

  get hasReleased(): boolean {
    return this.#released > HEADER_ROOM;
  }

  /** The released bytes, as one buffer that is the caller's. */
  take(): Buffer {
    const held = this.position - this.#released;
    const all = this.#writer.flush();
    const released = this.#released - HEADER_ROOM;
    this.#released = HEADER_ROOM;
    this.#taken += released;
    if (held === 0) return all;
    this.#writer.add(all.subarray(released));
    return all.subarray(0, released);
  }
}
