/**
 * What every backend of the journal must do, as one suite: journalConformance(name, make).
 * Tests name the invariants of design.md section 4.
 */
import type { Journal, LogEntry, Subscription, Timestamp } from "@firstlight/common";
import { isServiceError, logId, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";

export interface JournalUnderTest {
  readonly journal: Journal;
  /** The same log seen by another process: a successor of the writer. */
  another(): Promise<Journal>;
  /** Lets a little time pass. */
  pause(): Promise<void>;
}

const LOG = logId("a1");
const BYTES = 1024 * 1024;

function entry(time: number, text = `e${time}`): { timestamp: Timestamp; payload: Buffer } {
  return { timestamp: timestamp(time), payload: Buffer.from(text) };
}

function textOf(entries: readonly LogEntry[]): string[] {
  return entries.map((e) => `${e.index}:${e.timestamp}:${Buffer.from(e.payload).toString()}`);
}

async function readAll(journal: Journal, from = 1): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const read = await journal.read(LOG, from, BYTES);
    if (read.entries.length === 0) return entries;
    entries.push(...read.entries);
    from = read.next;
  }
}

async function eventually(test: JournalUnderTest, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn++) await test.pause();
  expect(condition()).toBe(true);
}

interface Collected {
  readonly entries: LogEntry[];
  ended: Error | undefined;
  subscription: Subscription;
}

function collect(journal: Journal, from: number): Collected {
  const entries: LogEntry[] = [];
  const collected: Collected = {
    entries,
    ended: undefined,
    subscription: journal.tail(LOG, from, {
      onEntries: (more) => void entries.push(...more),
      onProgress: () => undefined,
      onEnd: (error) => void (collected.ended = error),
    }),
  };
  return collected;
}

