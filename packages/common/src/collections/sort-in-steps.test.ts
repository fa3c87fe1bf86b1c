/** Sorting in steps against sorting at once. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sortInSteps } from "./sort-in-steps.ts";

it("gives what sort gives, equal items in their order, and pauses", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 300 }), { maxLength: 5_000, size: "max" }),
      async (numbers) => {
        const items = numbers.map((number, at) => ({ number, at }));
        const compare = (a: { number: number }, b: { number: number }): number =>
          a.number - b.number;
        let pauses = 0;
        const sorted = await sortInSteps(items, compare, () => {
          pauses++;
          return Promise.resolve();
        });
        expect(sorted).toEqual(items.toSorted(compare));
        expect(pauses).toBeGreaterThanOrEqual(Math.floor(items.length / 2_048));
      },
    ),
    { numRuns: 20 },
  );
});

it("ends where a pause throws", async () => {
  const items = Array.from({ length: 10_000 }, (_, at) => at);
  const stop = new Error("stop");
  const pause = (): Promise<void> => Promise.reject(stop);
  await expect(sortInSteps(items, (a, b) => b - a, pause)).rejects.toBe(stop);
});
