/** Reads what ByteWriter wrote. Every length is checked before it is believed. */
import type { Key } from "../keys/key.ts";
import { keyFromLatin1 } from "../keys/key.ts";

export class CorruptBytes extends Error {
  override readonly name = "CorruptBytes";
}

export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  #take(bytes: number): number {
    if (bytes > this.remaining) {
      throw new CorruptBytes(`${bytes} bytes wanted, ${this.remaining} left`);
    }
    const at = this.#at;
    this.#at = at + bytes;
    return at;
  }

  uint8(): number {
    return this.#buffer[this.#take(1)] as number;
  }

  uint32(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  uint53(): number {
    const high = this.uint32();
    return high * 0x1_0000_0000 + this.uint32();
  }

  varint(): number {
    // Nearly all are lengths of one byte.
    const first = this.#buffer[this.#at];
    if (first !== undefined && first < 0x80) {
      this.#at++;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > Number.MAX_SAFE_INTEGER) throw new CorruptBytes("varint too long");
    }
  }

  raw(length: number): Buffer {
    const at = this.#take(length);
    return this.#buffer.subarray(at, at + length);
  }

  bytes(): Buffer {
    return this.raw(this.varint());
  }

  key(): Key {
    const length = this.varint();
    const at = this.#take(length);
    return keyFromLatin1(this.#buffer.toString("latin1", at, at + length));
  }

  text(): string {
    return this.bytes().toString("utf8");
  }
}
