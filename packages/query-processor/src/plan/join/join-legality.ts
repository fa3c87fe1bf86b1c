/** Whether two sets of relations may be joined next, and as what: join_is_legal of PostgreSQL. */
import type { SpecialJoin } from "./join-problem.ts";
import type { Relids } from "./relids.ts";
import { contains, overlaps } from "./relids.ts";

export interface LegalJoin {
  /** Undefined: a plain join. */
  readonly special: SpecialJoin | undefined;
  /** The special join's left side is the second set. */
  readonly reversed: boolean;
}

const PLAIN: LegalJoin = { special: undefined, reversed: false };

type Standing = "irrelevant" | "forward" | "reversed" | "inside" | "illegal";

/** A full join is made of its two sides as they were written, and of nothing else. */
function standingOfFull({ minLeft, minRight }: SpecialJoin, a: Relids, b: Relids): Standing {
  const whole = minLeft | minRight;
  const both = a | b;
  if (!overlaps(both, whole) || contains(minLeft, both) || contains(minRight, both)) {
    return "irrelevant";
  }
  if (contains(a, whole) || contains(b, whole)) return "irrelevant";
  if (a === minLeft && b === minRight) return "forward";
  return a === minRight && b === minLeft ? "reversed" : "illegal";
}

function standing(join: SpecialJoin, a: Relids, b: Relids): Standing {
  if (join.type === "full") return standingOfFull(join, a, b);
  const { minLeft, minRight } = join;
  const both = a | b;
  if (!overlaps(minRight, both) || contains(minRight, both)) return "irrelevant";
  if (contains(a, minLeft) && contains(a, minRight)) return "irrelevant";
  if (contains(b, minLeft) && contains(b, minRight)) return "irrelevant";
  if (contains(a, minLeft) && contains(b, minRight)) return "forward";
  if (contains(b, minLeft) && contains(a, minRight)) return "reversed";
  // Both reach into the right side already: an earlier join has been found legal.
  if (overlaps(a, minRight) && overlaps(b, minRight)) return "irrelevant";
  // Only a left join may be made inside of another one's right side.
  return join.type !== "left" || overlaps(both, minLeft) ? "illegal" : "inside";
}

export function legalJoin(
  special: readonly SpecialJoin[],
  a: Relids,
  b: Relids,
): LegalJoin | undefined {
  let found: LegalJoin | undefined;
  let mustBeLeft = false;
  for (const join of special) {
    const stands = standing(join, a, b);
    if (stands === "irrelevant") continue;
    if (stands === "illegal") return undefined;
    if (stands === "inside") mustBeLeft = true;
    else {
      if (found !== undefined) return undefined;
      found = { special: join, reversed: stands === "reversed" };
    }
  }
  if (mustBeLeft && (found?.special?.type !== "left" || !found.special.leftStrict)) {
    return undefined;
  }
  return found ?? PLAIN;
}
