/**
 * A reading position in a key. A key that ends early or holds what no encoder writes is a broken
 * invariant: keys come from our own encoders only.
 */
import { InvariantError } from "@firstlight/common";

export class KeyCursor {
  readonly key: string;
  at: number;

  constructor(key: string, at: number) {
    this.key = key;
    this.at = at;
  }

  byte(): number {
    const code = this.key.charCodeAt(this.at++);
    if (code !== code) throw new InvariantError("key ends early");
    return code;
  }

  unsigned(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.byte();
    return value;
  }

  take(length: number): string {
    const text = this.key.slice(this.at, this.at + length);
    if (text.length < length) throw new InvariantError("key ends early");
    this.at += length;
    return text;
  }

  /** Bytes up to their terminator, escapes undone. */
  escaped(): string {
    const end = this.key.indexOf(ESCAPE, this.at);
    if (end < 0) throw new InvariantError("key ends early");
    let text = this.key.slice(this.at, end);
    this.at = end + 1;
    if (this.byte() === TERMINATOR_SECOND) return text;
    text += ESCAPE + this.escaped();
    return text;
  }
}

export const ESCAPE = "\x00";
/** After a zero byte: the end. Below ESCAPED_SECOND, so that a prefix sorts first. */
export const TERMINATOR_SECOND = 0x01;
export const TERMINATOR = "\x00\x01";
export const ESCAPED_ZERO = "\x00\xff";
