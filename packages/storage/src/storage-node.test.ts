/** What one replica promises, claim by claim, on doubles that the test moves by hand. */
import { describe, expect, it } from "vitest";
import {
  CATALOG_VERSION_KEY,
  KEY_MAX,
  ByteWriter,
  ServiceError,
  droppedStorageKey,
  indexPrefix,
  isPromise,
  isServiceError,
} from "@firstlight/common";
import type { Heartbeat, ScanPage, ScanRequest, Timestamp } from "@firstlight/common";
import { MemoryJournal } from "./testing/memory-journal.ts";
import { A, B, TestReplica, WHOLE, at, k, text } from "./testing/test-replica.ts";

const FLUSH = 300_000;

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
    expect(replica.node.delivered).toBe(20);
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

describe("patience", () => {
  it("does not run out while a transaction that was delivered is being applied", async () => {
    // Each flush waits for the disk, and nothing is applied meanwhile.
    const settings = { patienceMicros: 100, applySliceMutations: 1, memoryBytesMax: 1 };
    const replica = new TestReplica({ settings: { ...settings, unsyncedBytesMax: 0 } });
    replica.commit(10, { x: "1", y: "1", z: "1" });
    const read = replica.node.read({ snapshot: at(10), catalogVersion: undefined, keys: [k("z")] });
    for (let i = 0; i < 20; i++) {
      replica.clock.advance(150);
      await Promise.resolve();
    }
    expect(text((await read)[0])).toBe("1");
  });
});

describe("patience with a replica that catches up", () => {
  const waiting = (replica: TestReplica): Promise<unknown> =>
    Promise.resolve(
      replica.node.read({ snapshot: at(100), catalogVersion: undefined, keys: [k("x")] }),
    ).catch((error: unknown) => error);

  it("does not run out while entries below the snapshot are applied", async () => {
    const replica = new TestReplica({ settings: { patienceMicros: 1_000 } });
    const read = waiting(replica);
    for (let i = 1; i <= 5; i++) {
      replica.commit(i * 10, { x: String(i) });
      replica.clock.advance(900);
    }
    replica.commit(100, { x: "last" });
    expect(text(((await read) as Uint8Array[])[0])).toBe("last");
  });

  it("runs out when it gets no further", async () => {
    const replica = new TestReplica({ settings: { patienceMicros: 1_000 } });
    const read = waiting(replica);
    replica.commit(10, { x: "1" });
    replica.clock.advance(2_100);
    expect(isServiceError(await read, "unavailable")).toBe(true);
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
    replica.journal.endTails(new ServiceError("horizon", "trimmed"));
    expect(() => replica.get("x", 20)).toThrow("the storage replica failed");
  });

  it("apply no more than the memory table's bound before a flush makes room", () => {
    const replica = new TestReplica({
      settings: { memoryBytesMax: 2_000, flushSliceMutations: 3 },
    });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, "v"]));
    replica.commit(10, many);
    replica.commit(20, { last: "1" });
    expect(replica.node.status().watermark).toBeLessThan(20);
    replica.clock.advance(FLUSH);
    expect(replica.scan(20)).toHaveLength(101);
  });
});

describe("scans", () => {
  const replica = (): TestReplica => {
    const made = new TestReplica({ settings: { scanKeysMax: 4 } });
    made.commit(10, { a: "1", b: "2", c: "3", d: "4", e: "5", f: "6" });
    made.clock.advance(FLUSH);
    made.commit(20, { b: undefined, c: "33", g: "7" });
    return made;
  };
  const scanOf = (made: TestReplica, options: Partial<ScanRequest>): ScanPage => {
    const page = made.node.scan({
      snapshot: at(20),
      catalogVersion: undefined,
      span: WHOLE,
      reverse: false,
      pageBytes: 1_000,
      withKeys: true,
      format: "values",
      ...options,
    });
    if (isPromise(page)) throw new Error("the scan waits");
    return page;
  };

  it("merge memory and disk in order, both ways, at any snapshot", () => {
    const now = ["a1", "c33", "d4", "e5", "f6", "g7"];
    const found = (snapshot: number, reverse: boolean): string[] =>
      replica()
        .scan(snapshot, { reverse })
        .map((row) => row.join(""));
    expect(found(20, false)).toEqual(now);
    expect(found(20, true)).toEqual(now.toReversed());
    expect(found(19, false)).toEqual(["a1", "b2", "c3", "d4", "e5", "f6"]);
  });

  it("return with the rest of the span after looking at a bounded number of keys", () => {
    const page = scanOf(replica(), {});
    expect(page.keys).toEqual(["a", "c", "d"]);
    expect(page.rest).toEqual({ start: "d\0", end: WHOLE.end });
    expect(scanOf(replica(), { reverse: true }).rest).toEqual({ start: WHOLE.start, end: "d" });
  });

  it("return after a bounded number of bytes, whatever of them is wanted", () => {
    const made = new TestReplica({ settings: { scanBytesMax: 10 } });
    made.commit(20, { a: "12345", b: "67890", c: "1" });
    expect(scanOf(made, {}).rest?.start).toBe("b\0");
  });

  it("end a page at its row limit, with the rest of the span", () => {
    const page = scanOf(replica(), { rowLimit: 2 });
    expect([page.keys, page.rest?.start]).toEqual([["a", "c"], "c\0"]);
    expect(scanOf(replica(), { rowLimit: 0 })).toMatchObject({ keys: [], rest: WHOLE });
    const last = { span: { start: k("g"), end: k("h") }, rowLimit: 1 };
    expect(scanOf(replica(), last)).toMatchObject({ keys: ["g"], rest: undefined });
  });

  it("refuse a span that reaches into another shard", () => {
    const part = new TestReplica({ span: { start: k("m"), end: k("z") } });
    part.commit(20, { n: "1" });
    expect(() => scanOf(part, {})).toThrow("another shard");
    expect(scanOf(part, { span: { start: k("m"), end: k("n\0") } }).keys).toEqual(["n"]);
  });
});

