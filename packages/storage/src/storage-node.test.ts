import { describe, expect, it } from "vitest";
import { ByteWriter, CATALOG_VERSION_KEY, isPromise, isServiceError } from "@firstlight/common";
import type { Heartbeat, Timestamp } from "@firstlight/common";
import { MemoryJournal } from "./testing/memory-journal.ts";
import { A, B, TestReplica, at, k, text } from "./testing/test-replica.ts";

const FLUSH = 60_000;

describe("point reads", () => {
  it("answer at once at the last delivered entry's timestamp with one log", () => {
    const replica = new TestReplica();
    replica.commit(10, { x: "1", y: "1" });
    replica.commit(20, { x: "2" });
    expect([replica.get("x", 20), replica.get("x", 19), replica.get("x", 9)]).toEqual([
      "2",
      "1",
      undefined,
    ]);
    expect(replica.get("y", 20)).toBe("1");
  });

  it("give the same answers after the versions moved to disk", () => {
    const replica = new TestReplica();
    replica.commit(10, { x: "1", y: "1" });
    replica.commit(20, { x: "2", y: undefined });
    replica.clock.advance(FLUSH);
    replica.commit(30, { x: undefined });
    for (let round = 0; round < 2; round++) {
      expect([9, 10, 20, 30].map((τ) => replica.get("x", τ))).toEqual([
        undefined,
        "1",
        "2",
        undefined,
      ]);
      expect([9, 10, 20, 30].map((τ) => replica.get("y", τ))).toEqual([
        undefined,
        "1",
        undefined,
        undefined,
      ]);
      replica.clock.advance(FLUSH);
    }
  });

  it("refuse keys of another shard, but know the catalog's version everywhere", () => {
    const replica = new TestReplica({ span: { start: k("m"), end: k("z") } });
    replica.commit(10, { a: "1", n: "2", [CATALOG_VERSION_KEY]: "\0\0\0\0\0\0\0\x07" });
    expect(replica.get("n", 10)).toBe("2");
    expect(replica.get(CATALOG_VERSION_KEY, 10)).toBe("\0\0\0\0\0\0\0\x07");
    expect(() => replica.get("a", 10)).toThrow("another shard");
  });
});

describe("the watermark", () => {
  it("shows all of a transaction or nothing while a large one is applied over several turns", () => {
    const replica = new TestReplica({ settings: { applySliceMutations: 10 } });
    replica.commit(10, { k5: "old" });
    replica.clock.advance(FLUSH);
    const many = Object.fromEntries(Array.from({ length: 95 }, (_, i) => [`k${i}`, "new"]));
    replica.commit(20, many);
    expect(replica.node.status().watermark).toBe(19);
    expect(replica.get("k5", 19)).toBe("old");
    const read = replica.node.read({
      snapshot: at(20),
      catalogVersion: undefined,
      keys: [k("k94")],
    });
    expect(isPromise(read)).toBe(true);
    replica.clock.advance(0);
    expect(replica.get("k94", 20)).toBe("new");
    expect(replica.scan(20)).toHaveLength(95);
  });

  it("is the smallest over the logs; entries above it wait", () => {
    const replica = new TestReplica({ logs: [A, B] });
    replica.commit(10, { x: "a10" }, A);
    replica.commit(30, { x: "a30" }, A);
    expect(replica.node.status().watermark).toBe(0);
    replica.commit(20, { x: "b20" }, B);
    expect(replica.node.status().watermark).toBe(20);
    expect([replica.get("x", 10), replica.get("x", 20)]).toEqual(["a10", "b20"]);
    replica.commit(40, { y: "b40" }, B);
    expect(replica.get("x", 30)).toBe("a30");
  });

  it("counts a heartbeat only when everything that it stands for was delivered", async () => {
    const journal = new MemoryJournal();
    const answers: ((heartbeat: Heartbeat) => void)[] = [];
    const wanted: number[] = [];
    const heartbeats = () => ({
      heartbeat: (atLeast: Timestamp) => {
        wanted.push(atLeast);
        return new Promise<Heartbeat>((resolve) => answers.push(resolve));
      },
    });
    const replica = new TestReplica({ journal, heartbeats });
    journal.deliversAtOnce = false;
    replica.commit(10, { x: "1" });
    const reads = [15, 25, 20].map((snapshot) =>
      replica.node.read({ snapshot: at(snapshot), catalogVersion: undefined, keys: [k("x")] }),
    );
    expect(wanted).toEqual([15]);
    answers[0]?.(journal.heartbeat(A, at(17)));
    await Promise.resolve();
    await Promise.resolve();
    expect(wanted).toEqual([15, 25]);
    expect(replica.node.status().watermark).toBe(0);
    journal.deliver(A);
    expect(replica.node.status().watermark).toBe(17);
    expect(text((await reads[0])?.[0])).toBe("1");
    answers[1]?.(journal.heartbeat(A, at(25)));
    expect(text((await reads[1])?.[0])).toBe("1");
    expect(text((await reads[2])?.[0])).toBe("1");
  });

  it("not reached within the patience ends a read as unavailable", async () => {
    const replica = new TestReplica({ settings: { patienceMicros: 1_000, waitersMax: 1 } });
    const read = () => replica.node.read({ snapshot: at(5), catalogVersion: undefined, keys: [] });
    const first = Promise.resolve(read()).catch((error: unknown) => error);
    const second = await Promise.resolve(read()).catch((error: unknown) => error);
    expect(isServiceError(second, "overloaded")).toBe(true);
    replica.clock.advance(1_000);
    expect(isServiceError(await first, "unavailable")).toBe(true);
  });
});

