/** Requests follow the shard map: split by it, and asked again by a newer one where it has moved. */
import type { Key, ScanPage, ScanRequest, ShardMap, Span, Storage } from "@firstlight/common";
import {
  KEY_MAX,
  KEY_MIN,
  ManualClock,
  ServiceError,
  ShardDirectory,
  changedShardMap,
  firstShardMap,
  keyFromLatin1,
  timestamp,
} from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { ShardedStorage } from "./sharded-storage.ts";

const M = keyFromLatin1("m");
const ROWS = ["a", "d", "k", "p", "x"].map(keyFromLatin1);
const FIRST = firstShardMap(
  [{ shard: "s1", span: { start: KEY_MIN, end: KEY_MAX }, members: ["one"] }],
  ["one", "two"].map((name) => ({ name, address: name })),
);

/** Holds one span of the rows, gives one a page, and says "moved" to everything else. */
class Holder implements Storage {
  span: Span = { start: KEY_MIN, end: KEY_MAX };
  asked = 0;

  read({ keys }: { readonly keys: readonly Key[] }): Promise<(Uint8Array | undefined)[]> {
    this.asked++;
    if (!keys.every((key) => this.#holds(key))) return this.#moved();
    return Promise.resolve(keys.map((key) => (ROWS.includes(key) ? Buffer.from(key) : undefined)));
  }

  scan({ span, reverse }: ScanRequest): Promise<ScanPage> {
    this.asked++;
    if (span.start < this.span.start || span.end > this.span.end) return this.#moved();
    const rows = ROWS.filter((key) => span.start <= key && key < span.end);
    const key = reverse ? rows.at(-1) : rows[0];
    const keys = key === undefined ? [] : [key];
    const batch = { kind: "raw" as const, values: keys.map((each) => Buffer.from(each)) };
    if (key === undefined || rows.length < 2) {
      return Promise.resolve({ keys, batch, rest: undefined });
    }
    const rest = reverse
      ? { start: span.start, end: key }
      : { start: keyFromLatin1(`${key}\0`), end: span.end };
    return Promise.resolve({ keys, batch, rest });
  }

  status(): never {
    throw new Error("not in this test");
  }

  #holds(key: Key): boolean {
    return this.span.start <= key && key < this.span.end;
  }

  #moved(): Promise<never> {
    return Promise.reject(new ServiceError("moved", "not here"));
  }
}

interface Fixture {
  readonly holders: Readonly<Record<string, Holder>>;
  readonly storage: ShardedStorage;
  /** What everybody who is asked says. */
  readonly truth: { map: ShardMap };
}

function fixture(): Fixture {
  const clock = new ManualClock();
  const holders: Record<string, Holder> = { one: new Holder(), two: new Holder() };
  const truth = { map: FIRST };
  const shardMap = (known: number): ShardMap | undefined =>
    truth.map.version > known ? truth.map : undefined;
  const directory = new ShardDirectory({ clock, first: FIRST, reach: () => ({ shardMap }) });
  const storageOf = (member: string): Storage => holders[member] ?? new Holder();
  const refreshMicros = 1e12;
  const storage = new ShardedStorage({ directory, storageOf, clock, home: 0, refreshMicros });
  return { holders, storage, truth };
}

/** What lies from M on is at the other one. */
function moveHalf({ holders, truth }: Fixture): void {
  const changes = [
    { kind: "split", shard: "s1", at: M },
    { kind: "move", shard: "s2", from: "one", to: "two" },
    {
      kind: "filled",
      shard: "s2",
      span: { start: M, end: KEY_MAX },
      member: "two",
      since: timestamp(5),
    },
    { kind: "left", shard: "s2", member: "one" },
  ] as const;
  for (const change of changes) truth.map = changedShardMap(truth.map, change) ?? truth.map;
  if (holders["one"] !== undefined) holders["one"].span = { start: KEY_MIN, end: M };
  if (holders["two"] !== undefined) holders["two"].span = { start: M, end: KEY_MAX };
}

async function scanned(
  { storage }: Fixture,
  reverse: boolean,
  afterPage: (page: number) => void = () => undefined,
): Promise<string[]> {
  const keys: string[] = [];
  let span: Span | undefined = { start: KEY_MIN, end: KEY_MAX };
  for (let pages = 1; span !== undefined; pages++) {
    const page: ScanPage = await storage.scan({
      snapshot: timestamp(9),
      catalogVersion: undefined,
      span,
      reverse,
      pageBytes: 1,
      withKeys: true,
      format: "encoded",
    });
    keys.push(...(page.keys ?? []));
    span = page.rest;
    afterPage(pages);
  }
  return keys;
}

describe("ShardedStorage", () => {
  it.each([false, true])("reads all shards of a scan, reverse: %s", async (reverse) => {
    const parts = fixture();
    moveHalf(parts);
    const truth = reverse ? ROWS.toReversed() : ROWS;
    expect(await scanned(parts, reverse)).toEqual(truth);
    expect(await scanned(parts, reverse)).toEqual(truth);
  });

  it.each([false, true])(
    "goes on by the newer map in the middle of a scan, reverse: %s",
    async (reverse) => {
      for (let moment = 1; moment <= ROWS.length; moment++) {
        const parts = fixture();
        const keys = await scanned(parts, reverse, (page) => {
          if (page === moment) moveHalf(parts);
        });
        expect(keys).toEqual(reverse ? ROWS.toReversed() : ROWS);
      }
    },
  );

  it("asks again for keys of several shards when one was moved, in the order of the request", async () => {
    const parts = fixture();
    moveHalf(parts);
    const keys = ["x", "a", "q", "p"].map(keyFromLatin1);
    const request = { snapshot: timestamp(9), catalogVersion: undefined, keys };
    const values = await parts.storage.read(request);
    expect(values.map((value) => value?.toString())).toEqual(["x", "a", undefined, "p"]);
  });

  it("does not ask again once it knows the map", async () => {
    const parts = fixture();
    moveHalf(parts);
    const request = { snapshot: timestamp(9), catalogVersion: undefined, keys: [ROWS[4] ?? M] };
    await parts.storage.read(request);
    await parts.storage.read(request);
    expect([parts.holders["one"]?.asked, parts.holders["two"]?.asked]).toEqual([1, 2]);
  });
});
