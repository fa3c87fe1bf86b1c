/** Sorting very many keys, against comparing them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key } from "./key.ts";
import { keyFromLatin1 } from "./key.ts";
import type { KeyList } from "./sort-keys.ts";
import { orderOfKeys } from "./sort-keys.ts";

function listOf(keys: readonly Key[]): KeyList {
  const keyAt = (number: number): Key => keys[number] ?? keyFromLatin1("");
  return {
    length: keys.length,
    keyAt,
    lengthAt: (number) => keyAt(number).length,
    bytesAt: (number, at, target) => {
      const bytes = Buffer.from(keyAt(number).slice(at, at + target.length), "latin1");
      target.set(bytes);
      return bytes.length;
    },
  };
}

function sorted(keys: readonly Key[]): { order: number[]; steps: number } {
  const running = orderOfKeys(listOf(keys));
  for (let steps = 0; ; steps++) {
    const next = running.next();
    if (next.done === true) return { order: [...next.value], steps };
  }
}

function compared(keys: readonly Key[]): number[] {
  const rank = (key: Key): string => Buffer.from(key, "latin1").toString("hex");
  const ranks = keys.map(rank);
  return keys
    .map((_, at) => at)
    .toSorted((a, b) => {
      const [one = "", other = ""] = [ranks[a], ranks[b]];
      return one < other ? -1 : one > other ? 1 : a - b;
    });
}

const piece = fc.constantFrom("", "a", "b", "\x00", "\x01", "\xff", "abcdef", "abcdefabcdef");
const key = fc.array(piece, { maxLength: 5 }).map((pieces) => keyFromLatin1(pieces.join("")));

it("keys are sorted by their bytes, equal ones in the order in which they came", () => {
  const many = fc.array(key, { minLength: 1_500, maxLength: 4_000 });
  fc.assert(
    fc.property(fc.oneof(fc.array(key, { maxLength: 40 }), many), (keys) => {
      expect(sorted(keys).order).toEqual(compared(keys));
    }),
    { numRuns: 60 },
  );
});

it("keys that differ far behind a common beginning are sorted as well, with pauses", () => {
  const keys: Key[] = [];
  for (let at = 0; at < 30_000; at++) {
    const number = String((at * 7_919) % 30_011).padStart(6, "0");
    keys.push(keyFromLatin1(`${at % 3 === 0 ? "x" : "a long beginning "}${number}\x00`));
  }
  const { order, steps } = sorted(keys);
  expect(order).toEqual(compared(keys));
  expect(steps).toBeGreaterThan(20);
});

it("very many equal keys keep their order", () => {
  const keys: Key[] = [];
  for (let at = 0; at < 9_000; at++) {
    keys.push(keyFromLatin1(at % 3 === 0 ? "abcdefghijk" : at % 3 === 1 ? "abcdef" : ""));
  }
  expect(sorted(keys).order).toEqual(compared(keys));
  expect(sorted(keys.filter((each) => each === "abcdef")).order).toHaveLength(3_000);
});
