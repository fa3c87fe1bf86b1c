/** Calls that leave their row: others have their turns around them, too. */
import { describe, expect, it } from "vitest";
import type { Interrupts } from "./executable.ts";
import { StatementLongCalls, computedInTurns } from "./statement-long-calls.ts";

function* twoSteps(): Generator<undefined, number, void> {
  yield;
  return 1;
}

describe("a long call", () => {
  it("leaves turns between what its row did, its steps and what the row does next", async () => {
    let yields = 0;
    const interrupts: Interrupts = {
      check() {},
      overdue: () => true,
      yield: () => Promise.resolve(void yields++),
    };
    const calls = new StatementLongCalls(interrupts);
    const call = (): number => calls.run(twoSteps);
    expect(await computedInTurns(calls, () => call() + call())).toBe(2);
    // Before the first step, between the two, and behind the second one.
    expect(yields).toBe(6);
  });
});
