/** A storage replica on LMDB: what it answers does not change when it is opened again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DiskStore, Mutation } from "@firstlight/common";
import { isPromise, keyFromLatin1, timestamp } from "@firstlight/common";
import { LmdbDisk } from "../../packages/server/src/adapters/lmdb-disk.ts";
import { STORED_KEY_BYTES_MAX, StorageNode } from "../../packages/storage/src/index.ts";
import { ManualClock } from "../../packages/storage/src/testing/manual-clock.ts";
import { MemoryJournal } from "../../packages/storage/src/testing/memory-journal.ts";
import { A, WHOLE, runtimeWith, text } from "../../packages/storage/src/testing/test-replica.ts";

let directory: string;
let store: DiskStore;
let journal: MemoryJournal;
let clock: ManualClock;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "fl-storage-"));
  store = await new LmdbDisk(directory).open("shard");
  journal = new MemoryJournal();
  clock = new ManualClock();
});

afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function startReplica(): StorageNode {
  const parts = { store, journal, logs: [A], heartbeats: () => undefined, spans: [WHOLE] };
  const node = new StorageNode(runtimeWith(clock), parts);
  node.start();
  return node;
}

function commit(micros: number, writes: readonly (readonly [string, string | undefined])[]): void {
  const mutations = writes.map(([key, value]): Mutation => {
    const bytes = value === undefined ? undefined : Buffer.from(value);
    return { key: keyFromLatin1(key), value: bytes, intent: "X" };
  });
  journal.transaction(A, timestamp(micros), mutations);
}

function everythingAt(node: StorageNode, snapshot: number): string[] {
  const page = node.scan({
    snapshot: timestamp(snapshot),
    catalogVersion: undefined,
    span: WHOLE,
    reverse: false,
    pageBytes: 1 << 30,
    withKeys: true,
    format: "values",
  });
  if (isPromise(page) || page.batch.kind !== "raw") throw new Error("the scan waits");
  expect(page.rest).toBeUndefined();
  return page.batch.values.map((value, i) => `${page.keys?.[i]}=${text(value)}`);
}

describe("storage on LMDB", () => {
  it("answers the same at every snapshot before and after its store is opened again", async () => {
    const node = startReplica();
    for (let i = 1; i <= 200; i++) {
      const key = `k\0${i % 17}`;
      commit(i * 10, [
        [key, i % 5 === 0 ? undefined : `v${i}`],
        [`${key}\0`, `w${i}`],
      ]);
      if (i % 40 === 0) clock.advance(300_000);
    }
    const snapshots = Array.from({ length: 201 }, (_, i) => i * 10);
    const before = snapshots.map((snapshot) => everythingAt(node, snapshot));
    await node.stop();
    await store.close();
    store = await new LmdbDisk(directory).open("shard");
    const again = startReplica();
    expect(again.status()).toMatchObject({ watermark: 2_000, positions: { a: 200 } });
    expect(snapshots.map((snapshot) => everythingAt(again, snapshot))).toEqual(before);
    expect(before.at(-1)?.length).toBeGreaterThan(17);
  });

  it("holds several versions of the longest key, of whatever bytes", async () => {
    const node = startReplica();
    const longest = "\0a".repeat(2_000).slice(0, STORED_KEY_BYTES_MAX);
    for (const [i, value] of ["1", "2", "3"].entries()) commit(10 * (i + 1), [[longest, value]]);
    await node.stop();
    const again = startReplica();
    expect(everythingAt(again, 20)).toEqual([`${longest}=2`]);
  });
});
