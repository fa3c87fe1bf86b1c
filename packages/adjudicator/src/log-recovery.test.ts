/** What a successor reads back of a log whose beginning was trimmed. */
import type { Journal, LogEntry, Timestamp, TransactionId } from "@firstlight/common";
import { ServiceError, logId, timestamp } from "@firstlight/common";
import { encodeLogRecord, transactionId } from "@firstlight/common";
import { expect, it } from "vitest";
import { findCommit, readBack, visitEntries } from "./log-recovery.ts";

const LOG = logId("a1");

const transactionAt = (index: number): TransactionId =>
  transactionId(index.toString(16).padStart(32, "0"));

const transactionIn = (index: number): Buffer =>
  encodeLogRecord({
    kind: "transaction",
    leaseEnd: timestamp(index),
    transaction: transactionAt(index),
    snapshot: timestamp(0),
    participants: [LOG],
    mutations: [],
  });

interface TestJournal extends Journal {
  readonly reads: number;
}

/** Entries `first` .. `last`, `some` at a time; each a microsecond later. */
function trimmedJournal(
  first: number,
  last: number,
  some = 3,
  payload = (_index: number): Buffer => Buffer.alloc(0),
): TestJournal {
  let reads = 0;
  const unused = (): never => {
    throw new Error("not used");
  };
  return {
    get reads() {
      return reads;
    },
    append: unused,
    seal: unused,
    epoch: unused,
    tail: unused,
    trim: unused,
    read: (_log, from) => {
      reads++;
      if (from < first) return Promise.reject(new ServiceError("horizon", `begins at ${first}`));
      const count = Math.max(0, Math.min(some, last + 1 - from));
      const entries = Array.from({ length: count }, (_, i): LogEntry => {
        const index = from + i;
        return { index, epoch: 1, timestamp: timestamp(index), payload: payload(index) };
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

it("the last entries are read back, in two requests, and whatever is not too large", async () => {
  const read = async (journal: Journal, end: number, max: number): Promise<readonly number[]> =>
    (await readBack(journal, LOG, end, max)).map(({ index }) => index);
  const last = (count: number, end: number): number[] =>
    Array.from({ length: count }, (_, i) => end - count + 1 + i);
  for (const max of [1, 5, 256, 300, 1_000]) {
    const journal = trimmedJournal(1, 5_000, 10_000);
    expect(await read(journal, 5_000, max)).toEqual(last(max, 5_000));
    expect(journal.reads).toBeLessThanOrEqual(2);
  }
  expect(await read(trimmedJournal(1, 40), 40, 1_000)).toEqual(last(40, 40));
  expect(await read(trimmedJournal(31, 40), 40, 1_000)).toEqual(last(10, 40));
  expect(await read(trimmedJournal(41, 40), 40, 1_000)).toEqual([]);
  const large = Buffer.alloc(1 << 20);
  const journal = trimmedJournal(1, 300, 1, () => large);
  // At least one, as it tells the lease.
  expect(await read(journal, 300, 1_000)).toEqual([300]);
});

it("I9: a commit is found wherever it is above the timestamp, and not looked for below", async () => {
  const journal = trimmedJournal(2_000, 5_000, 10_000, transactionIn);
  const find = (index: number, above: number): Promise<Timestamp | undefined> => {
    const sought = { transaction: transactionAt(index), above: timestamp(above), end: 5_000 };
    return findCommit(journal, LOG, sought);
  };
  for (const index of [2_000, 2_001, 3_333, 4_743, 4_744, 4_745, 4_999, 5_000]) {
    for (const above of [0, 1_000, 2_000, index - 256, index - 1]) {
      expect(await find(index, above)).toBe(index);
    }
    expect(await find(index + 10_000, 0)).toBeUndefined();
  }
  const before = journal.reads;
  expect(await find(2_000, 4_900)).toBeUndefined();
  expect(journal.reads - before).toBeLessThanOrEqual(2);
});
