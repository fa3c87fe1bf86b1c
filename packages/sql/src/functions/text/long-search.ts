/** Where a long text has another one, looked for in steps. */
import type { Steps } from "../long-call.ts";

/** A text of which parts are made as they are asked for, as of one in lower case. */
export interface SearchedText {
  readonly length: number;
  slice(from: number, to: number): string;
}

/** Units that are looked through at one go for a short text. */
const WINDOW = 1 << 18;
/** What is looked for may be compared at every place, as far as it is long. */
const COMPARED = 16;

function windowFor({ length }: string): number {
  return Math.max(4 * length, Math.ceil((WINDOW * COMPARED) / Math.max(COMPARED, length)));
}

/**
 * All places from the left, none within another; undefined where others may have their turn. Of a
 * search of its own for each the next place would cost more than what is done with it.
 */
export function* placesOf(text: string, search: string): Generator<number | undefined> {
  const window = windowFor(search);
  let next = 0;
  for (let from = 0; from + search.length <= text.length; from += window) {
    const part = text.slice(from, from + window + search.length - 1);
    for (;;) {
      const at = part.indexOf(search, Math.max(0, next - from));
      if (at < 0) break;
      yield from + at;
      next = from + at + search.length;
    }
    yield undefined;
  }
}

/** As indexOf. */
export function* indexOfSteps(text: SearchedText, search: string, from: number): Steps<number> {
  const window = windowFor(search);
  for (let at = from; at + search.length <= text.length; at += window) {
    const found = text.slice(at, at + window + search.length - 1).indexOf(search);
    if (found >= 0) return at + found;
    yield;
  }
  return -1;
}
