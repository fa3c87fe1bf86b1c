/** A key index keeps what a Map keeps. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { MapKey } from "./hash-key.ts";
import { KeyIndex } from "./key-index.ts";

const key: fc.Arbitrary<MapKey> = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: -50, max: 50 }).map((n) => n * 2 ** 26 + 3),
  fc.constantFrom(NaN, 0, -0, 0.5, Infinity, -Infinity, 2 ** 52),
  fc.constantFrom("a", "1:51:6", null, true, 3n),
);

it("a key index keeps what a Map keeps", () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 900, size: "max" }), (keys) => {
      const index = new KeyIndex();
      const map = new Map<MapKey, number>();
      for (const [at, each] of keys.entries()) {
        expect(index.set(each, at)).toBe(map.get(each) ?? -1);
        map.set(each, at);
      }
      for (const [each, value] of map) expect(index.get(each)).toBe(value);
      expect(index.size).toBe(map.size);
      expect(index.get("absent")).toBe(-1);
      expect(index.get(123_456)).toBe(-1);
    }),
  );
});

it("a key index of very many numbers keeps them, when it is divided too", () => {
  const index = new KeyIndex();
  const keyOf = (at: number): number => (at % 2 === 0 ? at * 977 : -at / 4);
  for (let at = 0; at < 40_000; at++) expect(index.set(keyOf(at), at)).toBe(-1);
  for (let at = 0; at < 40_000; at++) expect(index.set(keyOf(at), at + 1)).toBe(at);
  expect(index.size).toBe(40_000);
  expect(index.get(0.125)).toBe(-1);
  index.clear();
  expect([index.size, index.get(keyOf(7))]).toEqual([0, -1]);
});
