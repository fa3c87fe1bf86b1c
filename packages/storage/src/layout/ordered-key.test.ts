/** Ordered keys: same order as the keys, prefix-free, bounded growth; random keys full of zeros. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyFromLatin1 } from "@firstlight/common";
import { orderedKey } from "./ordered-key.ts";

const code = fc.constantFrom(0, 0, 0, 1, 2, 0x7e, 0x7f, 0x80, 0xfe, 0xff);
const zeros = fc.integer({ min: 1, max: 400 }).map((n) => "\x00".repeat(n));
const piece = fc.oneof(
  code.map((c) => String.fromCharCode(c)),
  zeros,
);
const key = fc.array(piece, { maxLength: 12 }).map((pieces) => keyFromLatin1(pieces.join("")));

describe("ordered keys", () => {
  it("sort as the keys do, and none is a prefix of another", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(a !== b);
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(orderedKey(low) < orderedKey(high)).toBe(true);
        expect(orderedKey(high).startsWith(orderedKey(low))).toBe(false);
        expect(orderedKey(low).startsWith(orderedKey(high))).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it("grow by half at most", () => {
    fc.assert(
      fc.property(key, (k) => {
        expect(orderedKey(k).length).toBeLessThanOrEqual(k.length * 1.5 + 2);
      }),
    );
  });
});
