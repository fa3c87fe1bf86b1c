/** The machine's clock, timers and randomness are out of reach in a run, and back after it. */
import { expect, it } from "vitest";
import { poisonGlobals } from "./poisoned-globals.ts";

it("throws for each of them, and restores them", () => {
  const before = Date.now();
  const restore = poisonGlobals();
  const reached: string[] = [];
  const attempts: Readonly<Record<string, () => unknown>> = {
    "Date.now": () => Date.now(),
    "new Date": () => new Date(),
    "Math.random": () => Math.random(),
    "performance.now": () => performance.now(),
    setTimeout: () => setTimeout(() => undefined, 0),
    setImmediate: () => setImmediate(() => undefined),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      attempt();
      reached.push(name);
    } catch {
      // as it must be
    }
  }
  const calendar = new Date(0).getTime();
  restore();
  expect(reached).toEqual([]);
  expect(calendar).toBe(0);
  expect(Date.now()).toBeGreaterThanOrEqual(before);
});
