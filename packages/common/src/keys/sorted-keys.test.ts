/** The sorted set against a sorted array, under random changes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key } from "./key.ts";
import { keyFromLatin1 } from "./key.ts";
import { SortedKeys } from "./sorted-keys.ts";

const name = (n: number): Key => keyFromLatin1(String(n).padStart(5, "0"));

it("a sorted set gives what a sorted array gives, both ways from anywhere", () => {
  const change = fc.record({ key: fc.nat({ max: 2_000 }), keeps: fc.boolean() });
  fc.assert(
    fc.property(
      fc.nat({ max: 1_500 }),
      fc.array(change, { minLength: 1_000, maxLength: 3_000 }),
      fc.nat({ max: 2_100 }),
      (loaded, changes, from) => {
        const keys = new SortedKeys();
        const model = new Set<Key>();
        for (let i = 0; i < loaded; i++) {
          keys.add(name(i));
          model.add(name(i));
        }
        for (const { key, keeps } of changes) {
          if (keeps) keys.add(name(key));
          else keys.delete(name(key));
          if (keeps) model.add(name(key));
          else model.delete(name(key));
        }
        expect(keys.size).toBe(model.size);
        const sorted = [...model].toSorted();
        const up: Key[] = [];
        for (const c = keys.seekAtOrAbove(name(from)); c.key !== undefined; c.forward())
          up.push(c.key);
        expect(up).toEqual(sorted.filter((key) => key >= name(from)));
        const down: Key[] = [];
        for (const c = keys.seekBelow(name(from)); c.key !== undefined; c.back()) down.push(c.key);
        expect(down).toEqual(sorted.filter((key) => key < name(from)).toReversed());
      },
    ),
    { numRuns: 30 },
  );
});
