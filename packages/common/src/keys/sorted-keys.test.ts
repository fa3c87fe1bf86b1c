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

const CHUNK = 256;
const CHUNKS = 10;

/** `CHUNKS` full chunks of keys with the letter, in order. */
function run(letter: string): readonly Key[] {
  return Array.from({ length: CHUNK * CHUNKS }, (_, n) =>
    keyFromLatin1(`${letter}${String(n).padStart(5, "0")}`),
  );
}

it.each([
  ["ascending", (keys: readonly Key[]) => keys],
  ["descending", (keys: readonly Key[]) => keys.toReversed()],
])("keys that come in order into one gap fill their chunks: %s", (_, ordered) => {
  const set = new SortedKeys();
  for (const key of [...run("a"), ...run("c"), ...ordered(run("b"))]) set.add(key);
  const lengths = [...set.batches()].map((batch) => batch.length);
  expect(lengths).toEqual(Array.from({ length: 3 * CHUNKS }, () => CHUNK));
});

it("keys that come in order into the middle of a chunk halve it once", () => {
  const set = new SortedKeys();
  for (const key of run("a").slice(0, CHUNK)) set.add(key);
  for (const key of run("a00127-")) set.add(key);
  const lengths = [...set.batches()].map((batch) => batch.length);
  expect(lengths.length).toBeLessThanOrEqual(CHUNKS + 2);
  expect(lengths.filter((length) => length < CHUNK).length).toBeLessThanOrEqual(2);
});
