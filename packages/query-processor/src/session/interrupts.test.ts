/** What a statement does when it yields: it lets others have their turn, and pays its sleep. */
import { readFile } from "node:fs";
import { ManualClock } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { SessionTurn, StatementInterrupts, userCancel } from "./interrupts.ts";
import { wallClock } from "./testing/loopback.ts";

function sleeping(micros: number): { clock: ManualClock; interrupts: StatementInterrupts } {
  const clock = new ManualClock();
  const interrupts = new StatementInterrupts(clock, Infinity);
  interrupts.sleep(micros);
  return { clock, interrupts };
}

/** Work that goes on until a timer of a millisecond is due. */
function hold(): void {
  const from = performance.now();
  while (performance.now() < from + 3);
}

describe("a turn", () => {
  it("comes after all that was due when it was left, in whichever phase of the event loop", async () => {
    const order = await new Promise<string[]>((resolve) => {
      const turn = new SessionTurn(wallClock());
      const events: string[] = [];
      readFile(import.meta.filename, () => {
        setTimeout(() => events.push("timer"), 1);
        hold();
        void turn.next().then(() => resolve([...events, "turn"]));
      });
    });
    expect(order).toEqual(["timer", "turn"]);
  });
});

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
