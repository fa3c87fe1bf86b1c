/**
 * Reads 64-bit integers as numbers. All of ours are below 2^53; protobufjs would make an object of
 * each.
 */
import protobuf from "protobufjs";

const VARINT_BYTES_MAX = 10;

export class NumberReader extends protobuf.BufferReader {
  constructor(bytes: Uint8Array) {
    super(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

function readNumber(this: protobuf.Reader): number {
  let value = 0;
  let factor = 1;
  for (let read = 0; read < VARINT_BYTES_MAX; read++) {
    if (this.pos >= this.len) throw new RangeError("a message ends inside a number");
    const byte = this.buf[this.pos++] as number;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 0x80;
  }
  throw new RangeError("a number is too long");
}

// Declared as giving a Long, which protobufjs itself does only where that package is installed.
Object.defineProperty(NumberReader.prototype, "uint64", { value: readNumber });
