/**
 * Cuts the bytes of COPY FROM into blocks that end at a line's end, and makes text of them; an
 * unfinished line is kept in pieces and joined once, so that a long one costs no more than its length.
 */
import { isAscii } from "node:buffer";
import { SqlError } from "@firstlight/common";
import type { CharacterSet } from "@firstlight/sql";
import { decodeText } from "../wire/message-reader.ts";
import type { LineEnd } from "./line-finder.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
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

  /** The complete lines that `data` finishes, their ends included; undefined when there are none. */
  push(data: Buffer, lineEnd: LineEnd): Buffer | undefined {
    const end = lineEnd === "\r" ? data.lastIndexOf(RETURN) + 1 : data.lastIndexOf(NEWLINE) + 1;
    if (end > 0) return this.#cut(data, end);
    if (lineEnd === "unknown" && this.#hasReturn(data)) {
      const whole = this.#joined(data);
      return this.#cut(whole, whole.lastIndexOf(RETURN, -2) + 1);
    }
    this.#keep(data);
    return undefined;
  }

  #cut(data: Buffer, end: number): Buffer | undefined {
    const block = end === 0 ? undefined : this.#joined(data.subarray(0, end));
    if (end < data.length) this.#keep(data.subarray(end));
    return block;
  }

  /** Whether some return is known to have no newline behind it. */
  #hasReturn(data: Buffer): boolean {
    const at = data.indexOf(RETURN);
    return (at >= 0 && at < data.length - 1) || this.#pieces.at(-1)?.at(-1) === RETURN;
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
