/**
 * Which incarnation of each replica counts. A replica that lost its disk has forgotten its promises,
 * so it comes back as another one; numbers only grow, and the larger of two is the truth.
 */
import type { Incarnations } from "@firstlight/common";

export const FIRST_INCARNATION = 1;

/**
 * Each generation of a place, that is each process that it was given to for good, has its own range
 * of numbers: whoever lost its files stays in its range, so the larger range is the later process.
 */
const PER_GENERATION = 2 ** 20;

export function generationOf(incarnation: number): number {
  return Math.floor(incarnation / PER_GENERATION);
}

/** The number after `known` that a process of `generation` begins; undefined: the place is taken. */
export function nextIncarnation(known: number, generation: number): number | undefined {
  if (generationOf(known) > generation) return undefined;
  return Math.max(known + 1, generation * PER_GENERATION);
}

export function incarnationAt(members: Incarnations, place: number): number {
  return members[place] ?? FIRST_INCARNATION;
}

/** `newer` and what `known` has, but for the replica at `place`, which knows its own number. */
export function learned(known: Incarnations, newer: Incarnations, place: number): Incarnations {
  const own = incarnationAt(known, place);
  return newestOf(known, newer).map((each, at) => (at === place ? own : each));
}

/** Whether `a` knows of an incarnation that `b` does not know. */
export function isAhead(a: Incarnations, b: Incarnations): boolean {
  for (let place = 0; place < a.length; place++) {
    if (incarnationAt(a, place) > incarnationAt(b, place)) return true;
  }
  return false;
}

export function newestOf(a: Incarnations, b: Incarnations): Incarnations {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, place) =>
    Math.max(incarnationAt(a, place), incarnationAt(b, place)),
  );
}

export function withIncarnation(
  members: Incarnations,
  place: number,
  incarnation: number,
): Incarnations {
  const single = Array.from({ length: place + 1 }, (_, i) =>
    i === place ? incarnation : FIRST_INCARNATION,
  );
  return newestOf(members, single);
}
