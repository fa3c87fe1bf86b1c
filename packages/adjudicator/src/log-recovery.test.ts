/** What a successor reads back of a log whose beginning was trimmed. */
import type { Journal, LogEntry } from "@firstlight/common";
import { ServiceError, logId, timestamp } from "@firstlight/common";
import { expect, it } from "vitest";
import { visitEntries } from "./log-recovery.ts";

const LOG = logId("a1");

/** Entries `first` .. `last`, some at a time. */
function trimmedJournal(first: number, last: number): Journal {
  const unused = (): never => {
    throw new Error("not used");
  };
  return {
    append: unused,
    seal: unused,
    epoch: unused,
    tail: unused,
    trim: unused,
    read: (_log, from) => {
      if (from < first) return Promise.reject(new ServiceError("horizon", `begins at ${first}`));
      const count = Math.max(0, Math.min(3, last + 1 - from));
      const entries = Array.from({ length: count }, (_, i): LogEntry => {
        const index = from + i;
        return { index, epoch: 1, timestamp: timestamp(index), payload: Buffer.alloc(0) };
      });
      return Promise.resolve({ entries, next: from + count });
    },
  };
}

it("I9: every entry that is left is visited, wherever the log begins", async () => {
  for (let first = 1; first <= 41; first++) {
    const visited: number[] = [];
    const journal = trimmedJournal(first, 40);
    await visitEntries(journal, LOG, 1, 40, ({ index }) => void visited.push(index));
    const left = Array.from({ length: 41 - first }, (_, i) => first + i);
    expect(visited).toEqual(left);
  }
});
