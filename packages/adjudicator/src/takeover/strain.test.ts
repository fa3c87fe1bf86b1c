/** Patience follows the delays of late, and is given up again. */
import { ManualClock } from "@firstlight/common";
import { expect, it } from "vitest";
import { Strain } from "./strain.ts";

it("is a multiple of the worst delay, up to a bound, and passes", async () => {
  const clock = new ManualClock();
  const strain = new Strain(clock);
  expect(strain.patienceMicros).toBe(0);
  strain.note(200_000);
  strain.note(50_000);
  expect(strain.patienceMicros).toBe(800_000);
  await clock.advance(14_000_000);
  expect(strain.patienceMicros).toBe(800_000);
  strain.note(10_000_000);
  expect(strain.patienceMicros).toBe(4_000_000);
  await clock.advance(31_000_000);
  expect(strain.patienceMicros).toBe(0);
});