describe("the catalog's version", () => {
  const version = (n: number): string => new ByteWriter(8).uint53(n).finish().toString("latin1");

  it("is compared at the snapshot, also after a restart", async () => {
    const replica = new TestReplica();
    replica.commit(10, { [CATALOG_VERSION_KEY]: version(1) });
    replica.commit(20, { [CATALOG_VERSION_KEY]: version(2) });
    replica.clock.advance(FLUSH);
    replica.commit(30, { [CATALOG_VERSION_KEY]: version(3) });
    await replica.node.stop();
    const again = new TestReplica({ store: replica.store.crash(1), journal: replica.journal });
    for (const { node } of [again]) {
      const check = (snapshot: number, catalogVersion: number) => () =>
        node.read({ snapshot: at(snapshot), catalogVersion, keys: [] });
      for (const [snapshot, holds] of [
        [5, 0],
        [10, 1],
        [19, 1],
        [20, 2],
        [30, 3],
      ] as const) {
        expect(check(snapshot, holds)).not.toThrow();
        expect(check(snapshot, holds + 1)).toThrow("planned on catalog");
      }
    }
  });
});

describe("tails", () => {
  it("pause at the bound of entries that wait and go on without gap", () => {
    const replica = new TestReplica({ logs: [A, B], settings: { pendingBytesMax: 500 } });
    for (let i = 1; i <= 50; i++) replica.commit(i * 10, { [`k${i}`]: "v" }, A);
    replica.commit(1_000, {}, B);
    expect(replica.node.status().watermark).toBe(500);
    expect(replica.scan(500)).toHaveLength(50);
  });

  it("that end are opened again, except behind the trimmed part of a log", () => {
    const replica = new TestReplica({ settings: { retryMicros: 100 } });
    replica.commit(10, { x: "1" });
    replica.journal.endTails(new Error("connection lost"));
    replica.commit(20, { x: "2" });
    expect(replica.node.status().watermark).toBe(10);
    replica.clock.advance(100);
    expect(replica.get("x", 20)).toBe("2");
  });

  it("apply no more than the memory table's bound before a flush makes room", () => {
    const replica = new TestReplica({
      settings: { memoryBytesMax: 2_000, flushSliceMutations: 3 },
    });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, "v"]));
    replica.commit(10, many);
    replica.commit(20, { last: "1" });
    expect(replica.node.status().watermark).toBeLessThan(20);
    replica.clock.advance(0);
    expect(replica.scan(20)).toHaveLength(101);
  });
});
