/** Lists in parts keep what arrays keep. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { GatheredList, GatheredNumbers } from "./gathered-list.ts";

const lengths = fc.integer({ min: 0, max: 20_000 });

it("lists in parts keep what arrays keep, cut off and filled again", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lengths, lengths), { maxLength: 4 }), (rounds) => {
      const list = new GatheredList<number>();
      const numbers = new GatheredNumbers();
      const model: number[] = [];
      for (const [grown, kept] of rounds) {
        for (let at = model.length; at < grown; at++) {
          model.push(at * 3);
          list.push(at * 3);
          numbers.set(at, at * 3);
        }
        const length = Math.min(kept, model.length);
        for (let at = 0; at < length; at += 7) {
          model[at] = at * 5;
          list.set(at, at * 5);
          numbers.set(at, at * 5);
        }
        model.length = length;
        list.truncate(length);
        numbers.truncate(length);
        expect(list.length).toBe(length);
        expect([...list.values()]).toEqual(model);
        for (let at = 0; at < length; at += 11) {
          expect(list.at(at)).toBe(model[at]);
          expect(numbers.at(at)).toBe(model[at]);
        }
      }
    }),
    { numRuns: 50 },
  );
});
