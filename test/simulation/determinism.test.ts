/** The same seed gives the same run, event by event. */
import { runSimulation, settingsFor } from "@firstlight/simulator";
import { expect, test } from "vitest";

async function digest(seed: number): Promise<string> {
  const result = await runSimulation(settingsFor({ seed, steps: 100 }));
  return `${result.digest} ${result.events} ${result.simulatedMicros}`;
}

test.each([2, 6, 8, 9])("seed %i gives the same trace twice", async (seed) => {
  expect(await digest(seed)).toBe(await digest(seed));
});

test("another seed gives another trace", async () => {
  expect(await digest(2)).not.toBe(await digest(6));
});
