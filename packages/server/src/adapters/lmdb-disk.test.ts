/** The Disk port on LMDB: order, visibility, durability, locks and bounds. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskStore, DiskWrite, Key } from "@firstlight/common";
import { DISK_KEY_BYTES_MAX, KEY_MAX, KEY_MIN, keyFromLatin1 } from "@firstlight/common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LmdbDisk } from "./lmdb-disk.ts";

let directory: string;
let open: DiskStore[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fl-lmdb-"));
  open = [];
});

afterEach(async () => {
  for (const store of open) await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function openStore(name = "store"): Promise<DiskStore> {
  const store = await new LmdbDisk(directory).open(name);
  open.push(store);
  return store;
}

const key = (text: string): Key => keyFromLatin1(text);
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const everything = { start: KEY_MIN, end: KEY_MAX };

function put(text: string, value = text): DiskWrite {
  return { key: key(text), value: bytes(value) };
}

function keysOf(store: DiskStore, start: string, end: string, reverse = false): string[] {
  const range = { span: { start: key(start), end: key(end) }, reverse };
  return Array.from(store.range(range), (entry) => entry.key);
}

describe("LmdbDisk", () => {
  it("shows a written batch at once", async () => {
    const store = await openStore();
    store.write([put("a"), put("b")]);
    expect(store.get(key("a"))?.toString()).toBe("a");
    store.write([{ key: key("a"), value: undefined }]);
    expect(store.get(key("a"))).toBeUndefined();
    expect(keysOf(store, "", "\xff")).toEqual(["b"]);
  });

  it("holds after reopening what was committed, synced, or written before close", async () => {
    const store = await openStore();
    await store.commit([put("committed")]);
    store.write([put("synced")]);
    await store.sync();
    store.write([put("written")]);
    await store.close();
    const again = await openStore();
    expect(keysOf(again, "", "\xff")).toEqual(["committed", "synced", "written"]);
  });

  it("orders keys by their bytes, 0x00 and 0xff included", async () => {
    const store = await openStore();
    const keys = [
      "\x00",
      "\x00\x00",
      "\x00\xff",
      "\x7f",
      "\x80",
      "a\x00b",
      "a",
      "\xc3\xa9",
      "\xff",
    ];
    await store.commit(keys.map((text) => put(text)));
    expect(keysOf(store, "", "\xff\xff")).toEqual(keys.toSorted());
    expect(keysOf(store, "", "\xff\xff", true)).toEqual(keys.toSorted().reverse());
    expect(keysOf(store, "\x00\x00", "a")).toEqual(
      ["\x00\x00", "\x00\xff"].concat(["\x7f", "\x80"]).filter((k) => k < "a"),
    );
  });

  it("returns values that later reads and writes leave unchanged", async () => {
    const store = await openStore();
    await store.commit([put("a", "first"), put("b", "second"), put("big", "x".repeat(100_000))]);
    const a = store.get(key("a"));
    store.get(key("b"));
    const big = store.get(key("big"));
    await store.commit([put("a", "other"), put("big", "y")]);
    expect(a?.toString()).toBe("first");
    expect(big?.length).toBe(100_000);
    expect(store.get(key("a"))?.toString()).toBe("other");
  });

  it("stores empty values and keys up to the bound, and refuses longer ones", async () => {
    const store = await openStore();
    const longest = "k".repeat(DISK_KEY_BYTES_MAX);
    await store.commit([put("empty", ""), put(longest, "v")]);
    expect(store.get(key("empty"))?.length).toBe(0);
    expect(store.get(key(longest))?.toString()).toBe("v");
    await expect(store.commit([put(`${longest}k`)])).rejects.toThrow(/4001 bytes/);
    expect(() => store.write([put(`${longest}k`)])).toThrow(/4001 bytes/);
    expect(() => store.write([put("")])).toThrow(/0 bytes/);
  });

  it("agrees with a sorted map under random batches, ranges and limits", async () => {
    const store = await openStore();
    const model = new Map<string, string>();
    let seed = 12345;
    const random = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * n);
    };
    for (let step = 0; step < 1500; step++) {
      const batch: DiskWrite[] = [];
      for (let n = random(4); n >= 0; n--) {
        const name = `k${random(60)}`;
        const value = random(3) === 0 ? undefined : `v${step}.${n}`;
        batch.push({ key: key(name), value: value === undefined ? undefined : bytes(value) });
        if (value === undefined) model.delete(name);
        else model.set(name, value);
      }
      store.write(batch);
      if (random(10) === 0) void store.sync();
      if (random(15) === 0) await new Promise((resolve) => setImmediate(resolve));
      if (random(60) === 0) await store.sync();
      const [start, end] = [`k${random(60)}`, `k${random(60)}`].toSorted() as [string, string];
      const reverse = random(2) === 0;
      const limit = random(3) === 0 ? random(5) : undefined;
      let expected = [...model]
        .filter(([k]) => start <= k && k < end)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      if (reverse) expected.reverse();
      expected = expected.slice(0, limit);
      const span = { start: key(start), end: key(end) };
      const found = Array.from(
        store.range({ span, reverse, ...(limit === undefined ? {} : { limit }) }),
        (entry) => [entry.key, Buffer.from(entry.value).toString()],
      );
      expect(found).toEqual(expected);
      const probe = `k${random(60)}`;
      expect(store.get(key(probe))?.toString()).toBe(model.get(probe));
    }
  });

  it("resolves concurrent commits only when their own batch is in the file", async () => {
    const store = await openStore();
    const commits: Promise<void>[] = [];
    for (let i = 0; i < 100; i++) commits.push(store.commit([put(`c${i}`)]));
    await Promise.all(commits);
    await store.close();
    const again = await openStore();
    expect(Array.from(again.range({ span: everything })).length).toBe(100);
  });

  it("fails when this process or a living one holds the store", async () => {
    await openStore();
    await expect(new LmdbDisk(directory).open("store")).rejects.toThrow(/already open/);
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      await new Promise((resolve) => child.once("spawn", resolve));
      await openStore("other").then((store) => store.close());
      writeFileSync(join(directory, "other", "owner.pid"), `${child.pid}`);
      await expect(new LmdbDisk(directory).open("other")).rejects.toThrow(
        new RegExp(`in use by process ${child.pid}`),
      );
    } finally {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await openStore("other");
  });

  it("takes over the lock of a process whose pid was given to another", async () => {
    await openStore("other").then((store) => store.close());
    writeFileSync(join(directory, "other", "owner.pid"), `${process.ppid} 1`);
    await openStore("other");
  });

  it("refuses work after close", async () => {
    const store = await openStore();
    await store.close();
    expect(() => store.write([put("a")])).toThrow(/closed/);
    await expect(store.commit([put("a")])).rejects.toThrow(/closed/);
    expect(() => store.get(key("a"))).toThrow(/closed/);
    expect(() => store.range({ span: everything })).toThrow(/closed/);
  });
});
