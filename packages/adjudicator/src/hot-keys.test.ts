/** Bounds and guarantees of the sketch of hot keys. */
import { keyFromLatin1, timestamp } from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HotKeys } from "./hot-keys.ts";

const COUNTERS = 8;

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function sketched(keys: readonly string[]): ReturnType<HotKeys["list"]> {
  const hot = new HotKeys(COUNTERS);
  for (const [at, key] of keys.entries()) hot.add(keyFromLatin1(key), timestamp(at + 1));
  return hot.list();
}

/** Few of them often, many of them seldom. */
const STREAM = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom("a", "b") },
    { weight: 3, arbitrary: fc.string({ minLength: 2, maxLength: 3, unit: "grapheme-ascii" }) },
  ),
  { maxLength: 400 },
);

describe("the sketch of hot keys", () => {
  it("has room for a bounded number of keys, counts nothing twice, and lists the hottest first", () => {
    fc.assert(
      fc.property(STREAM, (keys) => {
        const list = sketched(keys);
        expect(list.length).toBe(Math.min(COUNTERS, counted(keys).size));
        expect(list.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBe(keys.length);
        const counts = list.map(({ conflicts }) => conflicts);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
      }),
    );
  });

  it("is never too low, and never too high by more than it says", () => {
    fc.assert(
      fc.property(STREAM, (keys) => {
        const exact = counted(keys);
        for (const { key, conflicts, overestimate } of sketched(keys)) {
          const count = exact.get(key) ?? 0;
          expect(conflicts).toBeGreaterThanOrEqual(count);
          expect(conflicts - overestimate).toBeLessThanOrEqual(count);
        }
      }),
    );
  });

  it("knows every key that made up more than its share", () => {
    fc.assert(
      fc.property(STREAM, (keys) => {
        const known = new Set<string>(sketched(keys).map(({ key }) => key));
        for (const [key, count] of counted(keys)) {
          if (count > keys.length / COUNTERS) expect(known).toContain(key);
        }
      }),
    );
  });
});