export function journalConformance(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`journal conformance: ${name}`, () => {
    it("a new log is empty and its first epoch is granted", async () => {
      const test = await make();
      const { journal } = test;
      expect(await journal.epoch(LOG)).toBe(0);
      expect(await journal.seal(LOG, 1)).toEqual({ index: 0, timestamp: 0, previousEpoch: 0 });
      expect(await journal.epoch(LOG)).toBe(1);
      expect(await readAll(journal)).toEqual([]);
    });

    it("I1: entries are read back in order, with gapless indexes from 1", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      expect(await journal.append(LOG, 1, [entry(10), entry(11)])).toBe(2);
      expect(await journal.append(LOG, 1, [entry(15)])).toBe(3);
      expect(textOf(await readAll(journal))).toEqual(["1:10:e10", "2:11:e11", "3:15:e15"]);
      expect(textOf(await readAll(journal, 3))).toEqual(["3:15:e15"]);
      expect((await journal.read(LOG, 4, BYTES)).next).toBe(4);
    });

    it("I1: pipelined appends keep the order of the calls", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      const resolved: number[] = [];
      const appends = Array.from({ length: 200 }, (_, i) =>
        journal.append(LOG, 1, [entry(100 + i)]).then((index) => resolved.push(index)),
      );
      await Promise.all(appends);
      expect(resolved).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect((await readAll(journal)).map((e) => e.timestamp - 99)).toEqual(resolved);
    });

    it("reads about as many bytes as asked for, and at least one entry", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(
        LOG,
        1,
        [1, 2, 3, 4].map((i) => entry(i, "x".repeat(1000))),
      );
      expect((await journal.read(LOG, 1, 1)).entries.length).toBe(1);
      const two = await journal.read(LOG, 2, 2500);
      expect(two.entries.map((e) => e.index)).toEqual([2, 3]);
      expect(two.next).toBe(4);
    });

    it("refuses a timestamp that does not increase", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(LOG, 1, [entry(10)]);
      await expect((async () => journal.append(LOG, 1, [entry(10)]))()).rejects.toThrow(/increase/);
    });

    it("I2: a sealed epoch can append nothing, and its seal cannot be repeated", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(LOG, 1, [entry(10)]);
      const successor = await test.another();
      expect(await successor.epoch(LOG)).toBe(1);
      expect(await successor.seal(LOG, 2)).toEqual({ index: 1, timestamp: 10, previousEpoch: 1 });
      await expect(journal.append(LOG, 1, [entry(11)])).rejects.toSatisfy((e) =>
        isServiceError(e, "fenced"),
      );
      await expect(successor.seal(LOG, 2)).rejects.toSatisfy((e) => isServiceError(e, "fenced"));
      await expect(successor.seal(LOG, 1)).rejects.toSatisfy((e) => isServiceError(e, "fenced"));
      expect(await successor.append(LOG, 2, [entry(12)])).toBe(2);
      expect(textOf(await readAll(successor))).toEqual(["1:10:e10", "2:12:e12"]);
    });

    it("I2: an epoch that was never granted cannot append", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await expect(journal.append(LOG, 2, [entry(1)])).rejects.toSatisfy((e) =>
        isServiceError(e, "fenced"),
      );
    });

    it("a tail delivers what is there and what comes, BEFORE the append is acknowledged", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(LOG, 1, [entry(1), entry(2)]);
      const tail = collect(journal, 1);
      await eventually(test, () => tail.entries.length === 2);
      const deliveredAtAck: number[] = [];
      const appends = [3, 4, 5].map((time) =>
        journal.append(LOG, 1, [entry(time)]).then(() => deliveredAtAck.push(tail.entries.length)),
      );
      await Promise.all(appends);
      for (const [i, delivered] of deliveredAtAck.entries()) {
        expect(delivered).toBeGreaterThanOrEqual(i + 3);
      }
      expect(tail.entries.map((e) => e.index)).toEqual([1, 2, 3, 4, 5]);
      tail.subscription.close();
      await journal.append(LOG, 1, [entry(6)]);
      expect(tail.entries.length).toBe(5);
    });

    it("a tail may start in the middle, or beyond the end", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(LOG, 1, [entry(1), entry(2), entry(3)]);
      const middle = collect(journal, 3);
      const beyond = collect(journal, 5);
      await eventually(test, () => middle.entries.length === 1);
      await journal.append(LOG, 1, [entry(4), entry(5)]);
      await eventually(test, () => beyond.entries.length === 1);
      expect(middle.entries.map((e) => e.index)).toEqual([3, 4, 5]);
      expect(beyond.entries.map((e) => e.index)).toEqual([5]);
      middle.subscription.close();
      beyond.subscription.close();
    });

    it("a tail that began long ago keeps up with a log larger than one chunk", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      const payload = "y".repeat(200_000);
      for (let i = 1; i <= 12; i++) await journal.append(LOG, 1, [entry(i, payload)]);
      const tail = collect(journal, 1);
      for (let i = 13; i <= 20; i++) await journal.append(LOG, 1, [entry(i, payload)]);
      await eventually(test, () => tail.entries.length === 20);
      expect(tail.entries.map((e) => e.index)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      tail.subscription.close();
    });

    it("forgets what is trimmed but neither the end nor the epoch", async () => {
      const test = await make();
      const { journal } = test;
      await journal.seal(LOG, 1);
      await journal.append(LOG, 1, [entry(1), entry(2), entry(3), entry(4)]);
      await test.pause();
      const reader = await test.another();
      let trimmed: unknown;
      for (let turn = 0; turn < 2000 && trimmed === undefined; turn++) {
        // Nothing is forgotten before every replica has it.
        await journal.trim(LOG, 2);
        await reader.read(LOG, 2, BYTES).catch((error: unknown) => void (trimmed = error));
        await test.pause();
      }
      expect(isServiceError(trimmed, "horizon")).toBe(true);
      expect(textOf(await readAll(journal, 3))).toEqual(["3:3:e3", "4:4:e4"]);
      const tail = collect(reader, 1);
      await eventually(test, () => tail.ended !== undefined);
      expect(isServiceError(tail.ended, "horizon")).toBe(true);
      await journal.trim(LOG, 4);
      const successor = await test.another();
      expect(await successor.seal(LOG, 2)).toEqual({ index: 4, timestamp: 4, previousEpoch: 1 });
      expect(await successor.append(LOG, 2, [entry(5)])).toBe(5);
    });

    it("logs do not disturb each other", async () => {
      const test = await make();
      const { journal } = test;
      const other = logId("a2");
      await journal.seal(LOG, 1);
      await journal.seal(other, 5);
      await Promise.all([
        journal.append(LOG, 1, [entry(1)]),
        journal.append(other, 5, [entry(100)]),
        journal.append(LOG, 1, [entry(2)]),
      ]);
      expect((await readAll(journal)).length).toBe(2);
      expect((await journal.read(other, 1, BYTES)).entries.length).toBe(1);
    });
  });
}
