/**
 * The texts of long values in pieces, so that making and sending one leaves turns for others. What
 * is not long is printed at one go by its type's `output`.
 */
import { flat, piecesOf } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";

/** Characters of a text, or bytes of a bytea, from which on a value is long. */
export const LONG_VALUE: number = 1 << 18;
/** Characters of one piece. */
export const PIECE_LENGTH: number = 1 << 17;

/** A text whose pieces are made as they are asked for, as often as they are. */
export interface LongText {
  /** In UTF-8, where it is known without making the pieces. */
  readonly byteLength?: number;
  /** Where it is one string already. */
  readonly whole?: string;
  pieces(): Iterable<string>;
}

export function longText(text: string): LongText {
  return { whole: text, pieces: () => piecesOf(text, PIECE_LENGTH) };
}

export function isLongText(value: unknown): boolean {
  return (value as string).length >= LONG_VALUE;
}

/** A text that is put together; what is short is joined, so that its pieces are not too many. */
export class TextPieces {
  readonly #pieces: string[] = [];
  #short: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#short.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE_LENGTH) this.#join();
  }

  /** A long one, each of its pieces changed. */
  *addLong(text: LongText, change: (piece: string) => string): Steps<void> {
    for (const piece of text.pieces()) {
      this.add(flat(change(piece)));
      yield;
    }
  }

  #join(): void {
    if (this.#length === 0) return;
    const [only = ""] = this.#short;
    this.#pieces.push(this.#short.length === 1 ? only : this.#short.join(""));
    this.#short = [];
    this.#length = 0;
  }

  text(): LongText {
    this.#join();
    const pieces = this.#pieces;
    return { pieces: () => pieces };
  }
}

/** How the parts of a value are printed: in steps those that are long. */
export interface PartPrinter<T> {
  readonly text: (part: T) => string;
  /** Undefined for what is not long. */
  readonly long: (part: T) => Steps<LongText> | undefined;
}

/** Whether one of the pieces is found to match. */
export function* matchesPiece(text: LongText, pattern: RegExp): Steps<boolean> {
  for (const piece of text.pieces()) {
    if (pattern.test(piece)) return true;
    yield;
  }
  return false;
}

/** As one string. */
export function* wholeText(steps: Steps<LongText>): Steps<string> {
  return yield* joinedPieces(yield* steps);
}

/** What is done with it next makes it flat, or puts it into another one before that. */
export function* joinedPieces(text: LongText): Steps<string> {
  if (text.whole !== undefined) return text.whole;
  let joined = "";
  for (const piece of text.pieces()) {
    joined += flat(piece);
    yield;
  }
  return joined;
}

/** A text that is made in steps, and then is one string. */
export function* madeText(steps: Steps<string>): Steps<LongText> {
  const text = yield* steps;
  yield;
  return longText(text);
}
