/** Conformance of the journals on real LMDB stores. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskStore } from "@firstlight/common";
import { ManualClock, logId, timestamp } from "@firstlight/common";
import { DiskJournal, JournalReplicaService, QuorumJournal } from "@firstlight/journal";
import { journalConformance } from "@firstlight/journal/conformance";
import { afterEach, expect, it } from "vitest";
import { LmdbDisk } from "./lmdb-disk.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function openStores(count: number): Promise<DiskStore[]> {
  const directory = mkdtempSync(join(tmpdir(), "fl-journal-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const stores: DiskStore[] = [];
  for (let i = 0; i < count; i++) {
    const store = await new LmdbDisk(directory).open(`store${i}`);
    cleanups.push(() => store.close());
    stores.push(store);
  }
  return stores;
}

async function pause(clock: ManualClock): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await clock.advance(100);
}

journalConformance("lmdb", async () => {
  const clock = new ManualClock();
  const [store] = await openStores(1);
  const journal = new DiskJournal(store as DiskStore, { clock });
  return { journal, another: () => Promise.resolve(journal), pause: () => pause(clock) };
});

journalConformance("quorum on lmdb", async () => {
  const clock = new ManualClock();
  const stores = await openStores(3);
  const replicas = stores.map((store) => new JournalReplicaService(store, { clock }));
  return {
    journal: new QuorumJournal({ clock, replicas }),
    another: () => Promise.resolve(new QuorumJournal({ clock, replicas, firstReplica: 1 })),
    pause: () => pause(clock),
  };
});

it("I1: the lmdb journal holds its entries and epoch after reopening", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fl-journal-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const clock = new ManualClock();
  const log = logId("a1");
  const store = await new LmdbDisk(directory).open("journal");
  const journal = new DiskJournal(store, { clock });
  await journal.seal(log, 1);
  await journal.append(log, 1, [{ timestamp: timestamp(5), payload: Buffer.from("x") }]);
  await store.close();
  const reopened = await new LmdbDisk(directory).open("journal");
  cleanups.push(() => reopened.close());
  const after = new DiskJournal(reopened, { clock });
  expect(await after.seal(log, 2)).toEqual({ index: 1, timestamp: 5, previousEpoch: 1 });
});
