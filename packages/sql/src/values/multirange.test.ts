/** Operations on ordered lists of ranges, against the same for every pair. */
import { describe, expect, test } from "vitest";
import type { MultirangeValue, RangeValue } from "./datum.ts";
import { toEnd } from "../functions/long-call.ts";
import {
  containmentSteps,
  intersectMultiranges,
  makeMultirange,
  overlapSteps,
  subtractMultiranges,
} from "./multirange.ts";
import type { RangeKind } from "./range.ts";
import {
  intersectRanges,
  makeRange,
  rangeContains,
  rangesOverlap,
  subtractRanges,
} from "./range.ts";

const compare = (a: unknown, b: unknown): number => Number(a) - Number(b);
const KINDS = {
  integers: { compare, next: (value) => Number(value) + 1 },
  reals: { compare },
} satisfies Readonly<Record<string, Partial<RangeKind>>>;

class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * n);
  }
}

function someMultirange(kind: RangeKind, chance: Chance): MultirangeValue {
  const ranges = Array.from({ length: chance.below(6) }, () => {
    const from = chance.below(24);
    const bound = (value: number, lower: boolean) => ({
      value: chance.below(12) === 0 ? null : value,
      inclusive: chance.below(2) === 0,
      lower,
    });
    return makeRange(kind, bound(from, true), bound(from + chance.below(6), false));
  });
  return makeMultirange(kind, ranges);
}

function allPairs(kind: RangeKind, { ranges: a }: MultirangeValue, { ranges: b }: MultirangeValue) {
  const pieces = a.flatMap((left) => b.map((right) => intersectRanges(kind, left, right)));
  let rest: readonly RangeValue[] = a;
  for (const range of b) rest = rest.flatMap((each) => subtractRanges(kind, each, range));
  return {
    shared: makeMultirange(kind, pieces).ranges,
    rest,
    overlap: a.some((left) => b.some((right) => rangesOverlap(kind, left, right))),
    contains: b.every((part) => a.some((range) => rangeContains(kind, range, part))),
  };
}

describe.each(Object.entries(KINDS))("multiranges of %s", (_name, kind: RangeKind) => {
  test("are worked on in order as pair by pair", () => {
    const chance = new Chance(7);
    const seen = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      const a = someMultirange(kind, chance);
      const b = someMultirange(kind, chance);
      const expected = allPairs(kind, a, b);
      expect({
        shared: intersectMultiranges(kind, a, b).ranges,
        rest: subtractMultiranges(kind, a, b).ranges,
        overlap: toEnd(overlapSteps(kind, a.ranges, b.ranges)),
        contains: toEnd(containmentSteps(kind, a.ranges, b.ranges)),
      }).toEqual(expected);
      seen.add(`${expected.overlap} ${expected.contains} ${expected.rest.length > 2}`);
    }
    expect(seen.size).toBeGreaterThan(4);
  });
});
