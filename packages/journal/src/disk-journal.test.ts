/** The journal of one node: conformance, crashes and failing disks. */
import type { LogEntry } from "@firstlight/common";
import { ManualClock, isServiceError, keyFromLatin1, logId, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { journalConformance } from "./testing/conformance.ts";
import { DiskJournal } from "./disk-journal.ts";
import { MemoryDiskStore } from "./memory-disk-store.ts";

const LOG = logId("a1");

function entry(time: number) {
  return { timestamp: timestamp(time), payload: Buffer.from(`e${time}`) };
}

journalConformance("disk", async () => {
  const clock = new ManualClock();
  const store = new MemoryDiskStore();
  const journal = new DiskJournal(store, { clock });
  return { journal, another: () => Promise.resolve(journal), pause: () => clock.advance(1000) };
});

describe("DiskJournal", () => {
  const clock = new ManualClock();

  it("I1: after a crash holds every acknowledged entry and the epoch", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock });
    await journal.seal(LOG, 7);
    await journal.append(LOG, 7, [entry(1), entry(2)]);
    store.hold();
    const lost = journal.append(LOG, 7, [entry(3)]);
    const after = new DiskJournal(store.afterCrash(), { clock });
    expect(await after.epoch(LOG)).toBe(7);
    expect(await after.seal(LOG, 8)).toEqual({ index: 2, timestamp: 2, previousEpoch: 7 });
    store.release();
    await lost;
  });

  it("reads and tails only what is durable", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock });
    await journal.seal(LOG, 1);
    const seen: LogEntry[] = [];
    journal.tail(LOG, 1, {
      onEntries: (more) => void seen.push(...more),
      onProgress: () => undefined,
      onEnd: () => undefined,
    });
    store.hold();
    const append = journal.append(LOG, 1, [entry(1)]);
    await clock.advance(1000);
    expect(seen).toEqual([]);
    expect((await journal.read(LOG, 1, 1000)).entries).toEqual([]);
    store.release();
    await append;
    expect(seen.length).toBe(1);
  });

  it("commits together what arrives while a commit runs", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock });
    await journal.seal(LOG, 1);
    const before = store.syncs;
    await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append(LOG, 1, [entry(i + 1)])));
    expect(store.syncs - before).toBe(2);
  });

  it("answers nothing more after a failed commit", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock });
    await journal.seal(LOG, 1);
    let ended: Error | undefined;
    journal.tail(LOG, 1, {
      onEntries: () => undefined,
      onProgress: () => undefined,
      onEnd: (error) => void (ended = error),
    });
    store.failFromNowOn(new Error("EIO"));
    const unavailable = (e: unknown): boolean => isServiceError(e, "unavailable");
    await expect(journal.append(LOG, 1, [entry(1)])).rejects.toSatisfy(unavailable);
    await expect(journal.append(LOG, 1, [entry(2)])).rejects.toSatisfy(unavailable);
    await expect(journal.read(LOG, 1, 100)).rejects.toSatisfy(unavailable);
    await expect(journal.epoch(LOG)).rejects.toSatisfy(unavailable);
    expect(isServiceError(ended, "unavailable")).toBe(true);
  });

  it("I11: refuses an append when too much waits for the disk", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock, queuedBytesMax: 1000 });
    await journal.seal(LOG, 1);
    store.hold();
    const big = { payload: Buffer.alloc(2000) };
    const first = journal.append(LOG, 1, [{ ...big, timestamp: timestamp(1) }]);
    const second = journal.append(LOG, 1, [{ ...big, timestamp: timestamp(2) }]);
    await expect(journal.append(LOG, 1, [entry(3)])).rejects.toSatisfy((e) =>
      isServiceError(e, "overloaded"),
    );
    store.release();
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it("finds an entry that rotted on the disk", async () => {
    const store = new MemoryDiskStore();
    const journal = new DiskJournal(store, { clock });
    await journal.seal(LOG, 1);
    await journal.append(LOG, 1, [entry(1), entry(2)]);
    const span = { start: keyFromLatin1("a1\x00e"), end: keyFromLatin1("a1\x00f") };
    const [first] = store.range({ span });
    if (first === undefined) throw new Error("no entry");
    const rotten = Buffer.from(first.value);
    rotten[rotten.length - 1] = 0;
    store.write([{ key: first.key, value: rotten }]);
    await expect(journal.read(LOG, 1, 1000)).rejects.toThrow(
      /entry 1 of log a1 fails its checksum/,
    );
  });
});
