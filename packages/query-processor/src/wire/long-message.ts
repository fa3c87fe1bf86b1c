/**
 * Messages with long values. First all of their bytes are counted, which may fail and may be
 * interrupted; then they are written piece by piece, which may not: a message that has left in part
 * must be completed.
 */
import type { CharacterSet, LongText, Steps } from "@firstlight/sql";
import { Output } from "./output.ts";

/** Bytes that are copied at one go. */
const PIECE_BYTES = 1 << 18;

/** Bytes that are counted but need not exist yet. */
interface Counted {
  readonly length: number;
  pieces(): Iterable<string | Uint8Array>;
}

export class LongMessage {
  readonly #type: number;
  readonly #characters: CharacterSet | undefined;
  readonly #parts: Counted[] = [];
  #length = 0;
  /** What is not long gathers in front of the next part. */
  #plain: Output;

  constructor(type: number, characters: CharacterSet | undefined) {
    this.#type = type;
    this.#characters = characters;
    this.#plain = this.#newPlain();
  }

  #newPlain(): Output {
    const output = new Output();
    output.characters = this.#characters;
    return output;
  }

  /** For all that takes no time. */
  get plain(): Output {
    return this.#plain;
  }

  /** A text field with its length in front, or only the text. */
  *text(text: LongText, prefixed: boolean): Steps<void> {
    const counted = yield* this.#count(text);
    if (prefixed) this.#plain.int32(counted.length);
    this.#add(counted);
  }

  bytesField(bytes: Uint8Array): void {
    this.#plain.int32(bytes.length);
    this.#add({ length: bytes.length, pieces: () => slices(bytes) });
  }

  #add(part: Counted): void {
    this.#endPlain();
    this.#parts.push(part);
    this.#length += part.length;
  }

  #endPlain(): void {
    if (this.#plain.size === 0) return;
    this.#plain.release();
    const bytes = this.#plain.take();
    this.#parts.push({ length: bytes.length, pieces: () => [bytes] });
    this.#length += bytes.length;
    this.#plain = this.#newPlain();
  }

  *#count(text: LongText): Steps<Counted> {
    if (this.#characters !== undefined) return yield* encoded(text, this.#characters);
    if (text.byteLength !== undefined) {
      return { length: text.byteLength, pieces: () => text.pieces() };
    }
    let length = 0;
    for (const piece of text.pieces()) {
      length += Buffer.byteLength(piece);
      yield;
    }
    return { length, pieces: () => text.pieces() };
  }

  /** Between two steps what is in the output may leave. Nothing fails. */
  *write(output: Output): Steps<void> {
    this.#endPlain();
    output.header(this.#type, this.#length);
    for (const part of this.#parts) {
      for (const piece of part.pieces()) {
        if (typeof piece === "string") output.text(piece);
        else output.bytes(piece);
        yield;
      }
    }
  }
}

/** A character that the set does not have is found here. */
function* encoded(text: LongText, characters: CharacterSet): Steps<Counted> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const piece of text.pieces()) {
    const bytes = characters.encode(piece);
    pieces.push(bytes);
    length += bytes.length;
    yield;
  }
  return { length, pieces: () => pieces };
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}
