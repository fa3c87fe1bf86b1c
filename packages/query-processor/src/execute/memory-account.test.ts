/** The account against V8's heap, and who may hold how much. */
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import type { Datum, Row } from "@firstlight/sql";
import { makeNumeric } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { MemoryAccount, SpillableShare, rowBytes } from "./memory-account.ts";
import { testSpillSpace } from "./testing/statement-runner.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const ROWS = 20_000;

function text(length: number, i: number): string {
  return Buffer.from(String(i).padEnd(length, "x")).toString("latin1");
}

const KINDS: Readonly<Record<string, (i: number) => Datum[]>> = {
  integers: (i) => [i, i + 1, i % 7, null, true],
  floats: (i) => [i + 0.5, i / 3, null],
  bigints: (i) => [BigInt(i), BigInt(i) * 1000n, null],
  "short texts": (i) => [i, text(10, i), text(17, i)],
  "long texts": (i) => [text(500, i)],
  numerics: (i) => [makeNumeric(BigInt(i) * 1001n, 2), i],
  "a mixed row": (i) => [i, BigInt(i), text(32, i), i / 7, makeNumeric(BigInt(i), 4), null],
};

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

describe("what rows are estimated to take", () => {
  /** Of rows that are made, by the heap's: other tests' garbage is in the same heap. */
  function share(make: (i: number) => Datum[]): number {
    const rows: Row[] = Array.from({ length: ROWS });
    const before = heapBytes();
    for (let i = 0; i < ROWS; i++) {
      const row = make(i);
      // As operators' rows are: no room to grow.
      rows[i] = row.slice();
    }
    const taken = heapBytes() - before;
    return rows.reduce((bytes, row) => bytes + rowBytes(row), 0) / taken;
  }

  it.each(Object.entries(KINDS))("is within 30 %% of the heap: %s", (_, make) => {
    const shares = Array.from({ length: 5 }, () => share(make)).toSorted((a, b) => a - b);
    const median = shares[2] ?? 0;
    expect(median).toBeGreaterThan(0.7);
    expect(median).toBeLessThan(1.3);
  });
});

describe("operators that spill", () => {
  const account = (): MemoryAccount => new MemoryAccount(1_000_000, testSpillSpace());

  it("may have all of the memory alone", () => {
    const share = new SpillableShare(account());
    share.take(1_000_000);
    expect(share.isOver).toBe(false);
    share.take(1);
    expect(share.isOver).toBe(true);
    share.release();
    expect(share.isOver).toBe(false);
  });

  it("together stay within less than twice of it, whoever comes first", () => {
    for (const count of [2, 3, 5, 10, 20]) {
      const memory = account();
      const shares = Array.from({ length: count }, () => new SpillableShare(memory));
      for (const share of shares) share.take(1);
      for (const share of shares) while (!share.isOver) share.take(1_000);
      expect(memory.heldBytes).toBeLessThan(1_800_000);
      for (const share of shares) expect(share.heldBytes).toBeGreaterThan(15_000);
    }
  });

  it("leave room for what cannot be spilled, which alone is refused", () => {
    const memory = account();
    const share = new SpillableShare(memory);
    memory.take(900_000);
    share.take(150_000);
    expect(share.isOver).toBe(true);
    expect(() => memory.take(200_000)).toThrow("out of memory");
  });
});