describe("collection", () => {
  const settings = { retentionMicros: 100, collectMicros: 1_000 };

  it("leaves nothing but the newest versions once the horizon has passed all others", () => {
    const replica = new TestReplica({ settings });
    replica.commit(10, { x: "1", y: "1", "z\0": "1" });
    replica.clock.advance(FLUSH);
    replica.commit(20, { x: "2", y: undefined });
    replica.commit(30, { x: "3", "z\0": undefined });
    replica.clock.advance(FLUSH);
    expect(replica.store.keys.filter((key) => /^[og]/.test(key))).not.toEqual([]);
    replica.commit(1_000, { w: "1" });
    replica.clock.advance(FLUSH);
    expect(replica.store.keys.filter((key) => /^[nog]/.test(key))).toEqual(["nw", "nx"]);
    expect(replica.node.status().horizon).toBe(900);
  });

  it("ends what was readable: a snapshot behind the horizon is refused, also after a restart", () => {
    const replica = new TestReplica({ settings });
    replica.commit(10, { x: "1" });
    replica.commit(1_000, { x: "2" });
    replica.clock.advance(FLUSH);
    expect(() => replica.get("x", 899)).toThrow("horizon");
    expect(replica.get("x", 900)).toBe("1");
    const { store, journal } = replica;
    const again = new TestReplica({ store: store.crash(1), journal, settings });
    expect(() => again.get("x", 899)).toThrow("horizon");
    expect(again.get("x", 1_000)).toBe("2");
  });
});

describe("dropped tables", () => {
  const settings = { retentionMicros: 100, collectMicros: 1_000 };
  const rowOf = (storageId: number, row: string): string => indexPrefix(storageId, 0) + row;
  const dataKeys = (replica: TestReplica): readonly string[] =>
    replica.store.keys.filter((key) => /^[no]/.test(key));

  it("keep their rows until the horizon has passed the drop, and no longer", () => {
    const replica = new TestReplica({ settings });
    replica.commit(10, { [rowOf(7, "a")]: "1", [rowOf(7, "b")]: "1", [rowOf(8, "a")]: "1" });
    replica.commit(20, { [rowOf(7, "a")]: "2" });
    replica.commit(30, { [droppedStorageKey(7)]: "" });
    replica.clock.advance(FLUSH);
    expect(replica.get(rowOf(7, "a"), 25)).toBe("2");
    replica.commit(1_000, { [rowOf(8, "b")]: "1" });
    replica.clock.advance(FLUSH);
    expect(dataKeys(replica)).toEqual([`n${rowOf(8, "a")}`, `n${rowOf(8, "b")}`].toSorted());
  });

  it("are removed on every replica, whatever its span", () => {
    const span = { start: k("\x01"), end: KEY_MAX };
    const replica = new TestReplica({ settings, span });
    replica.commit(10, { [rowOf(7, "a")]: "1", [droppedStorageKey(7)]: "" });
    replica.commit(1_000, { [rowOf(8, "b")]: "1" });
    replica.clock.advance(FLUSH);
    expect(dataKeys(replica)).toEqual([`n${rowOf(8, "b")}`]);
  });
});

describe("a failing disk", () => {
  it("ends the replica: no answer rather than a wrong one", async () => {
    const replica = new TestReplica();
    replica.commit(10, { x: "1" });
    replica.store.write = () => {
      throw new Error("no space left on device");
    };
    replica.clock.advance(FLUSH);
    expect(() => replica.get("x", 10)).toThrow("the storage replica failed");
    await replica.node.stop();
  });
});

describe("the bug readBelowWatermark", () => {
  it("answers a snapshot that the watermark has not reached", () => {
    const replica = new TestReplica({ bugs: new Set(["readBelowWatermark"]) });
    expect(replica.get("x", 10)).toBeUndefined();
  });
});
