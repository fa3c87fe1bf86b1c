/**
 * How a text is divided among the repetitions of a part (regexec.c: citerdissect, creviterdissect):
 * the first division in the order that the part prefers.
 */
import type { Steps } from "../long-call.ts";
import { REFERS } from "./parts.ts";
import type { Part } from "./parts.ts";

export type Repetition = Extract<Part, { op: "repeat" }>;

export interface PieceFinder {
  /** Ascending ends of the matches of a part that begin at `start`. */
  ends(part: Part, start: number): readonly number[];
  /** Whether `ends` takes long, if it is not prepared. */
  readonly isLong: boolean;
  prepare(part: Part, direction: "forward", start: number): Steps<void>;
  /** Whether others should have their turn. */
  isOver(): boolean;
  /** Whether a piece matches; without back references that is known. */
  verifies(part: Part, start: number, end: number): Steps<boolean>;
}

export function ordered(ends: readonly number[], ascending: boolean): readonly number[] {
  return ascending ? ends : ends.toReversed();
}

interface Attempt {
  readonly at: number;
  readonly ends: readonly number[];
  /** Which of the ends is tried next. */
  next: number;
}

/** The search for pieces of a repetition, one after the other. */
export class Pieces {
  readonly #finder: PieceFinder;
  readonly #part: Repetition;
  readonly #isShort: boolean;
  readonly #refers: boolean;
  readonly #min: number;
  /** Counts of pieces and places from which there is no way to the end. */
  readonly #failed = new Set<string>();

  constructor(finder: PieceFinder, part: Repetition, isShort: boolean) {
    this.#finder = finder;
    this.#part = part;
    this.#isShort = isShort;
    this.#refers = (part.body.flags & REFERS) !== 0;
    this.#min = Math.max(part.min, 1);
  }

  /** Where the last piece begins. */
  *lastOf(start: number, end: number): Steps<number | undefined> {
    if (this.#finder.isLong) yield* this.#finder.prepare(this.#part.body, "forward", start);
    const attempts = [this.#attempt(start)];
    for (let last = attempts.at(-1); last !== undefined; last = attempts.at(-1)) {
      const next = last.ends[last.next];
      if (next === undefined) {
        attempts.pop();
        this.#failed.add(`${attempts.length} ${last.at}`);
        continue;
      }
      last.next++;
      if (!this.#isPiece(attempts.length, last.at, next, end)) continue;
      if (this.#finder.isOver()) yield;
      if (this.#refers && !(yield* this.#finder.verifies(this.#part.body, last.at, next))) continue;
      if (next === end) return last.at;
      if (this.#failed.has(`${attempts.length} ${next}`)) continue;
      if (this.#finder.isLong) yield* this.#finder.prepare(this.#part.body, "forward", next);
      attempts.push(this.#attempt(next));
    }
    return undefined;
  }

  #attempt(at: number): Attempt {
    return { at, ends: ordered(this.#finder.ends(this.#part.body, at), this.#isShort), next: 0 };
  }

  /** Empty pieces only where there must be more than characters are left. */
  #isPiece(count: number, at: number, next: number, end: number): boolean {
    if (next > end) return false;
    if (next === end) return count >= this.#min;
    if (count >= this.#part.max) return false;
    return next > at || (count < this.#min && this.#min - count >= end - at);
  }
}
