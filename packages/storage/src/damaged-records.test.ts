/** A bit that flipped on disk is found before anybody is told what it says. */
import { describe, expect, it } from "vitest";
import type { Key } from "@firstlight/common";
import { DamagedStoreError, ServiceError, ShardDirectory, firstShardMap } from "@firstlight/common";
import { CHECKSUM_BYTES } from "./layout/checksum.ts";
import { StorageHost } from "./storage-host.ts";
import { StorageNode } from "./storage-node.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { MemoryJournal } from "./testing/memory-journal.ts";
import { MemoryStore } from "./testing/memory-store.ts";
import { A, TestReplica, WHOLE, at, k, runtimeWith } from "./testing/test-replica.ts";

const FLUSH = 300_000;

function damage(store: MemoryStore, key: Key): void {
  const value = Buffer.from(store.get(key) ?? []);
  const last = value.length - 1 - CHECKSUM_BYTES;
  value[last] = (value[last] ?? 0) ^ 4;
  store.write([{ key, value }]);
}

const current = (key: string): Key => k(`n${key}`);

/** One that can be filled from another one: it stops by itself. */
function watched(clock: ManualClock, store: MemoryStore, journal: MemoryJournal) {
  const failures: unknown[] = [];
  const node = new StorageNode(runtimeWith(clock), {
    store,
    journal,
    logs: [A],
    heartbeats: () => undefined,
    spans: [WHOLE],
    onFailure: (error) => failures.push(error),
  });
  node.start();
  return { node, failures };
}

function stored(): { clock: ManualClock; store: MemoryStore; journal: MemoryJournal } {
  const replica = new TestReplica();
  replica.commit(10, { x: "one", y: "two" });
  replica.commit(20, { y: "three" });
  replica.clock.advance(FLUSH);
  void replica.node.stop();
  return replica;
}

describe("a damaged record", () => {
  it("alone cannot be read where nobody else has it", () => {
    const { clock, store, journal } = stored();
    const replica = new TestReplica({ clock, store, journal });
    damage(store, current("x"));
    expect(() => replica.get("x", 20)).toThrow("fails its checksum");
    expect(() => replica.scan(20)).toThrow(expect.objectContaining({ kind: "damaged" }) as Error);
    expect(replica.get("y", 20)).toBe("three");
    expect(replica.get("y", 10)).toBe("two");
  });

  it("ends a replica that can be filled from another one, before it answers", () => {
    const { clock, store, journal } = stored();
    const { node, failures } = watched(clock, store, journal);
    damage(store, current("x"));
    const read = (key: string): unknown =>
      node.read({ snapshot: at(20), catalogVersion: undefined, keys: [k(key)] });
    expect(() => read("x")).toThrow(expect.objectContaining({ kind: "unavailable" }) as Error);
    expect(() => read("y")).toThrow("the storage replica failed");
    expect(failures).toEqual([expect.any(DamagedStoreError)]);
  });

  it("is found by the scrubber though nobody reads it", () => {
    const { clock, store, journal } = stored();
    const { failures } = watched(clock, store, journal);
    clock.advance(3_000_000);
    expect(failures).toEqual([]);
    damage(store, current("x"));
    clock.advance(3_000_000);
    expect(failures).toEqual([expect.any(DamagedStoreError)]);
  });

  it("does not become an older version as if it were well", () => {
    const { clock, store, journal } = stored();
    const { failures } = watched(clock, store, journal);
    damage(store, current("x"));
    journal.transaction(A, at(30), [{ key: k("x"), value: Buffer.from("new"), intent: "X" }]);
    clock.advance(FLUSH);
    expect(failures).toEqual([expect.any(DamagedStoreError)]);
  });

  it("of the replica itself is found when it starts", () => {
    for (const key of ["pa", "mheld", "mhorizon", "mboots", "mformat"]) {
      const { clock, store, journal } = stored();
      if (store.get(k(key)) === undefined) continue;
      damage(store, k(key));
      expect(() => watched(clock, store, journal), key).toThrow(DamagedStoreError);
    }
  });

  it("is served with the bug serveDamagedRecord", () => {
    const { clock, store, journal } = stored();
    damage(store, current("x"));
    const bugs = new Set(["serveDamagedRecord"] as const);
    const replica = new TestReplica({ clock, store, journal, bugs });
    expect(replica.get("x", 20)).not.toBe("one");
  });
});

describe("a store of an earlier format", () => {
  it("is refused by name", () => {
    const store = new MemoryStore();
    store.write([{ key: k("mformat"), value: Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]) }]);
    expect(() => watched(new ManualClock(), store, new MemoryJournal())).toThrow(
      "the store has format 1, this program reads format 2",
    );
  });
});

describe("a host whose replica's files are damaged", () => {
  function hosted(...members: string[]) {
    const { clock, store, journal } = stored();
    const events: string[] = [];
    const first = firstShardMap([{ shard: "s1", span: WHOLE, members }], []);
    const reach = (): never => {
      throw new ServiceError("unavailable", "nobody is reached in this test");
    };
    const runtime = {
      ...runtimeWith(clock),
      disk: {
        open: () => Promise.resolve(store),
        setAside: () => {
          events.push("set aside");
          return Promise.resolve();
        },
      },
    };
    const host = new StorageHost(runtime, {
      shards: {
        member: "storage-1",
        directory: new ShardDirectory({ clock, first, reach }),
        storageOf: reach,
        adjudicator: reach,
        keeperOf: reach,
      },
      journal,
      logs: [A],
      heartbeats: () => undefined,
      onFatal: (reason) => events.push(reason),
      onFilling: () => events.push("filling"),
    });
    const read = (): unknown =>
      host.read({ snapshot: at(20), catalogVersion: undefined, keys: [k("x")] });
    return { host, store, events, read };
  }

  it("sets them aside where there is another replica", async () => {
    const { host, store, events, read } = hosted("storage-1", "storage-2");
    await host.start();
    damage(store, current("x"));
    expect(read).toThrow("the storage replica failed");
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(["filling", "set aside"]);
    expect(read).toThrow("is being filled");
    await host.stop();
  });

  it("keeps them where it is the last replica of a shard", async () => {
    const { host, store, events, read } = hosted("storage-1");
    await host.start();
    damage(store, current("x"));
    expect(read).toThrow("the storage replica failed");
    expect(events).toEqual([expect.stringMatching(/fails its checksum, and nobody else has it/u)]);
    await host.stop();
  });
});
