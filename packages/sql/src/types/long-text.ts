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
  pieces(): Iterable<string>;
}

export function longText(text: string): LongText {
  return { pieces: () => piecesOf(text, PIECE_LENGTH) };
}

export function isLongText(value: unknown): boolean {
  return (value as string).length >= LONG_VALUE;
}

/** A text that is made in steps, and then is one string. */
export function* madeText(steps: Steps<string>): Steps<LongText> {
  const text = yield* steps;
  yield;
  return longText(text);
}
