/** Ascending keys against a sorted array. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { keyFromLatin1 } from "@firstlight/common";
import { AscendingKeys } from "./ascending-keys.ts";

const key = fc
  .tuple(
    fc.constantFrom("", "table", "t\xff"),
    fc.string({ unit: fc.constantFrom("a", "b", "\0") }),
  )
  .map(([prefix, end]) => keyFromLatin1(prefix + end));

it("the first key that is not below another one is that of a sorted array", () => {
  const keys = fc.uniqueArray(key, { maxLength: 200 });
  fc.assert(
    fc.property(
      keys,
      fc.array(key, { maxLength: 40 }),
      fc.constantFrom(0, 250, 900),
      (some, asked, pad) => {
        const model = some.map((each) => keyFromLatin1(each + "x".repeat(pad))).toSorted();
        const tested = new AscendingKeys();
        for (const each of model) {
          expect(tested.add(each)).toBe(true);
          expect(tested.ceiling(each)?.key).toBe(each);
        }
        expect(tested.size).toBe(model.length);
        for (const each of [...asked, ...model, ...asked.toSorted()]) {
          const place = model.findIndex((other) => other >= each);
          const expected = place < 0 ? undefined : { key: model[place], place };
          expect(tested.ceiling(each)).toEqual(expected);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it("keys that do not ascend are refused, and those that are longer than a key may be", () => {
  const keys = new AscendingKeys();
  expect(keys.add(keyFromLatin1("b"))).toBe(true);
  expect(keys.add(keyFromLatin1("b"))).toBe(false);
  expect(keys.add(keyFromLatin1("a"))).toBe(false);
  expect(keys.add(keyFromLatin1(`c${"x".repeat(70_000)}`))).toBe(false);
  expect(keys.size).toBe(1);
});
