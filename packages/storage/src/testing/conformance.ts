/**
 * What the contract of Storage (contracts/storage.ts) promises, as tests that every way of reaching
 * one has to pass: called directly, and through a transport.
 */
import type { Key, MaybePromise, ScanPage, ScanRequest, Span, Storage } from "@firstlight/common";
import { KEY_MAX, KEY_MIN } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { at, k, text } from "./test-replica.ts";

export interface StorageUnderTest {
  readonly storage: Storage;
  /** A transaction that is durable and delivered on return; undefined values are tombstones. */
  commit(micros: number, writes: Readonly<Record<string, string | undefined>>): void;
  /** Lets the horizon move past everything before `micros`. */
  forget(micros: number): void;
  /** The catalog's version from `micros` on. */
  setCatalogVersion(micros: number, version: number): void;
  close(): Promise<void>;
}

const WHOLE: Span = { start: KEY_MIN, end: KEY_MAX };

async function read(
  storage: Storage,
  snapshot: number,
  keys: readonly string[],
  catalogVersion?: number,
): Promise<(string | undefined)[]> {
  const values = await storage.read({ snapshot: at(snapshot), catalogVersion, keys: keys.map(k) });
  return values.map(text);
}

function scanRequest(snapshot: number, changes: Partial<ScanRequest>): ScanRequest {
  return {
    snapshot: at(snapshot),
    catalogVersion: undefined,
    span: WHOLE,
    reverse: false,
    pageBytes: 1 << 16,
    withKeys: true,
    format: "encoded",
    ...changes,
  };
}

/** All keys of a scan, page by page, and how many pages there were. */
async function scanKeys(
  storage: Storage,
  snapshot: number,
  changes: Partial<ScanRequest> = {},
): Promise<{ keys: Key[]; pages: number }> {
  const keys: Key[] = [];
  let pages = 0;
  let span: Span | undefined = changes.span ?? WHOLE;
  while (span !== undefined) {
    const page: ScanPage = await storage.scan(scanRequest(snapshot, { ...changes, span }));
    keys.push(...(page.keys ?? []));
    pages++;
    span = page.rest;
  }
  return { keys, pages };
}

/** Failures may be thrown or be rejections: both are a rejection here. */
async function failure<T>(ask: () => MaybePromise<T>): Promise<unknown> {
  try {
    await ask();
  } catch (error) {
    return error;
  }
  return undefined;
}

async function withTwoVersions(
  make: () => MaybePromise<StorageUnderTest>,
): Promise<StorageUnderTest> {
  const tested = await make();
  tested.commit(10, { a: "1", b: "1", "c\xff\x00": "1" });
  tested.commit(20, { a: "2", b: undefined });
  return tested;
}

export function storageConformance(name: string, make: () => MaybePromise<StorageUnderTest>): void {
  describe(`storage conformance: ${name}`, () => {
    it("I5: a read gives the version at its snapshot, in the order of the keys", async () => {
      const tested = await withTwoVersions(make);
      const { storage } = tested;
      expect(await read(storage, 10, ["b", "a", "x"])).toEqual(["1", "1", undefined]);
      expect(await read(storage, 20, ["b", "a", "c\xff\x00"])).toEqual([undefined, "2", "1"]);
      await tested.close();
    });

    it("I5: scans see the same versions, forwards and backwards", async () => {
      const tested = await withTwoVersions(make);
      const { storage } = tested;
      expect((await scanKeys(storage, 10)).keys).toEqual(["a", "b", "c\xff\x00"]);
      expect((await scanKeys(storage, 20)).keys).toEqual(["a", "c\xff\x00"]);
      const backwards = await scanKeys(storage, 20, { reverse: true });
      expect(backwards.keys).toEqual(["c\xff\x00", "a"]);
      const part = await scanKeys(storage, 10, { span: { start: k("a\0"), end: k("c") } });
      expect(part.keys).toEqual(["b"]);
      await tested.close();
    });

    it("a scan in small pages gives every row once", async () => {
      const tested = await make();
      const names = Array.from({ length: 50 }, (_, i) => `r${String(i).padStart(3, "0")}`);
      tested.commit(10, Object.fromEntries(names.map((row) => [row, "x".repeat(100)])));
      const { keys, pages } = await scanKeys(tested.storage, 10, { pageBytes: 500 });
      expect(keys).toEqual(names);
      expect(pages).toBeGreaterThan(3);
      await tested.close();
    });

    it("I10: a plan made on another catalog version is refused", async () => {
      const tested = await make();
      tested.setCatalogVersion(10, 7);
      tested.commit(20, { a: "1" });
      expect(await read(tested.storage, 20, ["a"], 7)).toEqual(["1"]);
      const error = await failure(() => read(tested.storage, 20, ["a"], 6));
      expect(error).toMatchObject({ name: "ServiceError", kind: "staleCatalog" });
      await tested.close();
    });

    it("a snapshot behind the horizon is refused, not answered wrongly", async () => {
      const tested = await withTwoVersions(make);
      tested.forget(1_000_000);
      const error = await failure(() => read(tested.storage, 10, ["a"]));
      expect(error).toMatchObject({ name: "ServiceError", kind: "horizon" });
      await tested.close();
    });

    it("status tells how far it is", async () => {
      const tested = await withTwoVersions(make);
      const { storage } = tested;
      const status = await storage.status();
      expect(status.watermark).toBeGreaterThanOrEqual(20);
      expect(status.horizon).toBeLessThanOrEqual(status.watermark);
      await tested.close();
    });
  });
}
