/**
 * Which incarnation of each replica counts. A replica that lost its disk has forgotten its promises,
 * so it comes back as another one; numbers only grow, and the larger of two is the truth.
 */
import type { Incarnations } from "@firstlight/common";

export const FIRST_INCARNATION = 1;

export function incarnationAt(members: Incarnations, place: number): number {
  return members[place] ?? FIRST_INCARNATION;
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
