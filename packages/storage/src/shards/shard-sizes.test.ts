/** How large shards are, how often they are read, and where their middle is. */
import type { MappedShard } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { currentKey } from "../layout/disk-keys.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { DEFAULT_STORAGE_SETTINGS } from "../settings.ts";
import { MemoryStore } from "../testing/memory-store.ts";
import { WHOLE, k } from "../testing/test-replica.ts";
import { ShardLoad } from "./shard-load.ts";
import { ShardMeter } from "./shard-meter.ts";

const SHARD: MappedShard = { shard: "s1", span: WHOLE, replicas: [] };

function key(number: number): ReturnType<typeof k> {
  return k(`row${String(number).padStart(6, "0")}`);
}

function filled(rows: number): MemoryStore {
  const store = new MemoryStore();
  const value = Buffer.alloc(100);
  store.write(Array.from({ length: rows }, (_, i) => ({ key: currentKey(key(i)), value })));
  return store;
}

describe("ShardMeter", () => {
  it("finds the middle of many rows within a hundredth, over several slices", () => {
    const meter = new ShardMeter(0);
    const store = filled(10_000);
    for (let i = 0; i < 20; i++) meter.slice(store, [SHARD], 1, i);
    const size = meter.sizeOf(SHARD);
    expect(size?.keys).toBe(10_000);
    expect(size?.middle !== undefined && size.middle > key(4_900)).toBe(true);
    expect(size?.middle !== undefined && size.middle < key(5_100)).toBe(true);
  });

  it("counts again only after writes, and forgets what was split", () => {
    const meter = new ShardMeter(10);
    const store = filled(10);
    const measure = (writes: number, micros: number): void =>
      meter.slice(store, [SHARD], writes, micros);
    measure(1, 0);
    store.write([{ key: currentKey(key(99)), value: Buffer.alloc(1) }]);
    measure(1, 100);
    expect(meter.sizeOf(SHARD)?.keys).toBe(10);
    measure(2, 5);
    expect(meter.sizeOf(SHARD)?.keys).toBe(10);
    measure(2, 200);
    expect(meter.sizeOf(SHARD)?.keys).toBe(11);
    expect(meter.sizeOf({ ...SHARD, span: { start: key(3), end: key(5) } })).toBeUndefined();
  });
});

describe("ShardLoad", () => {
  it("tells the rate of a span and the middle of its requests", () => {
    const clock = new ManualClock();
    const load = new ShardLoad(clock, DEFAULT_STORAGE_SETTINGS);
    for (let i = 0; i < 40_000; i++) load.count(key(i % 1_000));
    clock.advance(10_000_000);
    load.turn();
    expect(load.readsPerSecond(WHOLE)).toBeCloseTo(4_000, -2);
    const half = { start: key(0), end: key(500) };
    expect(load.readsPerSecond(half) / load.readsPerSecond(WHOLE)).toBeCloseTo(0.5, 0);
    const middle = load.middle(WHOLE) ?? "";
    expect(middle > key(300) && middle < key(700)).toBe(true);
  });

  it("knows no middle of few requests, and forgets what is not asked for any more", () => {
    const clock = new ManualClock();
    const load = new ShardLoad(clock, DEFAULT_STORAGE_SETTINGS);
    for (let i = 0; i < 100; i++) load.count(key(i));
    expect(load.middle(WHOLE)).toBeUndefined();
    for (let i = 0; i < 3; i++) {
      clock.advance(10_000_000);
      load.turn();
    }
    expect(load.readsPerSecond(WHOLE)).toBe(0);
  });
});
