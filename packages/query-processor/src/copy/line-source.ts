/**
 * Cuts the bytes of COPY FROM into blocks that end at a line's end, and makes text of them; an unfinished line is kept in pieces and joined once, so that a long one costs no more than
 * its length.
 */
import { isAscii } from "node:buffer";
import { SqlError } from "@firstlight/common";
import type { CharacterSet } from "@firstlight/sql";
import { decodeText } from "../wire/message-reader.ts";

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);
/** I11: one row of input. */
const UNFINISHED_BYTES_MAX = 256 * 1024 * 1024;

export class LineSource {
  readonly #characters: CharacterSet | undefined;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** Undefined for UTF-8. */
  constructor(characters?: CharacterSet) {
    this.#characters = characters;
  }

  get isUtf8(): boolean {
    return this.#characters === undefined;
  }

  /** The complete lines that `data` finishes, newline included; undefined when there are none. */
  push(data: Buffer): Buffer | undefined {
    const last = data.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#keep(data);
      return undefined;
    }
    const block = this.#joined(data.subarray(0, last + 1));
    if (last + 1 < data.length) this.#keep(data.subarray(last + 1));
    return block;
  }

  /** What is left at the end of the data: a last line without newline, or nothing. */
  finish(): Buffer {
    return this.#bytes === 0 ? EMPTY : this.#joined(EMPTY);
  }

  /** 22021 and 22P05, as decodeText. */
  decode(block: Buffer): string {
    return decodeBlock(block, this.#characters);
  }

  #keep(data: Buffer): void {
    this.#bytes += data.length;
    if (this.#bytes > UNFINISHED_BYTES_MAX) {
      throw new SqlError("54000", "COPY input line is too long");
    }
    this.#pieces.push(data);
  }

  #joined(end: Buffer): Buffer {
    if (this.#pieces.length === 0) return end;
    const whole = Buffer.concat([...this.#pieces, end]);
    this.#pieces = [];
    this.#bytes = 0;
    return whole;
  }
}

function decodeBlock(block: Buffer, characters: CharacterSet | undefined): string {
  if (isAscii(block)) {
    if (block.includes(0)) {
      const encoding = characters?.encoding ?? "UTF8";
      throw new SqlError("22021", `invalid byte sequence for encoding "${encoding}": 0x00`);
    }
    return block.toString("latin1");
  }
  return decodeText(block, 0, block.length, characters);
}
