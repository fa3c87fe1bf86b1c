/** A segmented map against a Map, past the size at which it is divided. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { SegmentedMap, SegmentedSet } from "./segmented-map.ts";
import type { SegmentedKey } from "./segmented-map.ts";

it("a segmented map answers as a Map does, small and divided, whatever its keys are", () => {
  const some = fc.constantFrom<(n: number) => SegmentedKey>(
    (n) => n,
    (n) => n - 10_000.5,
    (n) => BigInt(n) * 10_000_000_000n,
    (n) => String(n),
    (n) => `user${n}@example.com`,
    (n) => (n % 7 === 0 ? null : n % 2 === 0),
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 30_000 }), (keyOf, count) => {
      const map = new SegmentedMap<SegmentedKey, number>();
      const model = new Map<SegmentedKey, number>();
      for (let i = 0; i < count; i++) {
        map.set(keyOf(i), i);
        model.set(keyOf(i), i);
        if (i % 3 === 0) expect(map.delete(keyOf(i >> 1))).toBe(model.delete(keyOf(i >> 1)));
      }
      expect(map.size).toBe(model.size);
      for (let i = 0; i < count; i += 17) {
        expect(map.get(keyOf(i))).toBe(model.get(keyOf(i)));
        expect(map.has(keyOf(i))).toBe(model.has(keyOf(i)));
      }
      expect(new Map(map)).toEqual(model);
      expect(new Set(map.keys())).toEqual(new Set(model.keys()));
      map.clear();
      expect(map.size).toBe(0);
      expect(map.get(keyOf(1))).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

it("a segmented set holds each key once", () => {
  const set = new SegmentedSet<number>();
  for (let i = 0; i < 40_000; i++) set.add(i % 20_000);
  expect(set.size).toBe(20_000);
  expect(set.has(19_999)).toBe(true);
  expect(set.delete(5)).toBe(true);
  expect(set.has(5)).toBe(false);
  expect([...set]).toHaveLength(19_999);
});
