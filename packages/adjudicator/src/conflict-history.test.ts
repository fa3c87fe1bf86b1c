/** What the history of conflicts remembers. */
import type { Conflict } from "@firstlight/common";
import { keyFromLatin1, timestamp } from "@firstlight/common";
import { expect, it } from "vitest";
import { ConflictHistory } from "./conflict-history.ts";

function lost(key: string): Conflict {
  return {
    key: keyFromLatin1(key),
    intent: "X",
    winnerIntent: "U",
    winnerTimestamp: timestamp(7),
  };
}

it("the history of conflicts keeps the latest ones in their order, however many there were", () => {
  const history = new ConflictHistory({ lostConflictsMax: 3, hotKeysMax: 2 });
  for (let at = 1; at <= 8; at++) {
    history.add(lost(`k${at}`), timestamp(at));
    const { recent, hottest } = history.report();
    const kept = [at - 2, at - 1, at].filter((each) => each > 0);
    expect(recent).toEqual(kept.map((each) => ({ ...lost(`k${each}`), at: each })));
    expect(hottest.length).toBe(Math.min(at, 2));
  }
});
