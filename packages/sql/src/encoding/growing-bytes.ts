/** Bytes written one behind the other into a buffer that grows and is used again. */
import { LENGTH_BYTES_MAX, copyInto, writeVarint } from "./column-from-field.ts";
import { ROW_VERSION } from "./row-layout.ts";

export class GrowingBytes {
  /** Another one whenever it has to grow. */
  bytes: Buffer;
  /** Where the next byte goes. */
  end = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  reserve(more: number): void {
    const needed = this.end + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  add(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.end = copyInto(source, start, end, this.bytes, this.end);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.end++] = value;
  }

  /** What a stored row of so many columns begins with. */
  rowHeader(columns: number): void {
    this.reserve(1 + LENGTH_BYTES_MAX);
    this.bytes[this.end] = ROW_VERSION;
    this.end = writeVarint(this.bytes, this.end + 1, columns);
  }

  /** A column of a stored row. */
  column(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start + LENGTH_BYTES_MAX);
    this.end = writeVarint(this.bytes, this.end, end - start + 1);
    this.end = copyInto(source, start, end, this.bytes, this.end);
  }

  /** Of char codes below 256. */
  addLatin1(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.end + i] = text.charCodeAt(i);
    this.end += text.length;
  }

  /** Each byte from there on subtracted from 255. */
  complement(from: number): void {
    for (let at = from; at < this.end; at++) this.bytes[at] = ~(this.bytes[at] as number);
  }
}
