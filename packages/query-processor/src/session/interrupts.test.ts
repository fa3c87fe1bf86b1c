/** pg_sleep: a debt that a statement pays when it yields. */
import { ManualClock } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { StatementInterrupts, userCancel } from "./interrupts.ts";

function sleeping(micros: number): { clock: ManualClock; interrupts: StatementInterrupts } {
  const clock = new ManualClock();
  const interrupts = new StatementInterrupts(clock, Infinity);
  interrupts.sleep(micros);
  return { clock, interrupts };
}

describe("a statement that sleeps", () => {
  it("yields until it has slept for as long as it was asked to", async () => {
    const { clock, interrupts } = sleeping(1_000_000);
    expect(interrupts.overdue()).toBe(true);
    let awake = false;
    const yielded = interrupts.yield().then(() => (awake = true));
    await clock.advance(999_999);
    expect(awake).toBe(false);
    await clock.advance(1);
    await yielded;
    expect(interrupts.sleepMicros).toBe(0);
  });

  it("adds its sleeps", () => {
    const { interrupts } = sleeping(5);
    interrupts.sleep(7);
    expect(interrupts.sleepMicros).toBe(12);
  });

  it("wakes up when it is cancelled, and says so", async () => {
    const { interrupts } = sleeping(Infinity);
    const yielded = interrupts.yield();
    interrupts.cancel(userCancel());
    await yielded;
    expect(() => interrupts.check()).toThrow("canceling statement due to user request");
  });
});
