/**
 * The texts of long values in pieces, so that making and sending one leaves turns for others. What
 * is not long is printed at one go by its type's `output`.
 */
import { piecesOf } from "../functions/long-call.ts";
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

/** As one string. */
export function* wholeText(steps: Steps<LongText>): Steps<string> {
  const text = yield* steps;
  if (text.whole !== undefined) return text.whole;
  const pieces: string[] = [];
  for (const piece of text.pieces()) {
    pieces.push(piece);
    yield;
  }
  return pieces.join("");
}

/** A text that is made in steps, and then is one string. */
export function* madeText(steps: Steps<string>): Steps<LongText> {
  const text = yield* steps;
  yield;
  return longText(text);
}
